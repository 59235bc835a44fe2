import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// The vulnerability intelligence that is loaded.
    public var intelligence: IntelligenceStore { IntelligenceStore(store: self) }
}

/// Loads intelligence into the catalogues and tells what is there.
public struct IntelligenceStore: Sendable {
    let store: Store

    /// What is known of one source.
    public struct SourceStatus: Sendable {
        /// `debian`, `nvd`, `osv-npm`.
        public let source: String
        /// When its content was true: the feed's own date, not the file's.
        public let contentDate: Date?
        /// Nil when it could not be loaded yet.
        public let importedAt: Date?
        public let records: Int
        public let licence: String
        /// What the loaded feed does not tell, as a sentence; empty when complete.
        public let lacks: String
        public let origin: String
        /// Why the last attempt to load or to fetch it failed; nil when it went well.
        public let lastError: String?
        public let failedAt: Date?
        /// How many records were left out as they make no sense; what was loaded of them before stays.
        public let quarantined: Int

        /// Whether something of the source could not be had or not be used: what is loaded stays in force.
        public var isDegraded: Bool { lastError != nil || quarantined > 0 }

        package init(
            source: String, contentDate: Date? = nil, importedAt: Date?, records: Int, licence: String, lacks: String,
            origin: String, lastError: String? = nil, failedAt: Date? = nil, quarantined: Int = 0
        ) {
            self.source = source
            self.contentDate = contentDate
            self.importedAt = importedAt
            self.records = records
            self.licence = licence
            self.lacks = lacks
            self.origin = origin
            self.lastError = lastError
            self.failedAt = failedAt
            self.quarantined = quarantined
        }
    }

    /// Every source that is loaded, or that somebody tried to load.
    public func status() async throws -> [SourceStatus] {
        try await store.app.query(Self.statusQuery, [], tenant: nil).map { row in
            SourceStatus(
                source: try row.decode(0), contentDate: try row.decode(1), importedAt: try row.decode(2),
                records: try row.decode(3), licence: try row.decode(4), lacks: try row.decode(5),
                origin: try row.decode(6), lastError: try row.decode(7), failedAt: try row.decode(8),
                quarantined: try row.decode(9))
        }
    }

    /// A run that nobody finished is over when nobody holds the lock of imports any more. A failure counts
    /// until its source is loaded, or found to be up to date.
    private static let statusQuery = """
        WITH latest AS (
          SELECT DISTINCT ON (source) source, state, coalesce(finished_at, started_at) AS at,
            coalesce(error, 'The import was interrupted. Run it again.') AS error
          FROM intelligence_imports
          ORDER BY source, started_at DESC
        ), failed AS (
          SELECT source, error, at
          FROM latest
          WHERE state = 'failed' OR state = 'running' AND NOT EXISTS (
            SELECT FROM pg_locks
            WHERE locktype = 'advisory' AND granted AND objsubid = 1
              AND (classid::bigint << 32 | objid::bigint) = hashtextextended('garrison.intelligence', 0)
          )
        ), quarantined AS (
          SELECT source, origin, sum(skipped)::bigint AS records
          FROM (
            SELECT DISTINCT ON (source, origin, feed) source, origin, skipped
            FROM intelligence_imports
            WHERE state = 'done'
            ORDER BY source, origin, feed, started_at DESC
          ) AS newest
          GROUP BY source, origin
        )
        SELECT source, s.content_date, s.imported_at, coalesce(s.records, 0), coalesce(s.licence, ''),
          coalesce(s.lacks, ''), coalesce(s.origin, ''),
          CASE WHEN s.checked_at > f.at THEN NULL ELSE f.error END,
          CASE WHEN s.checked_at > f.at THEN NULL ELSE f.at END,
          coalesce((SELECT q.records FROM quarantined AS q WHERE q.source = s.source AND q.origin = s.origin), 0)
        FROM intelligence_sources AS s
        FULL JOIN failed AS f USING (source)
        ORDER BY source
        """
}
