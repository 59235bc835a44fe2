import Domain
import FoundationEssentials
import Postgres

/// Vulnerabilities that sources report themselves, and what follows for the endpoints: what is open by any of an endpoint's
/// sources is a finding of it, beside what the scan finds in its software.
struct ReportJoin {
    let connection: Connection
    let tenant: TenantID

    /// Endpoints that are worked out by one statement.
    private static let batch = 2000

    /// Takes what was reported of a connector's devices that are marked.
    ///
    /// - Returns: the endpoints of which other things are reported now.
    func settle(_ connector: ConnectorID) async throws -> [EndpointID] {
        let rows = try await connection.query(
            """
            UPDATE endpoint_sources
            SET reports_pending = false
            WHERE tenant_id = $1 AND connector_id = $2 AND reports_pending
            RETURNING endpoint_id
            """, [.id(tenant), .id(connector)])
        return try await settle(Set(rows.compactMap { try $0.decode(0, as: EndpointID?.self) }))
    }

    /// Gives endpoints what their sources report together.
    ///
    /// - Returns: those of which other things are reported now.
    func settle(_ endpoints: Set<EndpointID>) async throws -> [EndpointID] {
        let ids = endpoints.map(\.uuid).sorted { $0.uuidString < $1.uuidString }
        var changed: [EndpointID] = []
        for start in stride(from: 0, to: ids.count, by: Self.batch) {
            changed += try await connection.query(
                Self.union, [.id(tenant), .uuidArray(Array(ids[start..<min(start + Self.batch, ids.count)]))]
            ).map { try $0.decode(0) }
        }
        return changed
    }

    /// Of several reports of one vulnerability the gravest counts.
    private static let union = """
        WITH reports AS (
          SELECT u.id AS endpoint_id, upper(r.report ->> 'vulnerability') AS id, r.report, c.name AS source
          FROM unnest($2::uuid[]) AS u (id)
          JOIN endpoint_sources AS s ON s.tenant_id = $1 AND s.endpoint_id = u.id
          JOIN connectors AS c ON c.tenant_id = $1 AND c.id = s.connector_id
          CROSS JOIN LATERAL (
            SELECT v.report
            FROM connector_records AS v
            WHERE v.tenant_id = $1 AND v.connector_id = s.connector_id AND v.device_id = s.device_id
              AND v.stream = 'vulnerabilities'
            OFFSET 0
          ) AS r
          WHERE s.ended_at IS NULL AND s.quarantined_at IS NULL AND r.report ->> 'status' IN ('open', 'reopened')
            AND NOT coalesce((r.report ->> 'is_suppressed')::boolean, false)
            AND r.report ->> 'vulnerability' ~* '^CVE-(19|20)\\d{2}-\\d{4,7}$'
        ), products AS (
          SELECT r.endpoint_id, r.id, array_agg(DISTINCT p.name ORDER BY p.name) AS names
          FROM reports AS r
          CROSS JOIN LATERAL jsonb_array_elements_text(r.report -> 'products') AS p (name)
          GROUP BY r.endpoint_id, r.id
        ), merged AS (
          SELECT endpoint_id, id, (ARRAY['low', 'medium', 'high', 'critical'])[max(
              array_position(ARRAY['low', 'medium', 'high', 'critical'], report ->> 'severity'))] AS severity,
            max((report ->> 'score')::float8) AS score, max(report ->> 'vector') AS vector,
            coalesce(bool_or((report ->> 'is_known_exploited')::boolean), false) AS known_exploited,
            array_agg(DISTINCT source ORDER BY source) AS sources
          FROM reports
          GROUP BY endpoint_id, id
        ), lists AS MATERIALIZED (
          SELECT m.endpoint_id, jsonb_agg(
            jsonb_build_object('id', m.id, 'severity', m.severity, 'score', m.score, 'vector', m.vector,
              'known_exploited', m.known_exploited, 'sources', m.sources, 'products', coalesce(p.names, '{}'))
            ORDER BY m.id) AS reports
          FROM merged AS m
          LEFT JOIN products AS p ON p.endpoint_id = m.endpoint_id AND p.id = m.id
          GROUP BY m.endpoint_id
        ), hashed AS MATERIALIZED (
          SELECT endpoint_id, reports,
            encode(substring(sha256(convert_to(reports::text, 'UTF8')) FOR 16), 'hex')::uuid AS hash
          FROM lists
        ), sets AS (
          INSERT INTO reported_sets (tenant_id, hash, reports)
          SELECT DISTINCT ON (hash) $1::uuid, hash, reports FROM hashed
          ON CONFLICT DO NOTHING
        )
        UPDATE endpoints AS e
        SET reported_set = h.hash, updated_at = now()
        FROM unnest($2::uuid[]) AS u (id)
        LEFT JOIN hashed AS h ON h.endpoint_id = u.id
        WHERE e.tenant_id = $1 AND e.id = u.id AND e.reported_set IS DISTINCT FROM h.hash
        RETURNING e.id
        """
}
