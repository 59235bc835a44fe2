import Domain
import FoundationEssentials
import Intelligence
import Postgres

extension IntelligenceStore {
    /// What loading a feed did.
    public struct ImportOutcome: Sendable {
        public let source: String
        public let records: Int
        public let skipped: Int
        public let contentDate: Date?
        /// The same content was loaded before; nothing was read.
        public let wasKnown: Bool

        /// For a person at a terminal.
        public var sentence: String {
            if wasKnown { return "\(source): already loaded" }
            let date = contentDate.map { ", content of \(String($0.formatted(.iso8601).prefix(10)))" } ?? ""
            return "\(source): \(records) records\(date)" + (skipped > 0 ? ", \(skipped) skipped" : "")
        }
    }

    /// Where a feed's content comes from and under which terms, as the bundle's manifest or the
    /// caller knows it.
    public struct Provenance: Sendable {
        public var name: String?
        public var licence: String?
        public var lacks: String?
        public var contentDate: Date?
        public var checksum: String?

        public init(
            name: String? = nil, licence: String? = nil, lacks: String? = nil, contentDate: Date? = nil,
            checksum: String? = nil
        ) {
            self.name = name
            self.licence = licence
            self.lacks = lacks
            self.contentDate = contentDate
            self.checksum = checksum
        }
    }

    /// A feed to load: a file or a folder.
    public struct Feed: Sendable {
        public var path: String
        /// Nil to tell the format by content.
        public var source: IntelligenceSource?
        /// `bundled`, `download`, or the path that a person gave.
        public var origin: String
        public var provenance: Provenance

        public init(
            path: String, source: IntelligenceSource?, origin: String, provenance: Provenance = Provenance()
        ) {
            self.path = path
            self.source = source
            self.origin = origin
            self.provenance = provenance
        }
    }

    /// Loads one feed; see `importFeeds`.
    public func importFeed(
        path: String, source: IntelligenceSource?, origin: String, provenance: Provenance = Provenance()
    ) async throws -> ImportOutcome {
        let feed = Feed(path: path, source: source, origin: origin, provenance: provenance)
        let outcomes = try await importFeeds([feed])
        guard let outcome = outcomes.first else { throw CancellationError() }
        return outcome
    }

    /// Loads feeds in one transaction: all of them or nothing, whenever it ends. Content that is
    /// loaded already is recognised by its checksum and skipped.
    /// - Parameter progress: called with the records read so far.
    /// - Returns: an outcome for each feed, in order.
    /// - Throws: `IntelligenceError` for a damaged feed, `PostgresError`.
    public func importFeeds(
        _ feeds: [Feed], progress: @Sendable (Int) -> Void = { _ in }
    ) async throws -> [ImportOutcome] {
        var known: [Int: ImportOutcome] = [:]
        for (index, feed) in feeds.enumerated() {
            guard let checksum = feed.provenance.checksum, let name = feed.provenance.name,
                try await isLoaded(name, checksum)
            else { continue }
            known[index] = ImportOutcome(source: name, records: 0, skipped: 0, contentDate: nil, wasKnown: true)
        }
        let missing = feeds.enumerated().filter { known[$0.offset] == nil }.map(\.element)
        guard !missing.isEmpty else { return feeds.indices.compactMap { known[$0] } }
        var loaded = try await load(missing, progress)[...]
        store.cache.invalidateAll()
        return feeds.indices.compactMap { known[$0] ?? loaded.popFirst() }
    }

    private func load(_ feeds: [Feed], _ progress: @Sendable (Int) -> Void) async throws -> [ImportOutcome] {
        try await store.owner.transaction(tenant: nil) { connection in
            // One import at a time: two would wait for each other's rows in the merge anyway.
            _ = try await connection.query("SELECT pg_advisory_xact_lock(hashtextextended('garrison.intelligence', 0))")
            let stage = IntelligenceStage(connection: connection)
            try await stage.create()
            var outcomes: [ImportOutcome] = []
            var records = 0
            for feed in feeds {
                let batches = RecordBatches(path: feed.path, source: feed.source)
                for try await batch in batches {
                    try await stage.add(batch)
                    records += batch.count
                    progress(records)
                }
                guard let summary = batches.summary.value else { throw CancellationError() }
                outcomes.append(try await record(feed, summary, connection))
            }
            try await IntelligenceMerge(connection: connection).run()
            _ = try await connection.run([ChangeNotice.statement(nil)])
            return outcomes
        }
    }

    private func isLoaded(_ name: String, _ checksum: String) async throws -> Bool {
        try await !store.owner.query(
            "SELECT 1 FROM intelligence_sources WHERE source = $1 AND checksum = $2", [.text(name), .text(checksum)],
            tenant: nil
        ).isEmpty
    }

    private func record(
        _ feed: Feed, _ summary: FeedSummary, _ connection: Connection
    ) async throws -> ImportOutcome {
        let provenance = feed.provenance
        let name = provenance.name ?? summary.source.rawValue
        let date = summary.contentDate ?? provenance.contentDate
        _ = try await connection.query(
            """
            INSERT INTO intelligence_sources
              (source, content_date, imported_at, records, checksum, licence, lacks, origin)
            VALUES ($1, $2, clock_timestamp(), $3, $4, $5, $6, $7)
            ON CONFLICT (source) DO UPDATE
            SET content_date = excluded.content_date, imported_at = excluded.imported_at, records = excluded.records,
                checksum = excluded.checksum, licence = coalesce(excluded.licence, intelligence_sources.licence),
                lacks = excluded.lacks, origin = excluded.origin
            """,
            [
                .text(name), .of(date), .int(summary.records), .of(provenance.checksum), .of(provenance.licence),
                .text(provenance.lacks ?? summary.notes.joined(separator: " ")), .text(feed.origin),
            ])
        return ImportOutcome(
            source: name, records: summary.records, skipped: summary.skipped, contentDate: date, wasKnown: false)
    }

    /// Changes with each import; an index made of another revision is out of date.
    public func revision() async throws -> Int64 {
        // Set inside the import's transaction and under its lock, so it moves when the content does.
        try await store.app.query(
            "SELECT coalesce((extract(epoch FROM max(imported_at)) * 1000000)::bigint, 0) FROM intelligence_sources",
            [],
            tenant: nil
        )[0].decode(0)
    }

    /// Queues a rescan for every tenant that has endpoints, once for each revision.
    public func queueRescans() async throws {
        let revision = try await revision()
        for tenant in try await store.tenants.list() {
            _ = try await store.jobs.enqueue(.scan, idempotencyKey: "intelligence-\(revision)", tenant: tenant.id)
        }
    }
}
