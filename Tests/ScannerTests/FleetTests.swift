import Domain
import Scanner
import Testing

private func titles(_ packages: [InstalledPackage]) -> [SoftwareTitle] {
    packages.map { SoftwareTitle(system: bookworm, package: $0) }
}

@Suite("Fleets and changes")
struct FleetTests {
    private let packages = [
        deb("linux-image-6.1.0-18-amd64", "6.1.76-1", source: "linux-signed-amd64"),
        deb("linux-image-6.1.0-21-amd64", "6.1.90-1", source: "linux-signed-amd64"),
        deb("linux-libc-dev", "6.1.76-1", source: "linux"),
        deb("libssl3", "3.0.11-1", source: "openssl"),
        deb("openssl", "3.0.11-1", source: "openssl"),
    ]
    private let records = [
        advisory("CVE-2024-1", "linux", [fixed("6.1.90-1")]), advisory("CVE-2024-2", "openssl", [fixed("3.0.14-1")]),
        advisory("CVE-2024-1", "openssl", [unfixed]),
    ]

    private func found(_ set: [TitleID], kernel: String?) -> [String] {
        let index = index(records)
        var fleet = FleetScanner(TitleMatcher(index: index, titles: titles(packages)))
        var matches: [FleetMatch] = []
        fleet.scan(set, kernelRelease: kernel, into: &matches)
        return matches.map { match in
            "\(packages[Int(match.title)].name) \(index.vulnerability(at: match.match.vulnerability)?.id ?? "")"
        }.sorted()
    }

    @Test("endpoints with one software set differ by the kernel that they run")
    func kernelRule() {
        let openssl = ["libssl3 CVE-2024-1", "libssl3 CVE-2024-2"]
        let kernel = ["linux-image-6.1.0-18-amd64 CVE-2024-1"]
        #expect(found([0, 1, 2, 3, 4], kernel: "6.1.0-18-amd64") == openssl + kernel)
        #expect(found([0, 1, 2, 3, 4], kernel: "6.1.0-21-amd64") == openssl)
        #expect(found([0, 1, 2, 3, 4], kernel: nil) == openssl)
        #expect(found([0, 1, 2, 3, 4], kernel: "5.10.0-1-amd64") == openssl)
        #expect(found([0, 2], kernel: nil) == kernel)
    }

    @Test("a match can be spelled out later")
    func lateExplanation() throws {
        let index = index(records)
        let matcher = TitleMatcher(index: index, titles: titles(packages))
        let scanner = HostScanner(index: index)
        let match = try #require(matcher.matches(of: 3).matches.last)
        let finding = scanner.finding(for: match, of: matcher.titles[3], packages: ["openssl", "libssl3"])
        #expect(finding.packages == ["libssl3", "openssl"])
        #expect(finding.fixed == "3.0.14-1")
        #expect(scanner.explanation(of: match, for: matcher.titles[3]).comparison == "3.0.11-1 < 3.0.14-1")
        #expect(scanner.matches(title: matcher.titles[3]) == matcher.matches(of: 3))
    }

    @Test("an advisory touches the packages that it names, and the titles made from them")
    func touched() {
        let index = index(records)
        let keys = index.packagesAffected(byAdvisories: ["CVE-2024-2"])
        #expect(keys == [PackageKey(ecosystem: "debian:12", name: "openssl")])
        #expect(index.packagesAffected(byVulnerabilities: ["CVE-2024-1"]).map(\.name).sorted() == ["linux", "openssl"])
        #expect(TitleMatcher(index: index, titles: titles(packages)).titles(touchedBy: keys) == [3, 4])
    }

    @Test("two indices differ on packages whose advisories were added, changed or removed, and on no other")
    func changes() {
        let before = index([
            advisory("CVE-2024-1", "same", [fixed("1")]), advisory("CVE-2024-2", "changed", [fixed("1")]),
            advisory("CVE-2024-3", "gone", [fixed("1")]),
        ])
        let after = index([
            advisory("CVE-2024-0", "new", [fixed("1")]), advisory("CVE-2024-1", "same", [fixed("1")]),
            advisory("CVE-2024-2", "changed", [fixed("2")]),
        ])
        #expect(after.changedPackages(since: before).map(\.name).sorted() == ["changed", "gone", "new"])
        #expect(after.changedPackages(since: after).isEmpty)
    }

    @Test("the index tells what it covers")
    func coverage() {
        let index = index(records + [advisory("ALSA-1", "tool", [unfixed], on: alma, source: .osv)])
        #expect(index.ecosystems.map(\.name) == ["almalinux:9", "debian:12"])
        #expect(index.ecosystems.map(\.packageCount) == [1, 2])
        #expect(index.covers(bookworm) && !index.covers(Ecosystem(family: "npm")))
    }
}
