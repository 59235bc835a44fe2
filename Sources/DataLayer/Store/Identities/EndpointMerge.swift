import Domain
import FoundationEssentials
import Identification
import Postgres

/// Makes endpoints one, so that nothing that was known of either is lost and a person can take it back.
struct EndpointMerge {
    let connection: Connection
    let tenant: TenantID

    /// What sightings showed, in their order.
    func merge(_ merges: [IdentityDecisions.Merge]) async throws {
        if merges.isEmpty { return }
        let encoder = ReportEncoder()
        try await targets.hold(merges.flatMap { [$0.survivor, $0.other] })
        for merge in merges {
            let event = IdentityEvent.New(
                .merged, merge.survivor, other: merge.other, link: merge.link,
                confidence: merge.resolution.confidence, evidence: try merge.resolution.evidence.json(encoder))
            try await unite(merge.other, into: merge.survivor, event)
        }
    }

    private var targets: TargetMerge { TargetMerge(connection: connection, tenant: tenant) }

    /// All that the other has becomes the survivor's: findings with their histories, decisions, what was done and what
    /// was seen. Of facts that only one can tell, the newer inventory's count.
    ///
    /// - Returns: whether both were there.
    @discardableResult
    func merge(_ other: EndpointID, into survivor: EndpointID, _ event: IdentityEvent.New) async throws -> Bool {
        try await targets.hold([survivor, other])
        return try await unite(other, into: survivor, event)
    }

    @discardableResult
    private func unite(
        _ other: EndpointID, into survivor: EndpointID, _ event: IdentityEvent.New
    ) async throws -> Bool {
        let rows = try await connection.query(
            """
            SELECT id, to_jsonb(e)::text, finding_set_id, (SELECT title_ids FROM software_sets AS s
              WHERE s.tenant_id = $1 AND s.hash = e.software_set)
            FROM endpoints AS e
            WHERE tenant_id = $1 AND id IN ($2, $3)
            """, [.id(tenant), .id(survivor), .id(other)])
        var states: [EndpointID: State] = [:]
        for row in rows {
            states[try row.decode(0)] = State(
                row: try row.decode(1), findings: try row.decode(2), titles: try row.decode(3))
        }
        guard let kept = states[survivor], let gone = states[other] else { return false }
        try await targets.settle(other, into: survivor)
        let moved = try await connection.run([
            Statement(
                "SELECT merge_finding_sets($1, $2, $3)", [.id(tenant), .of(kept.findings), .of(gone.findings)]),
            Statement(
                "SELECT move_endpoint_rows($1, $2, $3)::text", [.id(tenant), .id(other), .id(survivor)]),
        ])
        let findings: UUID? = try moved[0][0].decode(0)
        let moves: String = try moved[1][0].decode(0)
        var record = event
        record.other = other
        try await connection.run(
            IdentityEvent.insertion([record], tenant: tenant) + [
                Statement(
                    """
                    UPDATE identity_events
                    SET finding_set_id = $3, other_finding_set_id = $4,
                      state = jsonb_build_object(
                        'survivor', $5::jsonb, 'other', $6::jsonb, 'moves', $7::jsonb, 'titles', to_jsonb($8::bigint[]),
                        'other_titles', to_jsonb($9::bigint[]), 'merged_finding_set', $10::uuid)
                    WHERE tenant_id = $1 AND id = $2
                    """,
                    [
                        .id(tenant), .id(event.id), .of(kept.findings), .of(gone.findings), .text(kept.row),
                        .text(gone.row), .text(moves), .int8Array(kept.titles ?? []), .int8Array(gone.titles ?? []),
                        .of(findings),
                    ]),
                Statement(
                    "DELETE FROM endpoints WHERE tenant_id = $1 AND id = $2", [.id(tenant), .id(other)]),
                Statement(
                    Self.takeOver, [.id(tenant), .id(survivor), .text(gone.row), .of(findings)]),
                Statement(
                    """
                    INSERT INTO endpoint_redirects (tenant_id, endpoint_id, survivor_id)
                    VALUES ($1, $2, $3)
                    ON CONFLICT (tenant_id, endpoint_id) DO UPDATE SET survivor_id = excluded.survivor_id
                    """, [.id(tenant), .id(other), .id(survivor)]),
                // Score and status follow; see `EndpointSettlement`.
                Statement(
                    "UPDATE finding_sets SET is_pending = true WHERE tenant_id = $1 AND id = ANY($2)",
                    [.id(tenant), .uuidArray([findings, kept.findings, gone.findings].compactMap { $0 })]),
                Self.recount(less: [kept.findings, gone.findings], more: [findings], tenant),
            ])
        _ = try await ReportJoin(connection: connection, tenant: tenant).settle([survivor])
        return true
    }

    private struct State {
        /// JSON.
        let row: String
        let findings: UUID?
        let titles: [Int64]?
    }

