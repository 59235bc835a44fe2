import Domain
import FoundationEssentials
import Postgres

/// On how many endpoints of a tenant a patch is missing, how many vulnerabilities it ends there and how much risk.
///
/// What is missing is kept by set of findings, as findings are; a tenant's figures are the sums over its sets, each as
/// often as endpoints have it. A set is *settled* when what it adds to the figures is what follows from its findings and
/// its endpoints as they are; settling takes what it added before back, so that it may be done at any time and as often
/// as one likes. Whoever changes findings or endpoints' sets settles them in the same transaction, or leaves
/// `finding_sets.is_pending`. Under `lock_endpoints`.
struct PatchFigures {
    let connection: Connection
    let tenant: TenantID

    /// Sets that are reckoned together.
    private static let batch = 500

    func settle(_ sets: some Collection<UUID>) async throws {
        let sets = Array(Set(sets))
        for start in stride(from: 0, to: sets.count, by: Self.batch) {
            let part = Value.uuidArray(Array(sets[start..<min(start + Self.batch, sets.count)]))
            try await connection.run([Statement(Self.figures, [.id(tenant), part])])
        }
    }

    /// Settles those sets that no endpoint has, before they go.
    func settleUnused(of sets: [UUID]? = nil) async throws {
        let unused = try await connection.query(
            """
            SELECT s.id
            FROM finding_sets AS s
            WHERE s.tenant_id = $1 AND s.patched_endpoints > 0 AND ($2::uuid[] IS NULL OR s.id = ANY($2))
              AND NOT EXISTS (SELECT FROM endpoints AS e WHERE e.tenant_id = $1 AND e.finding_set_id = s.id)
            """, [.id(tenant), sets.map { .uuidArray($0) } ?? .null])
        try await settle(unused.map { try $0.decode(0, as: UUID.self) })
    }

    /// The revision of the intelligence, where the figures do not follow it yet.
    func newRevision() async throws -> Int64? {
        let rows = try await connection.query(
            """
            SELECT r.revision
            FROM tenants AS t
            CROSS JOIN (\(IntelligenceStore.newestRevision)) AS r (revision)
            WHERE t.id = $1 AND t.patched_revision < r.revision
            """, [.id(tenant)])
        return try rows.first?.decode(0)
    }

    /// Marks the sets whose patches have other versions to end now, and takes over what lists are ordered by.
    func follow(_ revision: Int64) async throws {
        try await connection.run([
            Statement(Self.outdated, [.id(tenant)]), Statement(Self.facts, [.id(tenant)]),
            Statement(
                "UPDATE tenants SET patched_revision = $2 WHERE id = $1 AND patched_revision < $2",
                [.id(tenant), .int8(revision)]),
        ])
    }

    /// Takes out what has come to nothing: the rows stay until then, since they come again.
    func removeStale() async throws {
        try await connection.run([
            Statement(
                "DELETE FROM tenant_patch_vulnerabilities WHERE tenant_id = $1 AND endpoints = 0", [.id(tenant)]),
            Statement("DELETE FROM tenant_patches WHERE tenant_id = $1 AND endpoints = 0", [.id(tenant)]),
        ])
    }

    private static let outdated = """
        UPDATE finding_sets AS s
        SET is_pending = true
        FROM (
          SELECT DISTINCT m.finding_set_id
          FROM tenant_patches AS t
          JOIN patches AS p ON p.id = t.patch_id AND p.fixes_hash IS DISTINCT FROM t.fixes_hash
          JOIN finding_set_patches AS m ON m.tenant_id = $1 AND m.patch_id = t.patch_id
          WHERE t.tenant_id = $1
        ) AS o
        WHERE s.tenant_id = $1 AND s.id = o.finding_set_id AND NOT s.is_pending
        """

    private static let facts = """
        UPDATE tenant_patches AS t
        SET needs_reboot = p.reboot_required, released_date = p.released_date, fixes_hash = p.fixes_hash
        FROM patches AS p
        WHERE t.tenant_id = $1 AND p.id = t.patch_id
          AND (t.needs_reboot, t.released_date, t.fixes_hash)
            IS DISTINCT FROM (p.reboot_required, p.released_date, p.fixes_hash)
        """

    /// Which patch ends a finding `f`: joined as `x`. Microsoft's updates are known by their number, which explanations
    /// name.
    static let fix = """
        JOIN patch_fixes AS x ON x.ecosystem = f.ecosystem
          AND x.package = CASE WHEN f.ecosystem = 'windows' THEN '' ELSE f.package END
          AND x.fixed_version = CASE WHEN f.ecosystem = 'windows'
            THEN substring(f.explanation ->> 'range' FROM 'KB[0-9]+') ELSE f.fixed END
        """

    /// A finding's risk in tenths, as whole numbers: sums of them are exact in whichever order they are made.
    static let tenths = "floor(f.risk_score::float8 * 10 + 0.5)::bigint"

