import Domain
import Postgres
import Scanner

/// Takes out what a publisher's complete feed no longer has: an entry that was removed says nothing any more.
/// Only a download is known to be complete; a file given by hand may be a part.
struct IntelligenceRetirement {
    let connection: Connection

    /// Call while the feed is staged and its quarantine known. A feed with less than half of what is loaded is
    /// more likely broken at its publisher's than right, so it retires nothing; nor does one with records left
    /// out that have no id, any of which may be what is missing.
    func run(_ part: ImportedPart) async throws {
        guard !part.summary.rejected.contains(where: { $0.record.hasPrefix("$") || $0.record.hasPrefix("line ") }),
            part.summary.skipped <= part.summary.rejected.count
        else { return }
        switch part.summary.source {
        case .kev: _ = try await connection.query(Self.kev)
        case .exploitDB: _ = try await connection.query(Self.exploits)
        // Each of its files is the whole of what it names.
        case .debian, .osv, .ubuntu, .redhat: _ = try await connection.query(Self.advisories, [.text(part.name)])
        default: break
        }
    }

    /// Their packages go with them; what is joined here is from before.
    private static let advisories = """
        WITH gone AS (
          DELETE FROM advisories AS a
          WHERE coalesce(a.feed, a.source) = $1
            AND NOT EXISTS (
              SELECT FROM stage_advisories AS s WHERE s.source = a.source AND s.advisory_id = a.advisory_id
            )
            AND NOT EXISTS (
              SELECT
              FROM intelligence_quarantine AS q
              WHERE q.source = $1 AND (q.record LIKE '% ' || a.advisory_id
                OR lower(q.record) IN (lower(a.advisory_id), lower(a.advisory_id) || '.json'))
            )
            AND (SELECT count(DISTINCT advisory_id) FROM stage_advisories WHERE feed = $1) * 2
              >= (SELECT count(*) FROM advisories WHERE coalesce(feed, source) = $1)
          RETURNING a.id, a.vulnerabilities, a.applicability IS NOT NULL AS has_products
        )
        INSERT INTO stage_changes (cve_id, is_matched, has_products)
        SELECT DISTINCT u.cve, true, g.has_products
        FROM gone AS g
        CROSS JOIN LATERAL unnest(g.vulnerabilities) AS u (cve)
        UNION
        SELECT u.cve, true, false
        FROM gone AS g
        JOIN advisory_packages AS m ON m.advisory_id = g.id AND m.note LIKE '\(ModuleStream.notePrefix)%'
        JOIN advisory_packages AS p ON p.ecosystem = m.ecosystem AND p.name = m.name
        JOIN advisories AS a ON a.id = p.advisory_id
        CROSS JOIN LATERAL unnest(a.vulnerabilities) AS u (cve)
        """

    private static let kev = """
        WITH gone AS (
          DELETE FROM known_exploited AS k
          WHERE NOT EXISTS (SELECT FROM stage_kev AS s WHERE s.cve = k.cve)
            AND NOT EXISTS (SELECT FROM intelligence_quarantine AS q WHERE q.source = 'kev' AND q.record = k.cve)
            AND (SELECT count(DISTINCT cve) FROM stage_kev) * 2 >= (SELECT count(*) FROM known_exploited)
          RETURNING k.cve
        )
        INSERT INTO stage_retired SELECT cve FROM gone
        """

    /// Ids vanish, too: what is staged takes the place of what is loaded.
    private static let exploits = """
        WITH gone AS (
          DELETE FROM exploits AS x
          WHERE NOT EXISTS (SELECT FROM stage_exploits AS s WHERE s.cve = x.cve AND s.ids @> x.ids)
            AND (SELECT count(DISTINCT cve) FROM stage_exploits) * 2 >= (SELECT count(*) FROM exploits)
          RETURNING x.cve
        )
        INSERT INTO stage_retired SELECT cve FROM gone
        """
}
