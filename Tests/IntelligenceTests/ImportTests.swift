import Domain
import FoundationEssentials
import Glibc
import Intelligence
import Postgres
import Store
import TestSupport
import Testing

@Suite("Feeds into the database", .database)
struct ImportTests {
    private var database: TestDatabase { .current }
    private var intelligence: IntelligenceStore { database.store.intelligence }

    @discardableResult
    private func load(
        _ path: String, _ source: IntelligenceSource?, _ origin: String = "file",
        _ provenance: IntelligenceStore.Provenance = .init()
    ) async throws -> [IntelligenceStore.ImportOutcome] {
        try await intelligence.importFeeds([
            .init(path: path, source: source, origin: origin, provenance: provenance)
        ])
    }

    private func status(_ source: String) async throws -> IntelligenceStore.SourceStatus {
        try #require(try await intelligence.status().first { $0.source == source })
    }

    @Test("loading the same feeds again changes nothing")
    func idempotent() async throws {
        try await load(Fixture.folder, nil)
        let first = try await Catalogue(database)
        try await load(Fixture.folder, nil)
        #expect(try await Catalogue(database) == first)
        #expect(first.rows["advisories", default: 0] > 5)
        #expect(first.rows["patches", default: 0] > 20)
    }

    @Test("a folder of several sources' feeds is told by source")
    func mixed() async throws {
        let outcomes = try await load(Fixture.folder, nil)
        #expect(Set(outcomes.map(\.source)) == Set(FeedImporters.sources.map(\.rawValue)))
        let map = try #require(outcomes.first { $0.source == "exploit-db" })
        #expect(map.rejected.map(\.record) == ["CVE-/2019-1863"])
        #expect(try await intelligence.status().count == FeedImporters.sources.count)
    }

