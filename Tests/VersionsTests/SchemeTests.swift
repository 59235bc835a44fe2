import Domain
import Testing
import Versions

@Suite("Orderings")
struct SchemeTests {
    /// Versions in rising order.
    static let ladders: [(VersionScheme, [String])] = [
        (.deb, ["1~~", "1~rc1", "1", "1+b1", "1.0", "1.0-1", "1.0-1+deb12u1", "1.0-2", "1.0.1-0", "1:0.1"]),
        (.rpm, ["1.a-1", "1.0~rc1-1", "1.0-1", "1.0-1.el9", "1.0^git1-1", "1.0.1-1", "1.1", "1:0.1-1"]),
        (.apk, ["1.2_alpha1", "1.2_rc1", "1.2", "1.2-r1", "1.2_git1", "1.2_p1", "1.2a", "1.2.0", "1.2.1"]),
        (.semver, ["1.0.0-1", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta", "1.0.0", "1.0.1"]),
        (.pep440, ["1.0.dev1", "1.0a1.dev1", "1.0a1", "1.0rc1", "1.0", "1.0+local", "1.0.post1", "1!0.1"]),
        (.maven, ["1-alpha-1", "1-beta", "1-rc", "1-SNAPSHOT", "1", "1-sp", "1-x", "1-1", "1.1"]),
        (.gem, ["1.0.a", "1.0.b1", "1.0.b2", "1.0", "1.0.1"]),
        (.nuget, ["1.0-ALPHA", "1.0-beta", "1.0", "1.0.0.1"]),
        (.packagist, ["1.0-dev", "1.0-alpha1", "1.0-beta1", "1.0-RC1", "1.0", "1.0-p1", "1.0.1", "1.0.x-dev", "1.1"]),
        (.windows, ["10.0.9200.1", "10.0.19045", "10.0.19045.2604", "10.0.22621.1"]),
        (.pacman, ["1.0a-1", "1.0-1", "1.0-2", "1.0.a-1", "1.0.1-1", "1:0.1-1"]),
        (.gentoo, ["1.0_alpha", "1.0_rc1", "1.0", "1.0-r1", "1.0_p1", "1.0b", "1.0.0"]),
        (.cran, ["0.9", "0.9.0", "0.9-1", "0.75"]),
        (.pub, ["1.0.0-a", "1.0.0-a+1", "1.0.0", "1.0.0+1", "1.0.0+a"]),
        (.hackage, ["1", "1.0", "1.0.0", "1.0.1"]),
        (
            .openssl,
            ["1.0.2-beta1", "1.0.2", "1.0.2a", "1.0.2z", "1.0.2za", "1.0.2zh", "1.1.1", "3.0.0-alpha1", "3.0.0"]
        ),
        (.jvm, ["1.8.0_13-ea", "1.8.0_13", "8.0.131", "1.8.0_132", "9-ea", "9", "11.0.4"]),
        (.generic, ["1.0-alpha", "1.0-rc1", "1.0", "1.0a", "1.0z", "1.0.1", "1.10"]),
    ]

    @Test("each step of a ladder is above all before it", arguments: ladders)
    func ladder(scheme: VersionScheme, versions: [String]) {
        for (index, upper) in versions.enumerated() {
            for lower in versions[..<index] {
                #expect(Versions.compare(lower, upper, scheme: scheme) == .less, "\(lower) < \(upper)")
                #expect(Versions.compare(upper, lower, scheme: scheme) == .greater, "\(upper) > \(lower)")
            }
        }
    }

    static let synonyms: [(VersionScheme, String, String)] = [
        (.deb, "1.0", "0:1.0"), (.deb, "1.0", "1.0-0"), (.deb, "1.007", "1.7"), (.deb, " 1.0\n", "1.0"),
        (.rpm, "1.0-1", "0:1.0-1"), (.rpm, "1.0", "1_0"), (.semver, "1.2.3+a", "v1.2.3+b"),
        (.semver, "1.21rc2", "1.21.0-rc2"),
        (.pep440, "1.0.0", "1"), (.pep440, "1.0-ALPHA.1", "1.0a1"), (.pep440, "1.0-1", "1.0.post1"),
        (.maven, "1a1", "1-alpha-1"), (.maven, "1.0.0.Final", "1"), (.gem, "1.0.a.2", "1.a2"),
        (.gem, "1.2.0-x86_64-linux", "1.2"), (.packagist, "v1.0", "1.0.0.0"), (.jvm, "1.8.0_131-b11", "8.0.131+9"),
        (.pacman, "1.5", "1.5-1"), (.gentoo, "1.0", "1.0-r0"), (.generic, "v1.0", "1"),
    ]

    @Test("two spellings of one version are equal", arguments: synonyms)
    func spellings(scheme: VersionScheme, a: String, b: String) {
        #expect(Versions.compare(a, b, scheme: scheme) == .equal)
    }

    static let refused: [(VersionScheme, String)] = [
        (.deb, ""), (.deb, "1 2"), (.deb, "a:1"), (.deb, "1:"), (.deb, "1-"), (.deb, "-1"), (.deb, "4294967296:1"),
        (.rpm, ""), (.rpm, "1:"), (.rpm, "1 2"), (.apk, ""), (.semver, "abc"), (.semver, "1.0.0-"),
        (.semver, "1.0.0-a..b"),
        (.pep440, "1.0-bulbasaur"), (.pep440, "1.0+"), (.gem, "one"), (.windows, "10.0a"), (.packagist, "dev-main"),
        (.gentoo, "1.0_foo"), (.jvm, "1.8.0_"), (.cran, "1..2"), (.generic, "-"), (.maven, ""),
    ]

    @Test("what is no version is refused with a reason", arguments: refused)
    func refusals(scheme: VersionScheme, version: String) {
        #expect(Versions.isValid(version, scheme: scheme)?.isEmpty == false)
        #expect(Versions.compare(version, "1.0", scheme: scheme) == nil)
        #expect(Versions.compare("1.0", version, scheme: scheme) == nil)
    }

    @Test("numbers of any length compare by value", arguments: VersionScheme.allCases)
    func hugeNumbers(scheme: VersionScheme) {
        let nines = String(repeating: "9", count: 400)
        #expect(Versions.compare("1.\(nines)8", "1.\(nines)9", scheme: scheme) == .less)
        #expect(Versions.compare("1.1\(nines)", "1.\(nines)", scheme: scheme) == .greater)
    }
}
