import Domain
import FoundationEssentials
import Scanner
import Testing
import TestRandomness

private let cve = "CVE-2024-1"
private let records: [IntelligenceRecord] = [
    advisory(cve, "tool", [fixed("2.0-1")]),
    advisory("DSA-1", "tool", [fixed("1.5-1")], source: .osv, vulnerabilities: [cve, "CVE-2024-2"], severity: .low),
    advisory("ALSA-1", "tool", [fixed("1.5-1")], on: alma, source: .osv),
    advisory("GHSA-1", "left", [fixed("1.5")], on: Ecosystem(family: "pypi"), source: .osv, versions: ["2.0", "1.9"]),
    .knownExploited(
        KnownExploited(
            cve: cve, name: "Tool flaw", dateAdded: "2024-02-01", dueDate: "2024-02-22", knownRansomware: true,
            requiredAction: "")),
    .exploitPrediction(ExploitPrediction(cve: cve, probability: 0.01297, percentile: 0.7858)),
    .exploits(ExploitList(cve: cve, exploits: ["51001", "51002"])),
    .vulnerability(
        VulnerabilityRecord(
            id: cve, source: .nvd, title: "A flaw", vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", score: 9.8)),
    .vulnerability(VulnerabilityRecord(id: cve, source: .osv, title: "Another title", score: 5)),
]

@Suite("Building an index")
struct BuilderTests {
    @Test("facts on a CVE may come before or after the advisories", arguments: [false, true])
    func facts(_ isReversed: Bool) throws {
        let facts = try #require(index(isReversed ? records.reversed() : records).vulnerability(cve))
        #expect(facts.score == 9.8)
        #expect(facts.severity == .critical)
        #expect(facts.title == "A flaw")
        #expect(facts.isKnownExploited && facts.hasRansomwareUse)
        #expect(facts.exploitedSince == "2024-02-01" && facts.dueDate == "2024-02-22")
        #expect(facts.probability == 0.01297 && facts.percentile == 0.7858)
        #expect(facts.exploitCount == 2)
    }

    @Test("the same records give the same bytes in any order", arguments: 0..<20)
    func orderIndependence(_ seed: UInt64) {
        var generator = SeededRandom(seed: seed)
        #expect(index(records.shuffled(using: &generator)).bytes == index(records).bytes)
    }

    @Test("adding everything twice changes nothing")
    func idempotence() {
        #expect(index(records + records).bytes == index(records).bytes)
    }

    @Test("a later record with the same source and id replaces the earlier one")
    func replacement() {
        let report = scan(
            [deb("tool", "1.0-1"), deb("other", "1.0-1")],
            with: [
                advisory("DSA-1", "tool", [unfixed], source: .osv), advisory("DSA-1", "other", [unfixed], source: .osv),
            ])
        #expect(report.findings.map(\.packages) == [["other"]])
    }

    @Test("the tracker's rows on several packages of one CVE stand side by side")
    func trackerRows() {
        let report = scan(
            [deb("tool", "1.0-1"), deb("other", "1.0-1")],
            with: [advisory(cve, "tool", [unfixed]), advisory(cve, "other", [unfixed])])
        #expect(report.findings.map(\.packages) == [["other"], ["tool"]])
    }

    @Test("a withdrawn advisory matches nothing, whether it comes first or replaces a valid one")
    func withdrawn() {
        let withdrawn = Advisory(
            id: "DSA-1", source: .osv, vulnerabilities: [cve], withdrawn: Date(timeIntervalSince1970: 0),
            affected: [AffectedPackage(ecosystem: bookworm, name: "tool")])
        let valid = advisory("DSA-1", "tool", [unfixed], source: .osv, vulnerabilities: [cve])
        #expect(scan([deb("tool", "1.0-1")], with: [valid, .advisory(withdrawn)]).findings.isEmpty)
        #expect(index([valid, .advisory(withdrawn)]).advisoryCount == 0)
    }

    @Test("a rejected CVE matches nothing")
    func rejected() {
        let rejection = IntelligenceRecord.vulnerability(VulnerabilityRecord(id: cve, source: .nvd, isRejected: true))
        #expect(scan([deb("tool", "1.0-1")], with: [rejection, advisory(cve, "tool", [unfixed])]).findings.isEmpty)
    }

    @Test("facts on CVEs that no advisory names are not kept")
    func unusedFacts() {
        let rows = (0..<5000).map {
            IntelligenceRecord.exploitPrediction(
                ExploitPrediction(cve: "CVE-1999-\($0)", probability: 0.5, percentile: 0.5))
        }
        #expect(index(records + rows).bytes == index(records).bytes)
    }

    @Test("without a score of its own a vulnerability has its advisory's best vector")
    func advisoryVector() throws {
        let advisory = Advisory(
            id: "GHSA-1", source: .osv, vulnerabilities: [cve],
            vectors: ["AV:N/AC:L/Au:N/C:P/I:P/A:P", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "nonsense"],
            affected: [AffectedPackage(ecosystem: bookworm, name: "tool")])
        let facts = try #require(index([.advisory(advisory)]).vulnerability(cve))
        #expect(facts.score == 9.8)
        #expect(facts.vector?.hasPrefix("CVSS:3.1") == true)
    }

    @Test("risk comes from all that is known")
    func risk() throws {
        let bare = scan([deb("tool", "1.0-1")], with: Array(records.prefix(1))).findings
        let known = scan([deb("tool", "1.0-1")], with: records).findings.filter { $0.id == cve }
        #expect(try #require(known.first).risk > (try #require(bare.first).risk))
        #expect(known.first?.isKnownExploited == true)
    }

    @Test("an empty index opens, scans and finds nothing")
    func empty() throws {
        let empty = try ScanIndex(contentsOf: index([]).bytes)
        #expect(empty.advisoryCount == 0 && empty.ecosystems.isEmpty && empty.newestAdvisory == nil)
        let report = HostScanner(index: empty).scan(ScanTarget(ecosystem: bookworm, packages: [deb("tool", "1")]))
        #expect(report.findings.isEmpty)
    }
}
