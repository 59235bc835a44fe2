import Domain
import Scanner
import Testing

private let npm = Ecosystem(family: "npm")
private let pypi = Ecosystem(family: "pypi")

private func library(_ type: String, _ name: String, _ version: String) -> InstalledPackage {
    InstalledPackage(type: type, name: name, version: version)
}

private func isAffected(_ version: String, by range: VersionRange) -> Bool {
    let record = advisory("GHSA-1", "left", [range], on: npm, source: .osv)
    return !scan([library("npm", "left", version)], with: [record]).findings.isEmpty
}

@Suite("Ranges and lists of versions")
struct RangeTests {
    @Test(
        "introduced is inclusive, fixed exclusive",
        arguments: [("1.9.9", false), ("2.0.0", true), ("2.3.9", true), ("2.4.0", false)])
    func halfOpen(_ version: String, _ expected: Bool) {
        #expect(isAffected(version, by: fixed("2.4.0", from: "2.0.0")) == expected)
    }

    @Test("last affected is inclusive", arguments: [("2.3.9", true), ("2.4.0", true), ("2.4.1", false)])
    func closed(_ version: String, _ expected: Bool) {
        #expect(isAffected(version, by: VersionRange(introduced: "0", lastAffected: "2.4.0")) == expected)
    }

    @Test("no bounds at all: every version")
    func unbounded() {
        #expect(isAffected("99.0.0", by: unfixed))
        let record = advisory("GHSA-1", "left", [], on: npm, source: .osv)
        #expect(scan([library("npm", "left", "1.0.0")], with: [record]).findings.count == 1)
    }

    @Test("versions listed one by one are equal in the scheme's order", arguments: ["1.0", "1.0.0", "v1.0"])
    func listed(_ version: String) {
        let record = advisory("PYSEC-1", "Left_Pad", on: pypi, source: .osv, versions: ["0.9", "1.0", "1.1rc1"])
        #expect(scan([library("pypi", "left.pad", version)], with: [record]).findings.count == 1)
        #expect(scan([library("pypi", "left-pad", "1.0.1")], with: [record]).findings.isEmpty)
    }

    @Test("a list of versions adds to the ranges of the same record")
    func listBesideRange() {
        let record = advisory("PYSEC-1", "left", [fixed("1.0")], on: pypi, source: .osv, versions: ["3.0"])
        let versions = ["0.9", "1.0", "3.0"]
        let found = versions.filter { !scan([library("pypi", "left", $0)], with: [record]).findings.isEmpty }
        #expect(found == ["0.9", "3.0"])
    }

    @Test(
        "a language's package is looked up in its registry, by the registry's spelling",
        arguments: [
            ("pypi", "pypi", "Django_CMS", "django.cms"), ("nuget", "nuget", "Newtonsoft.Json", "newtonsoft.json"),
            ("composer", "packagist", "Symfony/Http", "symfony/http"), ("maven", "maven", "org.a:b", "org.a/b"),
            ("golang", "go", "example.org/m", "example.org/m"), ("cargo", "cargo", "serde", "serde"),
        ])
    func registries(_ type: String, _ family: String, _ recorded: String, _ installed: String) {
        let record = advisory("GHSA-1", recorded, [fixed("2.0.0")], on: Ecosystem(family: family), source: .osv)
        #expect(scan([library(type, installed, "1.0.0")], with: [record]).findings.count == 1)
    }

    @Test("npm's and Debian's package of one name are two packages")
    func ecosystemsAreNotMixed() {
        let record = advisory("GHSA-1", "left", [fixed("2.0.0")], on: npm, source: .osv)
        #expect(scan([deb("left", "1.0.0")], with: [record]).findings.isEmpty)
    }

    @Test("Go's leading v is no part of the version")
    func goVersions() {
        let record = advisory("GO-1", "example.org/m", [fixed("1.2.0")], on: Ecosystem(family: "go"), source: .osv)
        #expect(scan([library("golang", "example.org/m", "v1.1.9")], with: [record]).findings.count == 1)
        #expect(scan([library("golang", "example.org/m", "v1.2.0")], with: [record]).findings.isEmpty)
    }

    @Test("of several matching ranges the highest fix is the one to install")
    func highestFix() {
        let record = advisory(
            "ALSA-1", "tool", [fixed("1.0-1"), fixed("1.0-3"), fixed("1.0-2")], on: alma, source: .osv)
        let report = scan([rpm("tool", "0.9-1")], with: [record], on: alma)
        #expect(report.findings.map(\.fixed) == ["1.0-3"])
    }
}