    /// The row that is gone is a record now, so its names are free.
    private static let takeOver = """
        UPDATE endpoints AS s
        SET hostname = CASE WHEN t.takes THEN o.hostname ELSE s.hostname END,
          device_id = CASE WHEN t.takes THEN o.device_id ELSE s.device_id END,
          fqdn = CASE WHEN t.takes THEN coalesce(o.fqdn, s.fqdn) ELSE coalesce(s.fqdn, o.fqdn) END,
          os_type = CASE WHEN t.takes THEN o.os_type ELSE s.os_type END,
          os_id = CASE WHEN t.takes THEN o.os_id ELSE s.os_id END,
          os_name = CASE WHEN t.takes THEN o.os_name ELSE s.os_name END,
          os_version = CASE WHEN t.takes THEN o.os_version ELSE s.os_version END,
          os_build = CASE WHEN t.takes THEN o.os_build ELSE s.os_build END,
          os_installation = CASE WHEN t.takes THEN o.os_installation ELSE s.os_installation END,
          kernel_release = CASE WHEN t.takes THEN o.kernel_release ELSE coalesce(s.kernel_release, o.kernel_release) END,
          architecture = CASE WHEN t.takes THEN o.architecture ELSE coalesce(s.architecture, o.architecture) END,
          ip_address = CASE WHEN t.takes THEN coalesce(o.ip_address, s.ip_address)
            ELSE coalesce(s.ip_address, o.ip_address) END,
          mac_address = CASE WHEN t.takes THEN coalesce(o.mac_address, s.mac_address)
            ELSE coalesce(s.mac_address, o.mac_address) END,
          agent_version = CASE WHEN t.takes THEN coalesce(o.agent_version, s.agent_version)
            ELSE coalesce(s.agent_version, o.agent_version) END,
          inventory_at = greatest(s.inventory_at, o.inventory_at),
          inventory_hash = CASE WHEN t.takes THEN o.inventory_hash ELSE s.inventory_hash END,
          software_set = CASE WHEN t.takes OR s.software_set IS NULL THEN o.software_set ELSE s.software_set END,
          install_dates = CASE WHEN t.takes OR s.software_set IS NULL THEN o.install_dates ELSE s.install_dates END,
          notes = CASE WHEN t.takes THEN o.notes ELSE s.notes END,
          exposure = (ARRAY['isolated', 'internal', 'external'])[greatest(
            array_position(ARRAY['isolated', 'internal', 'external'], s.exposure),
            array_position(ARRAY['isolated', 'internal', 'external'], o.exposure))],
          criticality = (ARRAY['low', 'normal', 'high', 'crown'])[greatest(
            array_position(ARRAY['low', 'normal', 'high', 'crown'], s.criticality),
            array_position(ARRAY['low', 'normal', 'high', 'crown'], o.criticality))],
          tags = ARRAY(SELECT DISTINCT tag FROM unnest(s.tags || o.tags) AS tag ORDER BY tag),
          source_names = o.source_names || s.source_names,
          last_seen = greatest(s.last_seen, o.last_seen), created_at = least(s.created_at, o.created_at),
          finding_set_id = $4, updated_at = now()
        FROM jsonb_populate_record(NULL::endpoints, $3::jsonb) AS o
        CROSS JOIN LATERAL (
          SELECT o.inventory_at IS NOT NULL AND (e.inventory_at IS NULL OR o.inventory_at > e.inventory_at) AS takes
          FROM endpoints AS e
          WHERE e.tenant_id = $1 AND e.id = $2
        ) AS t
        WHERE s.tenant_id = $1 AND s.id = $2
        """

    /// Keeps the tenant's list of vulnerabilities: endpoints have sets that they did not have, or have them no more.
    static func recount(less: [UUID?], more: [UUID?], _ tenant: TenantID) -> Statement {
        let sets = less.compactMap { $0.map { ($0, Int64(-1)) } } + more.compactMap { $0.map { ($0, Int64(1)) } }
        return Statement(
            """
            UPDATE tenant_vulnerabilities AS v
            SET endpoints_affected = greatest(0, v.endpoints_affected + d.affected),
              endpoints_remediated = greatest(0, v.endpoints_remediated + d.remediated),
              endpoints_excepted = greatest(0, v.endpoints_excepted + d.excepted), last_changed = now()
            FROM (
              SELECT f.vulnerability_id,
                coalesce(sum(u.weight) FILTER (WHERE f.status IN ('open', 'in_progress')), 0) AS affected,
                coalesce(sum(u.weight) FILTER (WHERE f.status = 'remediated'), 0) AS remediated,
                coalesce(sum(u.weight) FILTER (WHERE f.status = 'exception'), 0) AS excepted
              FROM unnest($2::uuid[], $3::bigint[]) AS u (id, weight)
              JOIN findings AS f ON f.tenant_id = $1 AND f.finding_set_id = u.id
              GROUP BY f.vulnerability_id
            ) AS d
            WHERE v.tenant_id = $1 AND v.vulnerability_id = d.vulnerability_id
              AND (d.affected, d.remediated, d.excepted) <> (0, 0, 0)
            """, [.id(tenant), .uuidArray(sets.map(\.0)), .int8Array(sets.map(\.1))])
    }
}
