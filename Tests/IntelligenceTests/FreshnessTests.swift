import Domain
import FoundationEssentials
import Intelligence
import Postgres
import Store
import TestSupport
import Testing

@Suite("What is newer stays", .database)
struct FreshnessTests {
    private var database: TestDatabase { .current }
    private var intelligence: IntelligenceStore { database.store.intelligence }

    @discardableResult
    private func load(
        _ text: String, _ source: IntelligenceSource, file: String = "feed.json", origin: String = "file",
        name: String? = nil
    ) async throws -> IntelligenceStore.ImportOutcome {
        let folder = try TestFolder()
        defer { folder.remove() }
        return try await intelligence.importFeed(
            path: try folder.write(text, to: file), source: source, origin: origin, provenance: .init(name: name))
    }

    private func text(_ sql: String) async throws -> [String?] {
        try await database.store.app.query(sql, [], tenant: nil).map { try $0.decode(0) }
    }

    private static func osv(_ id: String, _ title: String, modified: String?, withdrawn: Bool = false) -> String {
        let date = modified.map { #","modified":"\#($0)T00:00:00Z""# } ?? ""
        let end = withdrawn ? #","withdrawn":"2024-06-01T00:00:00Z""# : ""
        return #"{"id":"\#(id)","summary":"\#(title)"\#(date)\#(end),"affected":["#
            + #"{"package":{"ecosystem":"npm","name":"a"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]}"#
    }

    private static func nvd(_ description: String, modified: String, status: String = "Analyzed") -> String {
        #"{"cve":{"id":"CVE-2024-0001","vulnStatus":"\#(status)","lastModified":"\#(modified)T00:00:00.000","#
            + #""descriptions":[{"lang":"en","value":"\#(description)"}]}}"#
    }

    private static func cve(_ title: String, vector: String = "", state: String = "PUBLISHED", updated: String)
        -> String
    {
        let metrics = vector.isEmpty ? "" : #","metrics":[{"cvssV3_1":{"vectorString":"\#(vector)"}}]"#
        return #"{"dataType":"CVE_RECORD","cveMetadata":{"cveId":"CVE-2024-0001","state":"\#(state)","#
            + #""dateUpdated":"\#(updated)T00:00:00Z"},"containers":{"cna":{"title":"\#(title)"\#(metrics)},"adp":[{"metrics":["#
            + #"{"other":{"type":"ssvc","content":{"options":[{"Exploitation":"active"},{"Automatable":"no"},"#
            + #"{"Technical Impact":"partial"}]}}}]}]}}"#
    }

    @Test("an older advisory never takes a newer one's place, in one feed or in several")
    func advisories() async throws {
        try await load(Self.osv("X-1", "new", modified: "2024-05-02"), .osv)
        try await load(Self.osv("X-1", "old", modified: "2024-05-01"), .osv)
        #expect(try await text("SELECT title FROM advisories") == ["new"])
        try await load(
            Self.osv("X-1", "newest", modified: "2024-05-04") + "\n" + Self.osv("X-1", "newer", modified: "2024-05-03"),
            .osv)
        #expect(try await text("SELECT title FROM advisories") == ["newest"])
        try await load(Self.osv("X-1", "withdrawn", modified: "2024-06-01", withdrawn: true), .osv)
        #expect(try await text("SELECT title FROM advisories WHERE withdrawn IS NOT NULL") == ["withdrawn"])
    }

    @Test("a date in the future does not keep later ones out")
    func future() async throws {
        try await load(Self.osv("X-1", "hostile", modified: "9998-01-01"), .osv)
        try await load(Self.nvd("hostile", modified: "9998-01-01"), .nvd)
        let tomorrow = String(Date(timeIntervalSinceNow: 86_400).formatted(.iso8601).prefix(10))
        try await load(Self.osv("X-1", "true", modified: tomorrow), .osv)
        try await load(Self.nvd("true", modified: tomorrow), .nvd)
        #expect(try await text("SELECT title FROM advisories") == ["true"])
        #expect(try await text("SELECT description FROM vulnerabilities WHERE cve_id = 'CVE-2024-0001'") == ["true"])
    }

    @Test("of what several sources say, both are kept, and each field names whose it is")
    func provenance() async throws {
        let vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
        try await load(Self.cve("Of the CNA", vector: vector, updated: "2024-05-01"), .cve)
        try await load(Self.nvd("Of NVD", modified: "2024-05-02"), .nvd)
        try await load(Self.nvd("Of NVD before", modified: "2024-05-01"), .nvd)
        let row = try await database.store.app.query(
            """
            SELECT title, description, cvss_score, field_sources ->> 'title', field_sources ->> 'description',
              field_sources ->> 'score', ssvc_exploitation, ssvc_automatable, ssvc_technical_impact
            FROM vulnerabilities
            """, [], tenant: nil)[0]
        let title: String = try row.decode(0)
        let description: String = try row.decode(1)
        #expect([title, description] == ["Of the CNA", "Of NVD"])
        #expect(try row.decode(2, as: Double.self) == 9.8)
        #expect(try (3...5).map { try row.decode($0, as: String.self) } == ["cve", "nvd", "cve"])
        #expect(try row.decode(6, as: String.self) == "active")
        #expect(try row.decode(7, as: Bool.self) == false)
        #expect(try row.decode(8, as: String.self) == "partial")
        #expect(
            try await text("SELECT source || ' ' || feed FROM vulnerability_records ORDER BY source") == [
                "cve cve", "nvd nvd",
            ])
    }

