import Domain
import Postgres

/// Takes out what a publisher's complete feed no longer has: an entry that was removed says nothing any more.
/// Only a download is known to be complete; a file given by hand may be a part.
struct IntelligenceRetirement {
    let connection: Connection

    /// Call while the feed is staged and its quarantine known. A feed with less than half of what is loaded is
    /// more likely broken at its publisher's than right, so it retires nothing; nor does one with records left
    /// out that have no id, any of which may be what is missing.
    /// - Parameter isWhole: false for a feed of changes, in which only documents are whole.
    func run(_ part: ImportedPart, isWhole: Bool) async throws {
        guard isWhole else {
            if part.summary.source == .redhat { _ = try await connection.query(Self.partsOfDocuments) }
            return
        }
        guard !part.summary.rejected.contains(where: { Self.isPlace($0.record) }),
            part.summary.skipped <= part.summary.rejected.count
        else { return }
        switch part.summary.source {
        case .kev: _ = try await connection.query(Self.kev)
        case .exploitDB: _ = try await connection.query(Self.exploits)
        // Each of its files is the whole of what it names.
        case .debian, .osv, .ubuntu, .redhat, .cve:
            _ = try await connection.query(Self.advisories, [.text(part.name)])
        case .alpine: _ = try await connection.query(Self.alpine, [.text(part.name)])
        case .nvd:
            _ = try await connection.query("ANALYZE stage_vulnerabilities")
            _ = try await connection.query(Self.nvd, [.text(part.name)])
        default: break
        }
    }

    /// Whether what was left out is named by where it stood, for want of an id.
    private static func isPlace(_ record: String) -> Bool {
        record.isEmpty || record.hasPrefix("$") || record.hasPrefix("line ")
    }

    private static let advisories = IntelligenceChanges.noting(
        """
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
        """)

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

    /// A file is the whole of one repository of one release. Ids are RELEASE/REPOSITORY/PACKAGE/VULNERABILITY; what
    /// was left out is named by its package and version.
    private static let alpine = IntelligenceChanges.noting(
        """
          DELETE FROM advisories AS a
          USING (
            SELECT split_part(advisory_id, '/', 1) AS release, split_part(advisory_id, '/', 2) AS repository,
              count(DISTINCT advisory_id) AS records
            FROM stage_advisories
            WHERE source = 'alpine'
            GROUP BY 1, 2
          ) AS s
          JOIN (
            SELECT split_part(advisory_id, '/', 1) AS release, split_part(advisory_id, '/', 2) AS repository,
              count(*) AS records
            FROM advisories
            WHERE source = 'alpine'
            GROUP BY 1, 2
          ) AS l USING (release, repository)
          WHERE a.source = 'alpine' AND split_part(a.advisory_id, '/', 1) = s.release
            AND split_part(a.advisory_id, '/', 2) = s.repository AND s.records * 2 >= l.records
            AND NOT EXISTS (
              SELECT FROM stage_advisories AS n WHERE n.source = 'alpine' AND n.advisory_id = a.advisory_id
            )
            AND NOT EXISTS (
              SELECT
              FROM intelligence_quarantine AS q
              WHERE q.source = $1 AND starts_with(q.record, split_part(a.advisory_id, '/', 3) || ' ')
            )
        """)

    /// A feed is the whole of the years that it has. A record that is there and lists no products has not been
    /// analysed, which takes nothing back; others may have told of its products meanwhile.
    private static let nvd = IntelligenceChanges.noting(
        """
          DELETE FROM advisories AS a
          USING (
            SELECT split_part(cve_id, '-', 2) AS year, count(DISTINCT cve_id) AS records
            FROM stage_vulnerabilities
            WHERE source = 'nvd'
            GROUP BY 1
          ) AS s
          JOIN (
            SELECT split_part(cve_id, '-', 2) AS year, count(*) AS records
            FROM vulnerability_records
            WHERE source = 'nvd'
            GROUP BY 1
          ) AS l USING (year)
          WHERE a.source = 'nvd' AND split_part(a.advisory_id, '-', 2) = s.year AND s.records * 2 >= l.records
            AND NOT EXISTS (
              SELECT FROM stage_vulnerabilities AS v WHERE v.source = 'nvd' AND v.cve_id = a.advisory_id
            )
            AND NOT EXISTS (
              SELECT FROM intelligence_quarantine AS q WHERE q.source = $1 AND q.record = a.advisory_id
            )
        """)

    /// The parts of a document are DOCUMENT and DOCUMENT/VULNERABILITY.
    private static let partsOfDocuments = IntelligenceChanges.noting(
        """
        DELETE FROM advisories AS a
        USING (SELECT DISTINCT split_part(advisory_id, '/', 1) AS id FROM stage_advisories WHERE source = 'redhat') AS d
        WHERE a.source = 'redhat' AND starts_with(a.advisory_id, d.id || '/')
          AND NOT EXISTS (
            SELECT FROM stage_advisories AS s WHERE s.source = 'redhat' AND s.advisory_id = a.advisory_id
          )
        """)
}
