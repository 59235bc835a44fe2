import Domain
import Scanner
import Testing

@Suite("Windows: products, builds and updates decide")
struct WindowsTests {
    private static let product = "Windows Server 2019"

    private func record(
        _ cve: String, kb: String?, build: String? = nil, product: String = product, state: PackageState = .affected
    ) -> IntelligenceRecord {
        advisory(
            cve, product, [VersionRange(introduced: "0", fixed: build)], on: Ecosystem(family: "windows"),
            source: .msrc,
            state: state, note: kb.map { "kb:\($0)" })
    }

    private func patch(_ id: String, supersedes: [String] = [], builds: [String] = []) -> IntelligenceRecord {
        .patch(Patch(id: id, source: .msrc, supersedes: supersedes, builds: builds))
    }

    private func host(_ build: String, _ updates: String..., product: String = product) -> ScanTarget {
        let titles = [InstalledPackage(type: InstalledPackage.windowsType, name: product, version: build)]
        let kbs = updates.map { InstalledPackage(type: InstalledPackage.updateType, name: $0, version: "") }
        return ScanTarget(ecosystem: Ecosystem(family: "windows"), packages: titles + kbs)
    }

    private func ids(_ records: [IntelligenceRecord], _ target: ScanTarget) -> [String] {
        HostScanner(index: index(records)).scan(target).findings.map(\.id)
    }

    @Test(
        "a build with the fix's revision or a later one is fixed",
        arguments: [("10.0.17763.5328", true), ("10.0.17763.5329", false), ("10.0.17763.6000", false)])
    func builds(_ build: String, _ isAffected: Bool) {
        let found = ids([record("CVE-2024-1", kb: "5034127", build: "10.0.17763.5329")], host(build))
        #expect(found.isEmpty != isAffected)
    }

    @Test("an update that is installed fixes; a higher number alone never does")
    func installedUpdate() {
        let records = [record("CVE-2024-1", kb: "5034127")]
        #expect(ids(records, host("10.0.17763", "KB5034127")).isEmpty)
        #expect(ids(records, host("10.0.17763", "KB5099999")) == ["CVE-2024-1"])
    }

    @Test("an update is contained in what supersedes it, through any number of others, some unknown")
    func chain() throws {
        let records = [
            record("CVE-2024-1", kb: "5034127"), patch("KB5036896", supersedes: ["KB5035849"]),
            patch("KB5035849", supersedes: ["KB5034768", "KB5000001"]), patch("KB5034768", supersedes: ["KB5034127"]),
        ]
        let target = host("10.0.17763", "KB5036896")
        #expect(ids(records, target).isEmpty)
        let verdict = HostScanner(index: index(records))
            .verdict(for: target.packages[0], vulnerability: "CVE-2024-1", target: target)
        #expect(
            verdict.sentence == """
                Fixed: KB5036896 is installed and supersedes KB5034127 through KB5035849, KB5034768 (msrc CVE-2024-1).
                """)
    }

    @Test("updates that supersede each other in a circle end")
    func circle() {
        let records = [
            record("CVE-2024-1", kb: "5034127"), patch("KB5000001", supersedes: ["KB5000002"]),
            patch("KB5000002", supersedes: ["KB5000003"]), patch("KB5000003", supersedes: ["KB5000001"]),
        ]
        #expect(ids(records, host("10.0.17763", "KB5000001")) == ["CVE-2024-1"])
        #expect(ids(records + [record("CVE-2024-2", kb: "5000003")], host("10.0.17763", "KB5000001")) == ["CVE-2024-1"])
    }

    @Test("an installed update tells the build where the host does not: a broken chain does no harm")
    func buildOfUpdate() {
        let records = [
            record("CVE-2024-1", kb: "5034127", build: "10.0.17763.5329"),
            patch("KB5050008", builds: ["10.0.17763.6775", "10.0.20348.3091"]),
        ]
        #expect(ids(records, host("10.0.17763", "KB5050008")).isEmpty)
        // The build of another line says nothing of this one.
        let other = [records[0], patch("KB5050008", builds: ["10.0.20348.9999"])]
        #expect(ids(other, host("10.0.17763", "KB5050008")) == ["CVE-2024-1"])
    }

    @Test("of the alternatives of a month any one will do")
    func alternatives() {
        let records = [
            advisory(
                "CVE-2024-1", Self.product, on: Ecosystem(family: "windows"), source: .msrc, note: "kb:5034171"),
            record("CVE-2024-1", kb: "5034172"),
        ]
        #expect(ids(records, host("6.3.9600", "KB5034172")).isEmpty)
    }

    @Test("architectures and Server Core are other products")
    func products() {
        let records = [record("CVE-2024-1", kb: "5034127", product: "Windows Server 2019 (Server Core installation)")]
        #expect(ids(records, host("10.0.17763.1")).isEmpty)
        #expect(
            ids(records, host("10.0.17763.1", product: "Windows Server 2019 (Server Core installation)")).count == 1)
        // Documents differ in the case of their words, and in doubled blanks.
        #expect(
            ids(records, host("10.0.17763.1", product: "Windows Server 2019  (Server core Installation)")).count == 1)
    }

    @Test("without a revision and without updates nothing can be missing: undecided")
    func unknown() {
        let report = HostScanner(index: index([record("CVE-2024-1", kb: "5034127")])).scan(host("10.0.17763"))
        #expect(report.findings.isEmpty)
        #expect(report.indeterminate.map(\.id) == ["CVE-2024-1"])
    }

    @Test("a product that is affected and has no update is undecided")
    func noUpdate() {
        let records = [record("CVE-2024-1", kb: nil, state: .undetermined)]
        let report = HostScanner(index: index(records)).scan(host("10.0.17763.1"))
        #expect(report.findings.isEmpty)
        #expect(report.indeterminate.count == 1)
    }

    @Test("a finding says which update and which build")
    func explanation() throws {
        let records = [record("CVE-2024-1", kb: "5034127", build: "10.0.17763.5329")]
        let finding = try #require(HostScanner(index: index(records)).scan(host("10.0.17763.5206")).findings.first)
        #expect(finding.fixed == "10.0.17763.5329")
        #expect(finding.explanation.range == "fixed by KB5034127, build 10.0.17763.5329")
        #expect(finding.explanation.comparison == "10.0.17763.5206 < 10.0.17763.5329")
        let missing = try #require(
            HostScanner(index: index([record("CVE-2024-1", kb: "5034127")])).scan(host("10.0.17763", "KB1000000"))
                .findings.first)
        #expect(missing.fixed == "KB5034127")
        #expect(
            missing.explanation.comparison
                == "KB5034127 is not among the 1 installed updates and superseded by none of them")
    }

    @Test("Edge is judged by its version, under the name that Microsoft has for it")
    func program() {
        let records = [
            record("CVE-2024-0333", kb: nil, build: "120.0.2210.133", product: "Microsoft Edge (Chromium-based)")
        ]
        var target = host("10.0.17763.1")
        target.packages.append(
            InstalledPackage(type: "windows-program", name: "Microsoft Edge", version: "120.0.2210.91"))
        #expect(ids(records, target) == ["CVE-2024-0333"])
        target.packages[1].version = "120.0.2210.133"
        #expect(ids(records, target).isEmpty)
    }
}