    @Test("of NVD and the CVE list, the one that changed last tells whether a CVE is rejected")
    func rejection() async throws {
        let rejected = "SELECT is_rejected::text FROM vulnerabilities"
        try await load(Self.nvd("Of NVD", modified: "2024-05-01"), .nvd)
        try await load(Self.cve("", state: "REJECTED", updated: "2024-05-02"), .cve)
        #expect(try await text(rejected) == ["true"])
        try await load(Self.nvd("Of NVD again", modified: "2024-05-03"), .nvd)
        #expect(try await text(rejected) == ["false"])
    }

    @Test("an older catalogue of exploited vulnerabilities leaves the newer one as it is")
    func catalogue() async throws {
        func kev(_ day: String, _ cve: String) -> String {
            #"{"catalogVersion":"1","dateReleased":"\#(day)T00:00:00Z","vulnerabilities":[{"cveID":"\#(cve)","dateAdded":"2024-01-01"}]}"#
        }
        try await load(kev("2024-05-02", "CVE-2024-0002"), .kev, origin: "download")
        let outcome = try await load(kev("2024-05-01", "CVE-2024-0001"), .kev, origin: "download")
        #expect(outcome.wasOlder)
        #expect(outcome.sentence == "kev: older than what is loaded, which stays")
        #expect(try await text("SELECT cve FROM known_exploited") == ["CVE-2024-0002"])
        #expect(try await intelligence.status().map(\.contentDate) == [moment("2024-05-02T00:00:00Z")])
    }

    @Test("what an archive no longer has is retired, of that archive only; what it left out stays")
    func retirement() async throws {
        func record(_ id: String) -> String { Self.osv(id, id, modified: "2024-05-01") }
        let all = ["A-1", "A-2", "A-3"].map(record).joined(separator: "\n")
        try await load(all, .osv, origin: "download", name: "osv-a")
        try await load(record("B-1"), .osv, origin: "download", name: "osv-b")
        let part = record("A-1") + "\n" + #"{"id":"A-2","affected":"none"}"#
        try await load(part, .osv, origin: "download", name: "osv-a")
        let ids = "SELECT advisory_id FROM advisories ORDER BY 1"
        // Less than half of the three came whole: the publisher's mistake.
        #expect(try await text(ids) == ["A-1", "A-2", "A-3", "B-1"])
        try await load(part + "\n" + record("A-4"), .osv, origin: "download", name: "osv-a")
        #expect(try await text(ids) == ["A-1", "A-2", "A-4", "B-1"])
    }

    @Test("what was left out is told until a feed comes without it, and the source is degraded")
    func quarantine() async throws {
        let bad = #"{"id":"BAD-1","affected":"none"}"#
        try await load(Self.osv("BAD-1", "good before", modified: "2024-05-01"), .osv)
        try await load(Self.osv("X-1", "good", modified: "2024-05-01") + "\n" + bad, .osv)
        let status = try #require(try await intelligence.status().first)
        #expect(status.isDegraded)
        #expect(status.quarantined == 1)
        let records = try await intelligence.quarantine(of: "osv")
        #expect(records.map(\.record) == ["BAD-1"])
        #expect(records.allSatisfy { $0.feed == "feed.json" && $0.reason.contains("expected a") })
        #expect(try await text("SELECT title FROM advisories ORDER BY 1") == ["good", "good before"])
        try await load(Self.osv("X-1", "good", modified: "2024-05-01"), .osv)
        #expect(try await intelligence.status().map(\.isDegraded) == [false])
        #expect(try await intelligence.quarantine().isEmpty)
    }

    @Test("EPSS over time is kept as changes, in whatever order the days come")
    func trend() async throws {
        func day(_ day: String, _ score: String) -> String {
            "#model_version:v1,score_date:\(day)T00:00:00+0000\ncve,epss,percentile\nCVE-2024-0001,\(score),0.5\n"
        }
        let days = [("2025-01-01", "0.1"), ("2025-01-02", "0.1"), ("2025-01-04", "0.25"), ("2025-01-03", "0.5")]
        for (date, score) in days { try await load(day(date, score), .epss, file: "\(date).csv") }
        let trend = try await intelligence.predictionTrend(of: "CVE-2024-0001")
        #expect(trend.map(\.day) == ["2025-01-01", "2025-01-03", "2025-01-04"])
        #expect(trend.map { ($0.probability * 100).rounded() } == [10, 50, 25])
        #expect(
            try await text("SELECT score_date::text FROM epss_scores WHERE probability = 0.25::real") == ["2025-01-04"])
        // A day between two that are alike: the score goes there and comes back.
        try await load(day("2025-01-06", "0.25"), .epss, file: "6.csv")
        try await load(day("2025-01-05", "0.75"), .epss, file: "5.csv")
        #expect(
            try await intelligence.predictionTrend(of: "CVE-2024-0001").map(\.probability)
                == [0.1, 0.5, 0.25, 0.75, 0.25].map { Double(Float($0)) })
        #expect(try await intelligence.predictionTrend(of: "CVE-2024-0001", limit: 1).map(\.day) == ["2025-01-06"])
    }
}
