import Domain
import FoundationEssentials
import Scanner
import Testing

@Suite("What is judged, and what is not")
struct CoverageTests {
    private let requests = advisory(
        "PYSEC-1", "requests", [fixed("2.31.0")], on: Ecosystem(family: "pypi"), source: .osv,
        vulnerabilities: ["CVE-2023-32681"])
    private let backport = advisory("CVE-2023-32681", "requests", [fixed("2.28.1+dfsg-1+deb12u1")])

    private func python(_ version: String) -> InstalledPackage {
        InstalledPackage(type: "pypi", name: "requests", version: version)
    }

    private let owner = deb("python3-requests", "2.28.1+dfsg-1+deb12u1", source: "requests")

    @Test("a language package that a distribution's package brought is judged once, as the distribution's")
    func owned() {
        let report = scan([owner, python("2.28.1")], with: [requests, backport])
        #expect(report.findings.isEmpty)
        #expect(report.notes.map(\.kind) == [.ownedByDistribution])
        #expect(report.coverage.percent == 100)
    }

    @Test("one that was installed beside it is judged by its registry")
    func beside() {
        let report = scan([owner, python("2.27.0")], with: [requests, backport])
        #expect(report.findings.map(\.installed) == ["2.27.0"])
    }

    @Test(
        "a release out of security support is told, with the day",
        arguments: [("10", true), ("12", false), ("99", false)])
    func endOfLife(_ release: String, _ isTold: Bool) throws {
        let system = Ecosystem(family: "debian", release: release)
        let day = try Date("2026-11-20T00:00:00Z", strategy: .iso8601)
        let report = HostScanner(index: index([advisory("CVE-1", "tool", [unfixed], on: system)])).scan(
            ScanTarget(ecosystem: system, packages: [], date: day))
        #expect(report.notes.contains { $0.kind == .systemEndOfLife } == isTold)
        if isTold { #expect(report.notes[0].message.contains("2024-06-30")) }
    }

    @Test(
        "an old line of macOS and an old Windows are told by their names",
        arguments: [
            ("macos", "12.7.6", "2024-09-16" as String?), ("macos", "10.15.7", "2022-10-24"), ("macos", "26.1", nil),
            ("windows", "Windows 7 for x64-based Systems Service Pack 1", "2020-01-14"),
            ("windows", "Windows Server 2008 R2 for x64-based Systems", "2020-01-14"),
            ("windows", "Microsoft Windows Server 2012 R2 Standard", "2023-10-10"),
            ("windows", "Windows 10 Version 22H2 for x64-based Systems", "2025-10-14"),
            ("windows", "Microsoft Windows 10 Enterprise LTSC", nil), ("windows", "Windows 11 Version 24H2", nil),
        ])
    func otherSystems(_ id: String, _ release: String, _ end: String?) throws {
        let isWindows = id == "windows"
        #expect(EndOfLife.standard.end(id: id, name: release, version: isWindows ? "10.0.1" : release) == end)
        let packages = isWindows ? [InstalledPackage(type: "windows", name: release, version: "10.0.1.1")] : []
        let system = Ecosystem(family: id, release: isWindows ? "" : release)
        let day = try Date("2026-11-20T00:00:00Z", strategy: .iso8601)
        let report = HostScanner(index: index([])).scan(ScanTarget(ecosystem: system, packages: packages, date: day))
        let note = report.notes.first { $0.kind == .systemEndOfLife }
        #expect(end == nil ? note == nil : note?.message.contains("no security support since \(end ?? "")") == true)
    }

    @Test("the coverage counts what no advisory speaks of and what nothing identifies")
    func coverage() {
        let packages = [
            deb("tool", "1"), InstalledPackage(type: "npm", name: "left", version: "1.0"), app("Thing", "1.0"),
        ]
        let report = scan(packages, with: [advisory("CVE-1", "tool", [fixed("0")])])
        #expect(report.coverage.packages == 3 && report.coverage.judged == 1)
        #expect(report.coverage.unmatched.map(\.name) == ["Thing"])
        #expect(report.coverage.unmatched[0].reason == "No product of this name is known.")
    }
}

@Suite("Why a product is not reported")
struct ProductVerdictTests {
    private let records = [
        product("CVE-1", Applicability(nodes: [node(range("a:acme:tool", "*:*:*:*:*:windows:*:*", below: "2.0"))])),
        product(
            "CVE-2",
            Applicability(
                operator: .and,
                nodes: [node(range("a:acme:tool")), node(range("a:acme:host", vulnerable: false, below: "5"))])),
        product("CVE-3", Applicability(nodes: [node(range("a:acme:tool", below: "2.0"))])),
        product("CVE-4", Applicability(nodes: [node(range("a:acme:other"))])),
        advisory("CVE-5", "tool", [unfixed]),
    ]

    private func reasons(
        _ id: String, _ name: String = "Tool", version: String = "1.0", disposition: Disposition? = nil
    ) -> [Verdict] {
        let target = ScanTarget(ecosystem: mac, packages: [app("Tool", version), app("Thing", "1.0", vendor: nil)])
        return HostScanner(index: index(records)).reasons(for: id, package: name, target: target) { _, _, _ in
            disposition
        }
        .map(\.verdict)
    }

    @Test("the first condition that fails is named, from the id to the version")
    func conditions() {
        #expect(reasons("CVE-1", "Nothing").map(\.code) == ["package.not_installed"])
        #expect(reasons("CVE-99").map(\.code) == ["vulnerability.unknown"])
        #expect(reasons("CVE-1", "thing").map(\.code) == ["package.unidentified"])
        #expect(reasons("CVE-4").map(\.code) == ["package.not_named"])
        #expect(reasons("CVE-5").map(\.code) == ["ecosystem.no_record"])
        #expect(reasons("CVE-1") == [.otherTarget(record: "nvd CVE-1", target: "windows")])
        #expect(reasons("CVE-2") == [.conditionFails(record: "nvd CVE-2", condition: "acme host")])
        #expect(reasons("CVE-3", version: "2.0").map(\.code) == ["version.fixed"])
        #expect(reasons("CVE-3", version: "unknown").map(\.code) == ["version.unknown"])
        #expect(reasons("cve-3").map(\.code) == ["affected"])
    }

    @Test("what somebody has decided on it is told in the place of the finding")
    func dispositions() {
        let exception = Disposition(kind: .exception, authority: "ada", reason: "Not reachable")
        let verdicts = reasons("CVE-3", disposition: exception)
        #expect(verdicts == [.disposed(exception)])
        #expect(verdicts[0].sentence == "Affected, and set aside by an exception of ada: Not reachable.")
        #expect(reasons("CVE-3", version: "2.0", disposition: exception).map(\.code) == ["version.fixed"])
    }

    @Test("every verdict is a sentence, and none is “unknown reason”")
    func sentences() {
        for id in ["CVE-1", "CVE-2", "CVE-3", "CVE-4", "CVE-5", "CVE-99"] {
            for name in ["Tool", "Thing", "Nothing"] {
                for verdict in reasons(id, name) {
                    #expect(verdict.sentence.hasSuffix(".") && verdict.sentence.count > 10)
                    #expect(!verdict.sentence.contains("No record speaks of it"))
                }
            }
        }
    }
}
