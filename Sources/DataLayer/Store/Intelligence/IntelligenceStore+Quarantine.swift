import FoundationEssentials
import Intelligence
import Domain
import Postgres

extension IntelligenceStore {
    /// Records of a source that were left out as they make no sense; what was loaded of them before stays.
    public struct QuarantinedRecord: Sendable, Equatable {
        /// `osv-npm`.
        public let source: String
        /// The file that it came in.
        public let feed: String
        /// Its id, else its place in the feed.
        public let record: String
        public let reason: String
        public let since: Date
    }

    /// What the newest imports left out, of each feed the first thousand.
    /// - Parameter source: nil for all sources.
    public func quarantine(of source: String? = nil, limit: Int = 1000) async throws -> [QuarantinedRecord] {
        try await store.app.query(
            """
            SELECT source, feed, record, reason, quarantined_at
            FROM intelligence_quarantine
            WHERE $1::text IS NULL OR source = $1
            ORDER BY source, feed, position
            LIMIT $2
            """, [.of(source), .int(limit)], tenant: nil
        ).map { row in
            QuarantinedRecord(
                source: try row.decode(0), feed: try row.decode(1), record: try row.decode(2),
                reason: try row.decode(3), since: try row.decode(4))
        }
    }
}

/// What a feed left out takes the place of what it left out before.
struct QuarantineUpdate {
    let connection: Connection

    func run(_ part: ImportedPart, feed: String) async throws {
        let rejected = part.summary.rejected
        _ = try await connection.run([
            Statement(
                "DELETE FROM intelligence_quarantine WHERE source = $1 AND feed = $2", [.text(part.name), .text(feed)]),
            Statement(
                """
                INSERT INTO intelligence_quarantine (source, feed, position, record, reason)
                SELECT $1, $2, r.position, r.record, r.reason
                FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS r (record, reason, position)
                """,
                [
                    .text(part.name), .text(feed), .textArray(rejected.map { StoredText.clean($0.record) }),
                    .textArray(rejected.map { StoredText.clean(String($0.reason.prefix(500))) }),
                ]),
        ])
    }
}
