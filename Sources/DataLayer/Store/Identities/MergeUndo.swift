import Domain
import FoundationEssentials
import Postgres

/// Takes a merge of endpoints back.
struct MergeUndo {
    let connection: Connection
    let tenant: TenantID

    /// A merge as it was noted.
    private struct Merge {
        let survivor: EndpointID
        let other: EndpointID
        let findings: UUID?
        let otherFindings: UUID?
        /// JSON.
        let state: String
    }

    /// - Returns: the endpoint that remained, and the one that is there again.
    func undo(
        _ event: IdentityEvent.ID, by principal: Principal
    ) async throws -> (survivor: EndpointID, other: EndpointID) {
        let merge = try await find(event)
        let links = LinkTable(connection: connection, tenant: tenant)
        try await restoreSets(merge)
        let current: UUID? = try await connection.query(
            "SELECT finding_set_id FROM endpoints WHERE tenant_id = $1 AND id = $2", [.id(tenant), .id(merge.survivor)]
        ).first?.decode(0)
        try await connection.run([
            Statement(
                "DELETE FROM endpoint_redirects WHERE tenant_id = $1 AND endpoint_id = $2",
                [.id(tenant), .id(merge.other)]),
            Statement(
                Self.restoreSurvivor,
                [.id(tenant), .id(merge.survivor), .text(merge.state), .of(merge.findings), .id(merge.other)]),
            Statement(
                Self.restoreOther, [.id(tenant), .id(merge.other), .text(merge.state), .of(merge.otherFindings)]),
            Statement(
                "SELECT return_endpoint_rows($1, $2, $3, $4::jsonb -> 'moves')",
                [.id(tenant), .id(merge.other), .id(merge.survivor), .text(merge.state)]),
            EndpointMerge.recount(less: [current], more: [merge.findings, merge.otherFindings], tenant),
            Statement(
                "UPDATE finding_sets SET is_pending = true WHERE tenant_id = $1 AND id = ANY($2)",
                [
                    .id(tenant),
                    .uuidArray([current, merge.findings, merge.otherFindings].compactMap { $0 }),
                ]),
            Statement(
                "UPDATE identity_events SET undone_at = now() WHERE tenant_id = $1 AND id = $2",
                [.id(tenant), .id(event)]),
        ])
        let theirs = try await links.devices(of: merge.other)
        for device in try await links.devices(of: merge.survivor) {
            try await links.separate(device, from: theirs, by: principal)
        }
        // What was reported since counts: lists of software now, the rest when it is reported again.
        try await connection.run([
            Statement(Self.takeOwnLists, [.id(tenant), .id(merge.survivor), .id(merge.other), .id(event)])
        ])
        _ = try await SoftwareJoin(connection: connection, tenant: tenant).settle([merge.survivor, merge.other])
        _ = try await ReportJoin(connection: connection, tenant: tenant).settle([merge.survivor, merge.other])
        _ = try await connection.query(
            """
            UPDATE connector_records AS r
            SET report_hash = NULL
            FROM endpoint_sources AS s
            WHERE s.tenant_id = $1 AND s.endpoint_id IN ($2, $3) AND r.tenant_id = $1
              AND r.connector_id = s.connector_id AND r.stream = 'devices' AND r.source_id = s.device_id
            """, [.id(tenant), .id(merge.survivor), .id(merge.other)])
        return (merge.survivor, merge.other)
    }

    private func find(_ event: IdentityEvent.ID) async throws -> Merge {
        let rows = try await connection.query(
            """
            SELECT e.kind, e.undone_at IS NOT NULL, e.endpoint_id, e.other_endpoint_id, e.finding_set_id,
              e.other_finding_set_id, e.state::text,
              EXISTS (SELECT FROM endpoints AS s WHERE s.tenant_id = $1 AND s.id = e.endpoint_id),
              EXISTS (
                SELECT FROM identity_events AS later
                WHERE later.tenant_id = $1 AND later.kind = 'merged' AND later.undone_at IS NULL
                  AND later.endpoint_id = e.endpoint_id AND later.id <> e.id AND (later.at, later.id) > (e.at, e.id))
            FROM identity_events AS e
            WHERE e.tenant_id = $1 AND e.id = $2
            """, [.id(tenant), .id(event)])
        guard let row = rows.first, let survivor = try row.decode(2, as: EndpointID?.self),
            let other = try row.decode(3, as: EndpointID?.self), let state = try row.decode(6, as: String?.self)
        else { throw StoreError.notFound(kind: "merge", id: event.description) }
        if try row.decode(1) { throw Self.conflict("The merge was taken back already.") }
        if try !row.decode(7, as: Bool.self) {
            throw Self.conflict(
                "The endpoint that remained has become part of another itself. Take that merge back first.")
        }
        if try row.decode(8) {
            throw Self.conflict("Another endpoint became part of this one since. Take that merge back first.")
        }
        return Merge(
            survivor: survivor, other: other, findings: try row.decode(4), otherFindings: try row.decode(5),
            state: state)
    }

