import Domain
import Postgres

/// Takes out what a publisher's complete feed no longer has: an entry that was removed says nothing any more.
/// Only a download is known to be complete; a file given by hand may be a part.
struct IntelligenceRetirement {
    let connection: Connection

    /// Call while the feed is staged. A feed with less than half of what is loaded is more likely broken at
    /// its publisher's than right, so it retires nothing.
    func run(_ source: IntelligenceSource) async throws {
        switch source {
        case .debian: _ = try await connection.query(Self.debian)
        case .kev: _ = try await connection.query(Self.kev)
        default: break
        }
    }

    private static let debian = """
        DELETE FROM advisories AS a
        WHERE a.source = 'debian'
          AND NOT EXISTS (
            SELECT FROM stage_advisories AS s WHERE s.source = 'debian' AND s.advisory_id = a.advisory_id
          )
          AND (SELECT count(DISTINCT advisory_id) FROM stage_advisories WHERE source = 'debian') * 2
            >= (SELECT count(*) FROM advisories WHERE source = 'debian')
        """

    private static let kev = """
        DELETE FROM known_exploited AS k
        WHERE NOT EXISTS (SELECT FROM stage_kev AS s WHERE s.cve = k.cve)
          AND (SELECT count(DISTINCT cve) FROM stage_kev) * 2 >= (SELECT count(*) FROM known_exploited)
        """
}
