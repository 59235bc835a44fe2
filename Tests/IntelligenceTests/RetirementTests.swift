import Domain
import FoundationEssentials
import Intelligence
import Postgres
import Scanner
import Store
import TestSupport
import Testing

/// What a publisher no longer says matches no longer.
@Suite("Records that are gone", .database)
struct RetirementTests {
    private var database: TestDatabase { .current }
    private var intelligence: IntelligenceStore { database.store.intelligence }

    private func load(
        _ text: String, _ source: IntelligenceSource, origin: String = "download", isPart: Bool = false
    ) async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let feed = IntelligenceStore.Feed(
            path: try folder.write(text, to: "feed.json"), source: source, origin: origin,
            provenance: .init(name: source.rawValue), isPart: isPart)
        _ = try await intelligence.importFeeds([feed])
    }

    /// The advisories that the scan index is made of.
    private func valid() async throws -> [String] {
        try await database.store.app.query(
            "SELECT advisory_id FROM advisories WHERE withdrawn IS NULL ORDER BY 1", [], tenant: nil
        ).map { try $0.decode(0) }
    }

    private static func alpine(_ repository: String, _ packages: [(name: String, fixes: [String])]) -> String {
        let entries = packages.map { package in
            let fixes = package.fixes.map { "\"\($0)\"" }.joined(separator: ",")
            return #"{"pkg":{"name":"\#(package.name)","secfixes":{"1.0-r0":[\#(fixes)]}}}"#
        }
        return #"{"distroversion":"v3.20","reponame":"\#(repository)","packages":[\#(entries.joined(separator: ","))]}"#
    }

    @Test("Alpine: a fix that its file no longer names, of that release and repository alone")
    func alpine() async throws {
        try await load(
            Self.alpine("main", [("a", ["CVE-2024-0001", "CVE-2024-0002"]), ("b", ["CVE-2024-0003"])]), .alpine)
        try await load(Self.alpine("community", [("c", ["CVE-2024-0004"])]), .alpine)
        try await load(Self.alpine("main", [("a", ["CVE-2024-0001"]), ("b", ["CVE-2024-0003"])]), .alpine)
        let ids = try await valid()
        #expect(
            ids.map { $0.split(separator: "/").dropFirst().joined(separator: "/") } == [
                "community/c/CVE-2024-0004", "main/a/CVE-2024-0001", "main/b/CVE-2024-0003",
            ])
        // A package whose version makes no sense, and a file by hand, take nothing back.
        let broken =
            #"{"distroversion":"v3.20","reponame":"main","packages":["#
            + #"{"pkg":{"name":"a","secfixes":{"no version":["CVE-2024-0001"]}}},"#
            + #"{"pkg":{"name":"b","secfixes":{"1.0-r0":["CVE-2024-0003"]}}}]}"#
        try await load(broken, .alpine)
        try await load(Self.alpine("main", [("b", ["CVE-2024-0003"])]), .alpine, origin: "file")
        #expect(try await valid() == ids)
        // Less than half of it is the publisher's mistake.
        try await load(Self.alpine("main", [("z", ["CVE-2024-0009"])]), .alpine, origin: "file")
        try await load(Self.alpine("main", [("b", ["CVE-2024-0003"])]), .alpine)
        #expect(try await valid().count == 4)
    }

    private static func nvd(_ id: String, products: Bool = true, status: String = "Analyzed", day: Int = 1) -> String {
        let match = #"{"vulnerable":true,"criteria":"cpe:2.3:a:acme:thing:*:*:*:*:*:*:*:*","matchCriteriaId":"A"}"#
        let list = products ? #","configurations":[{"nodes":[{"operator":"OR","cpeMatch":[\#(match)]}]}]"# : ""
        return #"{"cve":{"id":"\#(id)","vulnStatus":"\#(status)","lastModified":"2024-05-0\#(day)T00:00:00.000","#
            + #""descriptions":[{"lang":"en","value":"d"}]\#(list)}}"#
    }

    private static func page(_ records: [String]) -> String {
        #"{"resultsPerPage":9,"startIndex":0,"totalResults":9,"vulnerabilities":[\#(records.joined(separator: ","))]}"#
    }

    @Test("NVD: what a whole feed lacks of its years; what a feed of changes lacks stays")
    func nvdAbsent() async throws {
        let ids = ["CVE-2023-0001", "CVE-2024-0001", "CVE-2024-0002", "CVE-2024-0003"]
        try await load(Self.page(ids.map { Self.nvd($0) }), .nvd)
        try await load(Self.page(["CVE-2024-0001", "CVE-2024-0002"].map { Self.nvd($0, day: 2) }), .nvd, isPart: true)
        #expect(try await valid() == ids)
        // Not analysed is not taken back: others may have told of its products.
        let whole = [Self.nvd("CVE-2024-0001", day: 3), Self.nvd("CVE-2024-0002", products: false, day: 3)]
        try await load(Self.page(whole), .nvd)
        #expect(try await valid() == Array(ids.dropLast()))
        try await load(Self.page([Self.nvd("CVE-2024-0004")]), .nvd)
        #expect(try await valid() == Array(ids.dropLast()) + ["CVE-2024-0004"])
    }

    @Test("NVD: a rejected record, whether it still lists products or not; published again, it matches again")
    func nvdRejected() async throws {
        try await load(Self.page([Self.nvd("CVE-2024-0001"), Self.nvd("CVE-2024-0002")]), .nvd, origin: "file")
        let rejected = [
            Self.nvd("CVE-2024-0001", products: false, status: "Rejected", day: 2),
            Self.nvd("CVE-2024-0002", status: "Rejected", day: 2),
        ]
        for _ in 0..<2 { try await load(Self.page(rejected), .nvd, origin: "file", isPart: true) }
        #expect(try await valid().isEmpty)
        // What it said before that says nothing any more.
        try await load(Self.page([Self.nvd("CVE-2024-0001")]), .nvd, origin: "file")
        #expect(try await valid().isEmpty)
        try await load(Self.page([Self.nvd("CVE-2024-0001", day: 3)]), .nvd, origin: "file")
        #expect(try await valid() == ["CVE-2024-0001"])
    }

    private static func cve(_ id: String, state: String = "PUBLISHED", packages: Bool = true, day: Int = 1) -> String {
        let affected =
            #""affected":[{"packageName":"a","collectionURL":"https://pypi.org","#
            + #""versions":[{"status":"affected","version":"1.0","lessThan":"2.0","versionType":"python"}]}]"#
        return #"{"dataType":"CVE_RECORD","cveMetadata":{"cveId":"\#(id)","state":"\#(state)","#
            + #""dateUpdated":"2024-05-0\#(day)T00:00:00Z"},"containers":{"cna":{"title":"t"\#(packages ? "," + affected : "")}}}"#
    }

    @Test("the CVE list: a rejected record, one that is gone, and one that names no packages any more")
    func cve() async throws {
        let ids = (1...6).map { "CVE-2024-000\($0)" }
        try await load(ids.map { Self.cve($0) }.joined(separator: "\n"), .cve)
        #expect(try await valid() == ids)
        try await load(Self.cve(ids[0], state: "REJECTED", packages: false, day: 2), .cve, origin: "file")
        #expect(try await valid() == Array(ids.dropFirst()))
        let whole = [Self.cve(ids[1], packages: false, day: 2)] + ids.dropFirst(3).map { Self.cve($0) }
        try await load(whole.joined(separator: "\n"), .cve)
        #expect(try await valid() == Array(ids.dropFirst(3)))
    }

    @Test("a document that was taken back is gone with its parts, and the index is another")
    func withdrawn() async throws {
        func document(_ id: String, _ cves: [String]) -> String {
            let list = cves.enumerated().map { index, cve in
                #"{"cve":"\#(cve)","product_status":{"fixed":["r9:a-\#(index + 1).0"]}}"#
            }
            return #"{"document":{"csaf_version":"2.0","tracking":{"id":"\#(id)"}},"vulnerabilities":["#
                + list.joined(separator: ",") + "]}"
        }
        let both = document("RHSA-2024:1", ["CVE-2024-0001"]) + "\n" + document("RHSA-2024:2", ["CVE-2024-0002"])
        try await load(both, .redhat)
        let before = try await intelligence.revision()
        #expect(try await intelligence.withdraw(["RHSA-2024:1", "RHSA-2024"], of: .redhat) == 1)
        #expect(try await valid() == ["RHSA-2024:2"])
        #expect(try await intelligence.revision() > before)
        let after = try await intelligence.revision()
        #expect(try await intelligence.withdraw(["RHSA-2024:1"], of: .redhat) == 0)
        #expect(try await intelligence.revision() == after)
    }
}