    @Test("a damaged feed changes nothing, and the status says why until a good one is loaded")
    func damaged() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        try await load(Fixture.path("kev.json"), .kev)
        let before = try await Catalogue(database)
        let path = try folder.write(Array(try Fixture.bytes("kev.json").prefix(2000)), to: "kev.json")
        await #expect(throws: IntelligenceError.self) {
            try await load(path, .kev)
        }
        #expect(try await Catalogue(database) == before)
        let failed = try await status("kev")
        #expect(failed.lastError?.contains(path) == true)
        #expect(failed.records == 3)
        try await load(Fixture.path("kev.csv"), .kev)
        #expect(try await status("kev").lastError == nil)
    }

    @Test("an import that is cancelled in its midst leaves nothing; run again it gives what it would have given")
    func cancelled() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let (path, records) = try GeneratedFeed.write(.debian, bytes: 8 << 20, in: folder)
        let feed = IntelligenceStore.Feed(path: path, source: .debian, origin: "file")
        let task = Task { [intelligence] in try await intelligence.importFeeds([feed]) }
        try await waitUntilRunning()
        task.cancel()
        await #expect(throws: (any Error).self) { try await task.value }
        #expect(try await Catalogue(database).rows["advisories"] == 0)
        let outcomes = try await load(path, .debian)
        #expect(outcomes.map(\.records) == [records])
        #expect(try await Catalogue(database).rows["advisories"] == records)
        #expect(try await status("debian").lastError == nil)
    }

    @Test("a feed that is left with batches read ahead is read no further, and ends nothing else")
    func abandoned() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let (path, records) = try GeneratedFeed.write(.debian, bytes: 24 << 20, in: folder)
        let batches = RecordBatches(path: path, source: .debian)
        do {
            let iterator = batches.makeAsyncIterator()
            let first = try #require(try await iterator.next())
            #expect(first.count * 4 < records)
            // Until the reader waits, having read as far ahead as it may.
            try await Task.sleep(for: .seconds(1))
        }
        try await Task.sleep(for: .milliseconds(200))
        #expect(batches.report.value == nil)
    }

    @Test("a process that is killed in mid-import leaves nothing; run again it gives the same as undisturbed")
    func killed() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let (path, records) = try GeneratedFeed.write(.debian, bytes: 8 << 20, in: folder)
        let arguments = ["intel", "import", "--database-url", database.url, "debian", path]
        let victim = try Program(garrison: arguments)
        try await waitUntilRunning()
        victim.signal(SIGKILL)
        #expect(try await victim.end().status == 128 + SIGKILL)
        try await waitUntilInterrupted()
        #expect(try await Catalogue(database).rows["advisories"] == 0)
        #expect(try await Catalogue(database).rows["patches"] == 0)
        let run = try await Program(garrison: arguments).end()
        #expect(run.status == 0, "\(run.complaints)")
        #expect(run.complaints.contains("\(records) records"))
        let resumed = try await Catalogue(database)
        try await load(path, .debian)
        #expect(try await Catalogue(database) == resumed)
        #expect(resumed.rows["advisories"] == records)
    }

    @Test("a feed whose checksum is loaded is not read again; another of the same name is")
    func known() async throws {
        let provenance = IntelligenceStore.Provenance(name: "kev", licence: "CC0 1.0", checksum: "aa")
        try await load(Fixture.path("kev.json"), .kev, "download", provenance)
        let again = try await load("/nowhere/kev.json", .kev, "download", provenance)
        #expect(again.map(\.wasKnown) == [true])
        await #expect(throws: IntelligenceError.self) {
            try await load("/nowhere/kev.json", .kev, "download", .init(name: "kev", checksum: "bb"))
        }
    }

    @Test("a source made of several feeds has the records of all and the newest date; a download replaces the bundle")
    func severalFeeds() async throws {
        try await load(
            Fixture.path("nvd-api.json"), .nvd, "bundled",
            .init(name: "nvd", licence: "public domain", lacks: "Most of it."))
        #expect(try await status("nvd").lacks == "Most of it.")
        for year in ["2002", "modified", "2021"] {
            try await load(
                Fixture.path("nvdcve-2.0-\(year).json.gz"), .nvd, "download", .init(name: "nvd", checksum: year))
        }
        let status = try await status("nvd")
        #expect(status.records == 4 + 2 + 3)
        #expect(status.contentDate == moment("2026-06-17T04:12:05.460"))
        #expect(status.origin == "download")
        #expect(status.licence == "public domain")
        #expect(status.lacks.isEmpty)
    }

    @Test("a source that cannot be had is told even where nothing of it is loaded, until it is found up to date")
    func failures() async throws {
        try await intelligence.recordFailure(of: "epss", feed: "epss.csv.gz", "The host cannot be reached.")
        let status = try await status("epss")
        #expect(status.importedAt == nil)
        #expect(status.lastError == "The host cannot be reached.")
        try await load(Fixture.path("plain.csv.gz"), .epss)
        #expect(try await self.status("epss").lastError == nil)
        try await intelligence.recordFailure(of: "epss", feed: "epss.csv.gz", "The host cannot be reached.")
        #expect(try await self.status("epss").lastError != nil)
        try await intelligence.recordCheck(of: "epss")
        #expect(try await self.status("epss").lastError == nil)
    }

    @Test("what a publisher's feed no longer has is retired by a download, not by a part given by hand")
    func retirement() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        func kev(_ cves: [String]) throws -> String {
            let entries = cves.map { #"{"cveID":"\#($0)","dateAdded":"2024-01-01"}"# }.joined(separator: ",")
            return try folder.write(#"{"catalogVersion":"1","vulnerabilities":[\#(entries)]}"#, to: "kev.json")
        }
        let all = ["CVE-2024-0001", "CVE-2024-0002", "CVE-2024-0003"]
        try await load(try kev(all), .kev, "download")
        try await load(try kev(["CVE-2024-0004"]), .kev, "file")
        #expect(try await Catalogue(database).rows["known_exploited"] == 4)
        try await load(try kev(Array(all.prefix(2))), .kev, "download")
        #expect(try await Catalogue(database).rows["known_exploited"] == 2)
        // Far fewer than before: the publisher's mistake.
        try await load(try kev(all), .kev, "download")
        try await load(try kev(["CVE-2024-0001"]), .kev, "download")
        #expect(try await Catalogue(database).rows["known_exploited"] == 3)
    }

    private func waitUntilRunning() async throws {
        try await wait("no import is running") {
            try await database.store.app.query(
                "SELECT 1 FROM intelligence_imports WHERE state = 'running'", [], tenant: nil
            ).isEmpty == false
        }
    }

    private func waitUntilInterrupted() async throws {
        try await wait("the killed import still counts as running") {
            try await intelligence.status().first { $0.source == "debian" }?.lastError?.contains("interrupted") == true
        }
    }

    private func wait(_ failure: String, until condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try await !condition() {
            guard ContinuousClock.now < deadline else { throw TestFailure(failure) }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

/// What the catalogues hold, without ids and times of writing.
struct Catalogue: Equatable {
    private(set) var rows: [String: Int] = [:]
    private var digests: [String: String] = [:]

    init(_ database: TestDatabase) async throws {
        for (table, query) in Self.queries {
            let row = try await database.store.app.query(
                """
                SELECT count(*), coalesce(md5(string_agg(r::text, E'\\n' ORDER BY r::text)), '')
                FROM (\(query)) AS r
                """, [], tenant: nil)[0]
            rows[table] = try row.decode(0)
            digests[table] = try row.decode(1)
        }
    }

    private static let queries = [
        "advisories": """
        SELECT source, advisory_id, title, severity, published, modified, withdrawn, vulnerabilities, vectors
        FROM advisories
        """,
        "packages": """
        SELECT a.advisory_id AS advisory, p.ecosystem, p.name, p.introduced, p.fixed, p.last_affected, p.versions,
          p.state, p.note, p.urgency
        FROM advisory_packages AS p
        JOIN advisories AS a ON a.id = p.advisory_id
        """,
        "vulnerabilities": """
        SELECT cve_id, title, description, cvss_score, cvss_vector, severity, source, published_date, modified_date,
          epss, kev_added, exploits, is_rejected
        FROM vulnerabilities
        """,
        "known_exploited": "SELECT * FROM known_exploited", "epss_scores": "SELECT * FROM epss_scores",
        "exploits": "SELECT * FROM exploits",
        "patches": """
        SELECT kb_number, kind, title, severity, released_date, reboot_required, is_superseded, products,
          is_servicing_stack
        FROM patches
        """,
        "fixes": """
        SELECT f.ecosystem, f.package, f.fixed_version, p.kb_number
        FROM patch_fixes AS f
        JOIN patches AS p ON p.id = f.patch_id
        """,
        "supersedence": "SELECT kb_number, superseded FROM patch_supersedence",
        "prerequisites": "SELECT kb_number, prerequisite FROM patch_prerequisites",
    ]
}
