import Postgres
import Scanner

/// What an import changes, noted as it merges, so that findings follow it without a scan of everything. The unit is
/// the vulnerability: what a scan says of one depends on the records that name it and on little else.
struct IntelligenceChanges {
    let connection: Connection

    /// Of more vulnerabilities than these it is only noted that they are many.
    static let limit = 20_000

    /// `is_matched` is false where only scores changed, and NULL for what findings do not show. A row without a
    /// vulnerability stands for all of them.
    static let table = """
        CREATE TEMP TABLE stage_changes (
          cve_id text COLLATE "C", is_matched boolean, has_products boolean NOT NULL DEFAULT false,
          has_patches boolean NOT NULL DEFAULT false
        ) ON COMMIT DROP
        """

    /// Between the advisories and their packages, whose rows are still those of before. That a source tells a
    /// package's module streams apart counts for every vulnerability of the package.
    static let advisories = """
        INSERT INTO stage_changes (cve_id, is_matched, has_products)
        WITH few AS (
          SELECT * FROM changed_advisories WHERE (SELECT count(*) FROM changed_advisories) <= \(limit)
        ), modular AS (
          SELECT p.ecosystem, p.name
          FROM few
          JOIN advisory_packages AS p ON p.advisory_id = few.id
          WHERE p.note LIKE '\(ModuleStream.notePrefix)%'
          UNION
          SELECT s.ecosystem, s.name
          FROM few
          JOIN stage_packages AS s USING (source, advisory_id)
          WHERE s.note LIKE '\(ModuleStream.notePrefix)%'
        )
        SELECT u.cve, true, bool_or(few.has_products)
        FROM few
        CROSS JOIN LATERAL unnest(few.vulnerabilities || few.before) AS u (cve)
        GROUP BY u.cve
        UNION ALL
        SELECT DISTINCT u.cve, true, false
        FROM modular
        JOIN advisory_packages AS p USING (ecosystem, name)
        JOIN advisories AS a ON a.id = p.advisory_id
        CROSS JOIN LATERAL unnest(a.vulnerabilities) AS u (cve)
        UNION ALL
        SELECT NULL, true, bool_or(has_products)
        FROM changed_advisories
        HAVING count(*) > \(limit)
        """

    /// A statement that takes advisories (`a`) out or withdraws them, and notes which vulnerabilities they were on.
    /// Their packages may go with them; what is joined here is from before.
    static func noting(_ statement: String) -> String {
        """
        WITH gone AS (
        \(statement)
          RETURNING a.id, a.vulnerabilities, a.applicability IS NOT NULL AS has_products
        ), touched AS (
          INSERT INTO stage_touched
          SELECT DISTINCT p.ecosystem, p.name
          FROM gone AS g
          JOIN advisory_packages AS p ON p.advisory_id = g.id
          UNION
          SELECT DISTINCT '\(ProductName.ecosystem)', o.product
          FROM gone AS g
          JOIN advisory_products AS o ON o.advisory_id = g.id
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
    }

    static let records = """
        INSERT INTO stage_changes (cve_id, is_matched)
        SELECT cve_id, false
        FROM changed_vulnerabilities
        WHERE (SELECT count(*) FROM changed_vulnerabilities) <= \(limit)
        UNION ALL
        SELECT NULL, false
        FROM changed_vulnerabilities
        HAVING count(*) > \(limit)
        """

    /// Before the patches are merged.
    static let patches = """
        INSERT INTO stage_changes (has_patches)
        SELECT true
        WHERE EXISTS (
          SELECT FROM stage_patches AS s
          LEFT JOIN patches AS p USING (kb_number)
          WHERE p.id IS NULL OR NOT p.builds @> coalesce(s.builds, '{}')
        ) OR EXISTS (
          SELECT FROM stage_patches AS s
          CROSS JOIN LATERAL unnest(s.supersedes) AS u (superseded)
          WHERE s.kb_number <> u.superseded AND NOT EXISTS (
            SELECT FROM patch_supersedence AS p
            WHERE p.kb_number = s.kb_number AND p.superseded = u.superseded)
        )
        """

    /// Notes a revision at the end of an import, unless nothing has changed. Under the lock of imports, which is what
    /// puts revisions in an order.
    func record() async throws {
        let statements = [Self.revision, Self.changes, Self.outdated].map { Statement($0) }
        _ = try await connection.run([Statement("ANALYZE stage_changes")] + statements)
    }

    private static let revision = """
        INSERT INTO intelligence_revisions
          (revision, is_everything, has_all_facts, has_products, has_patches, ecosystems)
        SELECT greatest(
            (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,
            (SELECT coalesce(max(revision), 0) + 1 FROM intelligence_revisions)),
          coalesce(bool_or(cve_id IS NULL AND is_matched), false)
            OR count(DISTINCT cve_id) FILTER (WHERE is_matched) > \(limit),
          coalesce(bool_or(cve_id IS NULL AND NOT is_matched), false)
            OR count(DISTINCT cve_id) FILTER (WHERE NOT is_matched) > \(limit),
          bool_or(has_products), bool_or(has_patches), (\(ecosystems))
        FROM stage_changes
        HAVING count(*) > 0
        """

    /// Goes from one ecosystem to the next by advisory_packages_name_idx. Of one that counts, an advisory is in force
    /// and on a vulnerability that is not rejected.
    private static let ecosystems = """
        WITH RECURSIVE named (ecosystem) AS (
          (SELECT ecosystem FROM advisory_packages ORDER BY ecosystem LIMIT 1)
          UNION ALL
          SELECT (
            SELECT p.ecosystem FROM advisory_packages AS p WHERE p.ecosystem > n.ecosystem ORDER BY p.ecosystem LIMIT 1)
          FROM named AS n
          WHERE n.ecosystem IS NOT NULL
        )
        SELECT coalesce(array_agg(n.ecosystem ORDER BY n.ecosystem), '{}')
        FROM named AS n
        CROSS JOIN LATERAL (
          SELECT
          FROM advisory_packages AS p
          JOIN advisories AS a ON a.id = p.advisory_id
          CROSS JOIN LATERAL unnest(a.vulnerabilities) AS u (cve)
          LEFT JOIN vulnerabilities AS v ON v.cve_id = u.cve
          WHERE p.ecosystem = n.ecosystem AND p.name <> '' AND a.withdrawn IS NULL AND v.is_rejected IS NOT TRUE
          LIMIT 1
        ) AS covered
        """

    private static let changes = """
        INSERT INTO intelligence_changes (revision, cve_id, is_matched)
        SELECT r.revision, c.cve_id, bool_or(c.is_matched)
        FROM stage_changes AS c
        JOIN (
          SELECT revision, is_everything, has_all_facts FROM intelligence_revisions ORDER BY revision DESC LIMIT 1
        ) AS r ON NOT r.is_everything
        WHERE c.cve_id IS NOT NULL AND c.is_matched IS NOT NULL AND (c.is_matched OR NOT r.has_all_facts)
        GROUP BY r.revision, c.cve_id
        """

    private static let outdated = """
        DELETE FROM intelligence_revisions
        WHERE recorded_at < now() - interval '30 days'
          AND revision < (SELECT max(revision) FROM intelligence_revisions)
        """
}