    private static let figures = """
        WITH sets AS MATERIALIZED (
          SELECT s.id, s.patched_endpoints AS before, count(e.id)::int AS after
          FROM finding_sets AS s
          LEFT JOIN endpoints AS e ON e.tenant_id = $1 AND e.finding_set_id = s.id
          WHERE s.tenant_id = $1 AND s.id = ANY($2)
          GROUP BY s.id, s.patched_endpoints
        ), fresh AS MATERIALIZED (
          SELECT s.id, x.patch_id, sum(\(tenths))::bigint AS risk,
            array_agg(f.vulnerability_id ORDER BY f.vulnerability_id) AS vulnerabilities, s.after AS endpoints
          FROM sets AS s
          JOIN findings AS f ON f.tenant_id = $1 AND f.finding_set_id = s.id
          \(fix)
          WHERE s.after > 0 AND f.status IN ('open', 'in_progress') AND f.fixed IS NOT NULL
          GROUP BY s.id, x.patch_id, s.after
        ), known AS MATERIALIZED (
          SELECT s.id, m.patch_id, m.risk, m.vulnerabilities, s.before AS endpoints
          FROM sets AS s
          JOIN finding_set_patches AS m ON m.tenant_id = $1 AND m.finding_set_id = s.id
        ), gone AS (
          DELETE FROM finding_set_patches AS m
          USING known AS k
          WHERE m.tenant_id = $1 AND m.finding_set_id = k.id AND m.patch_id = k.patch_id
            AND NOT EXISTS (SELECT FROM fresh AS n WHERE n.id = k.id AND n.patch_id = k.patch_id)
        ), kept AS (
          INSERT INTO finding_set_patches AS m (tenant_id, finding_set_id, patch_id, risk, vulnerabilities)
          SELECT $1, id, patch_id, risk, vulnerabilities FROM fresh
          ON CONFLICT (tenant_id, finding_set_id, patch_id) DO UPDATE
          SET risk = excluded.risk, vulnerabilities = excluded.vulnerabilities
          WHERE (m.risk, m.vulnerabilities) IS DISTINCT FROM (excluded.risk, excluded.vulnerabilities)
        ), counted AS (
          UPDATE finding_sets AS s
          SET patched_endpoints = n.after
          FROM sets AS n
          WHERE s.tenant_id = $1 AND s.id = n.id AND n.after <> n.before
        ), parts AS (
          SELECT patch_id, endpoints, risk, vulnerabilities FROM fresh
          UNION ALL
          SELECT patch_id, -endpoints, risk, vulnerabilities FROM known WHERE endpoints <> 0
        ), sums AS (
          SELECT patch_id, sum(endpoints)::int AS endpoints, sum(endpoints * risk)::bigint AS risk
          FROM parts
          GROUP BY patch_id
        ), changes AS (
          SELECT p.patch_id, u.id, sum(p.endpoints)::int AS endpoints
          FROM parts AS p
          CROSS JOIN LATERAL unnest(p.vulnerabilities) AS u (id)
          GROUP BY p.patch_id, u.id
          HAVING sum(p.endpoints) <> 0
        ), written AS (
          INSERT INTO tenant_patch_vulnerabilities AS v (tenant_id, patch_id, vulnerability_id, endpoints)
          SELECT $1, patch_id, id, endpoints FROM changes ORDER BY patch_id, id
          ON CONFLICT (tenant_id, patch_id, vulnerability_id) DO UPDATE
          SET endpoints = v.endpoints + excluded.endpoints
          RETURNING v.patch_id, v.vulnerability_id, v.endpoints
        ), turned AS (
          SELECT w.patch_id, sum((w.endpoints > 0)::int - (w.endpoints > c.endpoints)::int)::int AS vulnerabilities
          FROM written AS w
          JOIN changes AS c ON c.patch_id = w.patch_id AND c.id = w.vulnerability_id
          GROUP BY w.patch_id
        )
        INSERT INTO tenant_patches AS t
          (tenant_id, patch_id, endpoints, vulnerabilities, risk, needs_reboot, released_date, fixes_hash)
        SELECT $1, s.patch_id, s.endpoints, coalesce(u.vulnerabilities, 0), s.risk, p.reboot_required, p.released_date,
          p.fixes_hash
        FROM sums AS s
        LEFT JOIN turned AS u USING (patch_id)
        JOIN patches AS p ON p.id = s.patch_id
        WHERE (s.endpoints, s.risk, coalesce(u.vulnerabilities, 0)) <> (0, 0, 0)
        ORDER BY s.patch_id
        ON CONFLICT (tenant_id, patch_id) DO UPDATE
        SET endpoints = t.endpoints + excluded.endpoints, vulnerabilities = t.vulnerabilities + excluded.vulnerabilities,
            risk = t.risk + excluded.risk, last_changed = now()
        """
}