    private static func conflict(_ reason: String) -> StoreError { .conflict(kind: "merge", reason: reason) }

    /// Sets of software may have been removed since as nobody's.
    private func restoreSets(_ merge: Merge) async throws {
        _ = try await connection.query(
            """
            INSERT INTO software_sets (tenant_id, hash, title_ids)
            SELECT $1, (s.state #>> ARRAY[p.part, 'software_set'])::uuid,
              ARRAY(SELECT jsonb_array_elements_text(s.state -> p.titles)::bigint)
            FROM (SELECT $2::jsonb AS state) AS s
            CROSS JOIN (VALUES ('survivor', 'titles'), ('other', 'other_titles')) AS p (part, titles)
            WHERE s.state #>> ARRAY[p.part, 'software_set'] IS NOT NULL
            ON CONFLICT DO NOTHING
            """, [.id(tenant), .text(merge.state)])
    }

    /// The name and the id that the merge took from the other are the other's again.
    private static let restoreSurvivor = """
        UPDATE endpoints AS s
        SET hostname = CASE WHEN \(isFree("o.hostname", besides: "$5")) THEN o.hostname ELSE s.hostname END,
          device_id = o.device_id, fqdn = o.fqdn, os_type = o.os_type, os_id = o.os_id, os_name = o.os_name,
          os_version = o.os_version, os_build = o.os_build, os_installation = o.os_installation,
          kernel_release = o.kernel_release, architecture = o.architecture, ip_address = o.ip_address,
          mac_address = o.mac_address, agent_version = o.agent_version, last_seen = o.last_seen,
          exposure = o.exposure, criticality = o.criticality, tags = o.tags, software_set = o.software_set,
          install_dates = o.install_dates, notes = o.notes, source_names = o.source_names,
          inventory_at = o.inventory_at, inventory_hash = o.inventory_hash, status = o.status,
          risk_score = o.risk_score, open_findings = o.open_findings, excepted_findings = o.excepted_findings,
          worst_severity = o.worst_severity, scanned_at = o.scanned_at, created_at = o.created_at,
          finding_set_id = $4, updated_at = now()
        FROM jsonb_populate_record(NULL::endpoints, $3::jsonb -> 'survivor') AS o
        WHERE s.tenant_id = $1 AND s.id = $2
        """

    private static let restoreOther = """
        INSERT INTO endpoints
        SELECT (jsonb_populate_record(
          NULL::endpoints,
          ($3::jsonb -> 'other') || jsonb_build_object(
            'finding_set_id', $4::uuid, 'reported_set', NULL,
            'hostname', CASE WHEN \(isFree("$3::jsonb #>> '{other,hostname}'", besides: "$2"))
              THEN $3::jsonb #>> '{other,hostname}'
              ELSE ($3::jsonb #>> '{other,hostname}') || '-' || $2::uuid::text END))).*
        """

    /// Hosts' own lists that came while the endpoints were one. The hash of the inventory goes, so that the next one is
    /// taken in whole.
    private static let takeOwnLists = """
        UPDATE endpoints AS e
        SET software_set = l.software_set, install_dates = l.install_dates, inventory_hash = NULL, updated_at = now()
        FROM (
          SELECT DISTINCT ON (s.endpoint_id) s.endpoint_id, s.software_set, s.install_dates
          FROM endpoint_sources AS s
          JOIN connectors AS c ON c.tenant_id = $1 AND c.id = s.connector_id
          WHERE s.tenant_id = $1 AND s.endpoint_id IN ($2, $3) AND \(SoftwareJoin.ownList)
            AND s.software_at > (SELECT at FROM identity_events WHERE tenant_id = $1 AND id = $4)
          ORDER BY s.endpoint_id, s.software_at DESC
        ) AS l
        WHERE e.tenant_id = $1 AND e.id = l.endpoint_id AND e.software_set IS DISTINCT FROM l.software_set
        """

    private static func isFree(_ name: String, besides id: String) -> String {
        """
        NOT EXISTS (
          SELECT FROM endpoints AS n
          WHERE n.tenant_id = $1 AND n.hostname = \(name) AND n.id <> \(id) AND n.id <> $2)
        """
    }
}
