import Domain
import TestSupport
import Testing
import Versions

@Suite("Vectors of other implementations", .blocking)
struct VectorTests {
    static let files: [(String, VersionScheme)] = [
        ("dpkg", .deb), ("rpm", .rpm), ("rpmvercmp", .rpm), ("apk", .apk), ("semver", .semver), ("semver", .npm),
        ("pep440", .pep440), ("maven", .maven), ("rubygems", .gem), ("nuget", .nuget), ("packagist", .packagist),
        ("winbuild", .windows), ("pacman", .pacman), ("gentoo", .gentoo), ("cran", .cran), ("pub", .pub),
        ("hackage", .hackage), ("openssl", .openssl), ("jvm", .jvm),
    ]

    @Test("every pair is ordered as its vector says", arguments: files)
    func pairs(file: String, scheme: VersionScheme) throws {
        for row in try rows(of: "compare/\(file).tsv") {
            let order = Versions.compare(row[0], row[2], scheme: scheme)
            #expect(order?.agrees(with: row[1]) == true, "\(row[0]) \(row[1]) \(row[2]), not \(order?.symbol ?? "!")")
        }
    }

    @Test("the disputed pairs are still answered otherwise, and docs/versions.md is right to list them")
    func disputed() throws {
        let disputed = try rows(of: "compare-disputed.tsv")
        #expect(disputed.count == 10)
        for row in disputed {
            let scheme = try #require(VersionScheme(rawValue: row[0]))
            let order = try #require(Versions.compare(row[1], row[3], scheme: scheme))
            #expect(!order.agrees(with: row[2]), "\(row)")
        }
    }

    @Test("versions older than PEP 440 are refused")
    func legacyPython() throws {
        for row in try rows(of: "compare-pep440-legacy.tsv") {
            #expect(Versions.compare(row[0], row[2], scheme: .pep440) == nil, "\(row)")
        }
    }
}
