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
        /// `debian`, `nvd`; one row for each feed of it.
        public let source: String
        /// When its content was true: the feed's own date, not the file's.
        public let contentDate: Date?
        public let importedAt: Date
        public let records: Int
        public let licence: String
        /// What the loaded feed does not tell, as a sentence; empty when complete.
        public let lacks: String
        public let origin: String

        package init(
            source: String, contentDate: Date? = nil, importedAt: Date, records: Int, licence: String, lacks: String,
            origin: String
        ) {
            self.source = source
            self.contentDate = contentDate
            self.importedAt = importedAt
            self.records = records
            self.licence = licence
            self.lacks = lacks
            self.origin = origin
        }
    }

    public func status() async throws -> [SourceStatus] {
        try await store.app.query(
            """
            SELECT source, content_date, imported_at, records, coalesce(licence, ''), coalesce(lacks, ''),
              coalesce(origin, '')
            FROM intelligence_sources
            WHERE imported_at IS NOT NULL
            ORDER BY source
            """, [], tenant: nil
        ).map { row in
            SourceStatus(
                source: try row.decode(0), contentDate: try row.decode(1), importedAt: try row.decode(2),
                records: try row.decode(3), licence: try row.decode(4), lacks: try row.decode(5),
                origin: try row.decode(6))
        }
    }
}
