import Domain
import Testing
import Versions

@Suite("Constraints")
struct ConstraintTests {
    static let files: [(String, VersionScheme)] = [
        ("apk", .apk), ("dpkg", .deb), ("fuzzy", .generic), ("generic", .generic), ("gentoo", .gentoo),
        ("golang", .semver), ("jvm", .jvm), ("maven", .maven), ("npm", .npm), ("pep440", .pep440), ("rpm", .rpm),
        ("rubygems", .gem), ("semver", .semver),
    ]

    @Test("every vector is answered as it says", arguments: files)
    func vectors(file: String, scheme: VersionScheme) throws {
        for row in try rows(of: "constraint/\(file).tsv") {
            let answer = try Versions.satisfies(row[0], constraint: row[1], scheme: scheme)
            #expect(String(answer) == row[2], "\(row[0]) in \(row[1])")
        }
    }

    @Test("the disputed vectors are still answered otherwise, and docs/versions.md is right to list them")
    func disputed() throws {
        for row in try rows(of: "constraint-disputed.tsv") {
            let scheme = try #require(VersionScheme(rawValue: row[0]))
            #expect(String(try Versions.satisfies(row[1], constraint: row[2], scheme: scheme)) != row[3], "\(row)")
        }
    }

    static let inside: [(VersionScheme, String, [String], [String])] = [
        (.npm, "^1.2.3", ["1.2.3", "1.9.0"], ["1.2.2", "2.0.0"]),
        (.npm, "^0.2.3", ["0.2.9"], ["0.3.0", "1.0.0"]), (.npm, "^0.0.3", ["0.0.3"], ["0.0.4"]),
        (.npm, "~1.2.3", ["1.2.9"], ["1.3.0"]), (.npm, "~1", ["1.9.9"], ["2.0.0"]),
        (.npm, "1.2.x || 2.x", ["1.2.0", "2.5.1"], ["1.3.0", "3.0.0"]),
        (.npm, "1.2 - 2.3", ["1.2.0", "2.3.9"], ["1.1.9", "2.4.0"]), (.npm, ">1", ["2.0.0"], ["1.5.0"]),
        (.gem, "~> 1.2.3", ["1.2.3", "1.2.9"], ["1.3.0", "1.2.2"]), (.gem, "~> 1.2", ["1.9"], ["2.0"]),
        (.packagist, "~1.2", ["1.2.0", "1.9.0"], ["2.0.0", "1.1.0"]),
        (.packagist, ">=1.0 <2.0 | ^3.1", ["1.0.0-beta1", "3.2"], ["2.0.0-RC1", "3.0"]),
        (.packagist, "1.0.*", ["1.0.5"], ["1.1.0"]),
        (.maven, "[1.0,2.0)", ["1.0", "1.9"], ["2.0", "1.0-rc1"]), (.maven, "(,1.0],[1.2,)", ["0.9", "1.2"], ["1.1"]),
        (.maven, "[1.5]", ["1.5.0"], ["1.6"]), (.nuget, "(1.0,2.0]", ["2.0.0"], ["1.0"]),
        (.pep440, "~=1.4.2", ["1.4.2", "1.4.9"], ["1.5", "1.4.1"]), (.pep440, "~=2.2.post3", ["2.3"], ["3.0", "2.2"]),
        (.pep440, "==1.1.*", ["1.1", "1.1.5", "1.1a1"], ["1.2"]), (.pep440, "===1.0", ["1.0"], ["1.0.0"]),
        (.pep440, ">1.7", ["1.7.1"], ["1.7.post1", "1.7"]), (.deb, "<< 1.0-1", ["1.0~rc1-1"], ["1.0-1"]),
        (.rpm, "< 1:1.0-1", ["2.0-1"], ["1:1.0-1"]), (.semver, "", ["1.0.0"], []), (.apk, "*", ["1.0-r1"], []),
    ]

    @Test("a constraint holds what its notation means", arguments: inside)
    func notation(scheme: VersionScheme, constraint: String, members: [String], strangers: [String]) throws {
        for version in members {
            #expect(try Versions.satisfies(version, constraint: constraint, scheme: scheme), "\(version) is in")
        }
        for version in strangers {
            #expect(try !Versions.satisfies(version, constraint: constraint, scheme: scheme), "\(version) is out")
        }
    }

    @Test(
        "a malformed constraint is an error that names it",
        arguments: [
            (VersionScheme.semver, ">= 1.0, <"), (.maven, "[1.0"), (.maven, "[1,2,3]"), (.pep440, ">= abc"),
            (.deb, "< 1:"),
            (.pep440, ">=1.*"),
        ])
    func malformed(scheme: VersionScheme, constraint: String) {
        #expect(throws: VersionError.self) { try Versions.satisfies("1.0", constraint: constraint, scheme: scheme) }
    }

    @Test("a version that is none is an error of its own")
    func unparsable() throws {
        let error = #expect(throws: VersionError.self) {
            try Versions.satisfies("", constraint: "> 1", scheme: .deb)
        }
        #expect(error?.code == "version.unparsable")
    }
}
