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
        /// The first of those that were left out, with the reason.
        public let rejected: [RejectedRecord]
        public let contentDate: Date?
        /// The same content was loaded before; nothing was read.
        public let wasKnown: Bool
        /// It is older than what is loaded, which stays.
        public let wasOlder: Bool

        init(_ part: ImportedPart) {
            source = part.name
            records = part.summary.records
            skipped = part.summary.skipped
            rejected = part.summary.rejected
            contentDate = part.date
            wasKnown = false
            wasOlder = part.isOlder
        }

        init(known source: String) {
            self.source = source
            records = 0
            skipped = 0
            rejected = []
            contentDate = nil
            wasKnown = true
            wasOlder = false
        }

        /// For a person at a terminal.
        public var sentence: String {
            if wasKnown { return "\(source): already loaded" }
            if wasOlder { return "\(source): older than what is loaded, which stays" }
            let date = contentDate.map { ", content of \(String($0.formatted(.iso8601).prefix(10)))" } ?? ""
            return "\(source): \(records) records\(date)" + (skipped > 0 ? ", \(skipped) left out" : "")
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

    /// A feed to load: a file, an archive or a folder.
    public struct Feed: Sendable {
        public var path: String
        /// Nil to tell the format by content.
        public var source: IntelligenceSource?
        /// `bundled`, `download` or `file`.
        public var origin: String
        public var provenance: Provenance
        /// Whether a download holds what changed alone, so that what it lacks stays.
        public var isPart: Bool

        public init(
            path: String, source: IntelligenceSource?, origin: String, provenance: Provenance = Provenance(),
            isPart: Bool = false
        ) {
            self.isPart = isPart
            self.path = path
            self.source = source
            self.origin = origin
            self.provenance = provenance
        }

        /// What the list of sources calls it; nil when only its content will tell.
        var name: String? { provenance.name ?? source?.rawValue }

        var fileName: String { path.split(separator: "/").last.map(String.init) ?? path }
    }

    /// Loads one feed; see `importFeeds`.
    /// - Returns: the outcome of the first source that was found in it.
    @discardableResult
    public func importFeed(
        path: String, source: IntelligenceSource?, origin: String, provenance: Provenance = Provenance()
    ) async throws -> ImportOutcome {
        let feed = Feed(path: path, source: source, origin: origin, provenance: provenance)
        guard let outcome = try await importFeeds([feed]).first else { throw CancellationError() }
        return outcome
    }

    /// Loads feeds in one transaction: all of them or nothing, whenever it ends. Loading the same content
    /// again changes nothing; where its checksum is given, it is not even read.
    /// - Parameter progress: called with the records read so far.
    /// - Returns: an outcome for each source of each feed, those known before first.
    /// - Throws: `IntelligenceError` for a damaged feed, `PostgresError`.
    public func importFeeds(
        _ feeds: [Feed], progress: @Sendable (Int) -> Void = { _ in }
    ) async throws -> [ImportOutcome] {
        var known: [ImportOutcome] = []
        var missing: [Feed] = []
        for feed in feeds {
            if let name = try await ImportRun.known(feed, store: store) {
                try await recordCheck(of: name)
                known.append(ImportOutcome(known: name))
            } else {
                missing.append(feed)
            }
        }
        if missing.isEmpty { return known }
        let parts = try await load(missing, progress)
        store.cache.invalidateAll()
        return known + parts.map(ImportOutcome.init)
    }

    private func load(_ feeds: [Feed], _ progress: @Sendable (Int) -> Void) async throws -> [ImportedPart] {
        try await store.owner.transaction(tenant: nil) { connection in
            // One import at a time: two would wait for each other's rows in the merge anyway.
            _ = try await connection.query("SELECT pg_advisory_xact_lock(hashtextextended('garrison.intelligence', 0))")
            try await ImportRun.markInterrupted(store: store)
            let stage = IntelligenceStage(connection: connection)
            try await stage.create()
            var runs: [ImportRun] = []
            do {
                var parts: [ImportedPart] = []
                for feed in feeds {
                    let run = try await ImportRun(of: feed, store: store)
                    runs.append(run)
                    let read = parts.reduce(0) { $0 + $1.summary.records }
                    parts += try await load(feed, run, stage) { progress(read + $0) }
                }
                try await IntelligenceMerge(connection: connection).run()
                _ = try await connection.run([ChangeNotice.statement(nil)])
                return parts
            } catch {
                await ImportRun.fail(runs, error)
                throw error
            }
        }
    }

    /// Stages one feed and notes what it holds.
    private func load(
        _ feed: Feed, _ run: ImportRun, _ stage: IntelligenceStage, _ progress: (Int) -> Void
    ) async throws -> [ImportedPart] {
        let batches = RecordBatches(path: feed.path, source: feed.source)
        var records = 0
        let name = feed.source == nil ? nil : feed.provenance.name
        for try await batch in batches {
            try await stage.add(batch, feed: name)
            records += batch.count
            progress(records)
        }
        guard let report = batches.report.value else { throw CancellationError() }
        let isSingle = report.summaries.count == 1
        var parts: [ImportedPart] = []
        for summary in report.summaries {
            var part = ImportedPart(
                name: (isSingle ? feed.provenance.name : nil) ?? summary.source.rawValue, summary: summary,
                date: summary.contentDate ?? feed.provenance.contentDate)
            part.isOlder = try await isOlder(part, stage.connection)
            parts.append(part)
        }
        try await accept(parts.filter { !$0.isOlder }, feed, run, stage.connection)
        for part in parts where part.isOlder { try await discard(part, run, stage.connection) }
        return parts
    }

    private func accept(
        _ parts: [ImportedPart], _ feed: Feed, _ run: ImportRun, _ connection: Connection
    ) async throws {
        try await run.finish(parts, on: connection)
        for part in parts {
            try await record(part, feed, connection)
            try await QuarantineUpdate(connection: connection).run(part, feed: feed.fileName)
            if feed.origin == "download" {
                try await IntelligenceRetirement(connection: connection).run(part, isWhole: !feed.isPart)
            }
        }
    }

    /// Entries of KEV's catalogue have no date of their own: an older catalogue as a whole says less than the one
    /// that is loaded.
    private func isOlder(_ part: ImportedPart, _ connection: Connection) async throws -> Bool {
        guard part.summary.source == .kev, let date = part.date else { return false }
        return try await connection.query(
            "SELECT 1 FROM intelligence_sources WHERE source = $1 AND content_date > $2",
            [.text(part.name), .timestamptz(date)]
        ).isEmpty == false
    }

    private func discard(_ part: ImportedPart, _ run: ImportRun, _ connection: Connection) async throws {
        _ = try await connection.query("DELETE FROM stage_kev")
        try await recordCheck(of: part.name)
        await run.forgetUnlessDone()
    }

    /// A source made up of several feeds has the records of all of them and the date of the newest, as far as
    /// they came the same way: a download takes the place of what was bundled.
    private func record(_ part: ImportedPart, _ feed: Feed, _ connection: Connection) async throws {
        _ = try await connection.query(
            """
            WITH feeds AS (
              SELECT DISTINCT ON (feed) records, content_date
              FROM intelligence_imports
              WHERE source = $1 AND origin = $2 AND state = 'done'
              ORDER BY feed, started_at DESC
            )
            INSERT INTO intelligence_sources
              (source, content_date, imported_at, checked_at, records, licence, lacks, origin)
            SELECT $1, max(content_date), clock_timestamp(), clock_timestamp(), sum(records), $3, $4, $2
            FROM feeds
            ON CONFLICT (source) DO UPDATE
            SET content_date = excluded.content_date, imported_at = excluded.imported_at,
                checked_at = excluded.checked_at, records = excluded.records,
                licence = coalesce(excluded.licence, intelligence_sources.licence), lacks = excluded.lacks,
                origin = excluded.origin
            """,
            [
                .text(part.name), .text(feed.origin), .of(feed.provenance.licence),
                .text(feed.provenance.lacks ?? part.summary.notes.joined(separator: " ")),
            ])
    }
}
