import Domain
import FoundationEssentials
import Intelligence
import Postgres

/// The record of one run of an import. It is begun and failed outside the import's transaction, so that it
/// stays whatever becomes of that, and done within it: a feed counts as loaded exactly when its records are
/// there.
struct ImportRun {
    let store: Store
    let id: UUID
    /// Whether it was known from the start whose feed it is; otherwise a failure is nobody's.
    private let hasSource: Bool

    /// - Parameter feed: whose run begins.
    init(of feed: IntelligenceStore.Feed, store: Store) async throws {
        self.store = store
        hasSource = feed.name != nil
        id = try await store.owner.query(
            """
            INSERT INTO intelligence_imports (source, feed, origin, checksum)
            VALUES ($1, $2, $3, $4)
            RETURNING id
            """,
            [
                .text(feed.name ?? "auto"), .text(feed.fileName), .text(feed.origin), .of(feed.provenance.checksum),
            ], tenant: nil
        )[0].decode(0)
    }

    /// Under the lock of imports: a run that still counts as running was interrupted.
    static func markInterrupted(store: Store) async throws {
        _ = try await store.owner.query(
            """
            UPDATE intelligence_imports
            SET state = 'failed', error = 'The import was interrupted. Run it again.', finished_at = now()
            WHERE state = 'running'
            """, [], tenant: nil)
    }

    /// The name of a feed whose newest run that is done loaded this very content; nil where none did.
    static func known(_ feed: IntelligenceStore.Feed, store: Store) async throws -> String? {
        guard let name = feed.name, let checksum = feed.provenance.checksum else { return nil }
        let rows = try await store.owner.query(
            """
            SELECT checksum
            FROM intelligence_imports
            WHERE source = $1 AND feed = $2 AND state = 'done'
            ORDER BY started_at DESC
            LIMIT 1
            """, [.text(name), .text(feed.fileName)], tenant: nil)
        return try rows.first?.decode(0, as: String?.self) == checksum ? name : nil
    }

    /// Ends the run well, with one row for each source that the feed turned out to hold.
    func finish(_ parts: [ImportedPart], on connection: Connection) async throws {
        for (index, part) in parts.enumerated() {
            _ = try await connection.query(
                """
                INSERT INTO intelligence_imports AS i
                  (id, source, feed, origin, checksum, state, records, skipped, content_date, started_at, finished_at)
                SELECT CASE WHEN $2 THEN id ELSE uuid_v7() END, $3, feed, origin, checksum, 'done', $4, $5, $6,
                  started_at, clock_timestamp()
                FROM intelligence_imports
                WHERE id = $1
                ON CONFLICT (id) DO UPDATE
                SET source = excluded.source, state = excluded.state, records = excluded.records,
                    skipped = excluded.skipped, content_date = excluded.content_date,
                    finished_at = excluded.finished_at
                """,
                [
                    .uuid(id), .bool(index == 0), .text(part.name), .int(part.summary.records),
                    .int(part.summary.skipped), .of(part.date),
                ])
        }
    }

    /// Ends runs of one transaction badly: the last was the one that failed, and the others are undone with
    /// it. What went wrong with the database itself may keep this from being written; the runs then count as
    /// interrupted.
    static func fail(_ runs: [ImportRun], _ error: any Error) async {
        let sentence = (error as? any UserFacingError)?.message ?? "The import was cancelled."
        for (index, run) in runs.enumerated() {
            if index == runs.count - 1, run.hasSource {
                await run.fail(sentence)
            } else {
                await run.forget()
            }
        }
    }

    private func fail(_ sentence: String) async {
        _ = try? await store.owner.query(
            """
            UPDATE intelligence_imports
            SET state = 'failed', error = $2, finished_at = clock_timestamp()
            WHERE id = $1
            """, [.uuid(id), .text(sentence)], tenant: nil)
    }

    /// Of a feed that turned out to have nothing newer.
    func forgetUnlessDone() async {
        _ = try? await store.owner.query(
            "DELETE FROM intelligence_imports WHERE id = $1 AND state = 'running'", [.uuid(id)], tenant: nil)
    }

    private func forget() async {
        _ = try? await store.owner.query("DELETE FROM intelligence_imports WHERE id = $1", [.uuid(id)], tenant: nil)
    }
}

/// What an import loaded of one source.
struct ImportedPart {
    let name: String
    let summary: FeedSummary
    let date: Date?
    /// Whether what is loaded is newer, as a whole.
    var isOlder = false
}
