import Postgres

extension IntelligenceStore {
    /// Notes that a source is up to date.
    public func recordCheck(of source: String) async throws {
        _ = try await store.owner.query(
            "UPDATE intelligence_sources SET checked_at = clock_timestamp() WHERE source = $1", [.text(source)],
            tenant: nil)
    }

    /// Notes why a source's feed could not be had.
    public func recordFailure(of source: String, feed: String, _ sentence: String) async throws {
        _ = try await store.owner.query(
            """
            INSERT INTO intelligence_imports (source, feed, origin, state, error, finished_at)
            VALUES ($1, $2, 'download', 'failed', $3, clock_timestamp())
            """, [.text(source), .text(feed), .text(sentence)], tenant: nil)
    }
}
