import Domain
import FoundationEssentials
import Postgres

/// Rows of `edr_devices` from the devices of Microsoft accounts.
struct MicrosoftDevices {
    let page: ConnectorPage

    private var tenant: TenantID { page.tenant }

    func write(_ ids: [String], _ connection: Connection) async throws {
        var ids = ids
        if page.batch.mayRemove {
            // What Defender does not list any more may still be a device of Intune's, under another name.
            let orphans = try await connection.run([forget, orphans])[1]
            ids += try orphans.map { try $0.decode(0) as String }
        }
        guard !ids.isEmpty else { return }
        // Two accounts may list one machine at the same time.
        try await connection.query(
            "SELECT pg_advisory_xact_lock(hashtextextended('edr_devices ' || $1::text, 0))",
            [.text(tenant.description)])
        let sources = try await sources(ids, connection)
        let plan = EDRDevicePlan(sources, rows: try await rows(sources, connection))
        try await connection.run(statements(of: plan))
    }

    /// The devices that were read, and whatever shares an id of the directory or a row with one.
    private func sources(_ ids: [String], _ connection: Connection) async throws -> [EDRDevicePlan.Source] {
        try await connection.query(
            """
            WITH read AS MATERIALIZED (
              SELECT r.connector_id, r.source_id, r.report ->> 'directory_id' AS directory_id
              FROM connector_records AS r
              WHERE r.tenant_id = $1 AND r.connector_id = $2 AND r.stream = 'devices' AND r.source_id = ANY ($3::text[])
            ), known AS (
              SELECT s.directory_id, s.device_id
              FROM read AS r
              JOIN edr_device_sources AS s ON s.tenant_id = $1 AND s.connector_id = r.connector_id
                AND s.source_id = r.source_id
            ), related AS (
              SELECT connector_id, source_id FROM read
              UNION
              SELECT connector_id, source_id
              FROM edr_device_sources
              WHERE tenant_id = $1 AND directory_id IN (SELECT directory_id FROM read UNION SELECT directory_id FROM known)
              UNION
              SELECT connector_id, source_id
              FROM edr_device_sources
              WHERE tenant_id = $1 AND device_id IN (SELECT device_id FROM known)
            )
            SELECT r.connector_id, r.source_id, r.report ->> 'directory_id', r.report ->> 'product' = 'defender',
              r.report ->> 'last_seen', s.device_id
            FROM related AS x
            JOIN connector_records AS r ON r.tenant_id = $1 AND r.connector_id = x.connector_id
              AND r.stream = 'devices' AND r.source_id = x.source_id
            LEFT JOIN edr_device_sources AS s ON s.tenant_id = $1 AND s.connector_id = x.connector_id
              AND s.source_id = x.source_id
            """, [.id(tenant), .id(page.connector), .textArray(ids)]
        ).map { row in
            EDRDevicePlan.Source(
                connector: try row.decode(0), id: try row.decode(1), directoryID: try row.decode(2),
                isDefender: (try row.decode(3) as Bool?) ?? false, lastSeen: try row.decode(4),
                device: try row.decode(5))
        }
    }

    /// By Microsoft's id.
    private func rows(
        _ sources: [EDRDevicePlan.Source], _ connection: Connection
    ) async throws -> [String: EDRDeviceID] {
        let found = try await connection.query(
            """
            SELECT microsoft_device_id, id
            FROM edr_devices
            WHERE tenant_id = $1 AND microsoft_device_id = ANY ($2::text[])
            """, [.id(tenant), .textArray(sources.map(\.id))])
        var rows: [String: EDRDeviceID] = [:]
        for row in found { rows[try row.decode(0)] = try row.decode(1) }
        return rows
    }

    private func statements(of plan: EDRDevicePlan) -> [Statement] {
        let links = plan.links
        let devices = Array(Set(links.map(\.device.uuid)))
        let moved = plan.moved
        let left = moved.filter { $0.source.device != nil }
        let edr = EDRStatements(tenant: tenant, connector: page.connector)
        var statements = [
            insertion(plan.added), renaming(plan.renamed),
            // People's actions go along with the device, and before the row is gone that they were for.
            Statement(
                """
                UPDATE edr_actions AS a
                SET device_id = u.device_id
                FROM unnest($2::uuid[], $3::uuid[]) AS u (old_id, device_id)
                WHERE a.tenant_id = $1 AND a.device_id = u.old_id AND EXISTS (
                  SELECT FROM edr_devices AS d WHERE d.tenant_id = $1 AND d.id = u.old_id
                    AND d.microsoft_device_id = ANY ($4::text[]))
                """,
                [
                    .id(tenant), .uuidArray(left.map { $0.source.device?.uuid }), .uuidArray(left.map(\.device.uuid)),
                    .textArray(left.map(\.source.id)),
                ]),
            linking(links), emptied(left), EDRDeviceValues.update(devices, tenant),
        ]
        if !moved.isEmpty {
            let selection = EDRStatements.Selection.devices(moved.map(\.device.uuid))
            statements += edr.alerts(selection) + edr.vulnerabilities(selection) + edr.compliance(selection)
        }
        return statements
    }

    private func insertion(_ added: [(device: EDRDeviceID, name: String)]) -> Statement {
        Statement(
            """
            INSERT INTO edr_devices (tenant_id, id, microsoft_device_id, device_name)
            SELECT $1, u.id, u.name, u.name FROM unnest($2::uuid[], $3::text[]) AS u (id, name)
            """, [.id(tenant), .uuidArray(added.map(\.device.uuid)), .textArray(added.map(\.name))])
    }

    private func renaming(_ renamed: [(device: EDRDeviceID, name: String)]) -> Statement {
        Statement(
            """
            UPDATE edr_devices AS d
            SET microsoft_device_id = u.name
            FROM unnest($2::uuid[], $3::text[]) AS u (id, name)
            WHERE d.tenant_id = $1 AND d.id = u.id
            """, [.id(tenant), .uuidArray(renamed.map(\.device.uuid)), .textArray(renamed.map(\.name))])
    }

    private func linking(_ links: [EDRDevicePlan.Link]) -> Statement {
        Statement(
            """
            INSERT INTO edr_device_sources AS s
              (tenant_id, connector_id, source_id, device_id, directory_id, is_defender)
            SELECT $1, u.connector_id, u.source_id, u.device_id, u.directory_id, u.is_defender
            FROM unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::boolean[])
              AS u (connector_id, source_id, device_id, directory_id, is_defender)
            ON CONFLICT (tenant_id, connector_id, source_id) DO UPDATE
            SET device_id = EXCLUDED.device_id, directory_id = EXCLUDED.directory_id,
              is_defender = EXCLUDED.is_defender
            WHERE (s.device_id, s.directory_id, s.is_defender)
              IS DISTINCT FROM (EXCLUDED.device_id, EXCLUDED.directory_id, EXCLUDED.is_defender)
            """,
            [
                .id(tenant), .uuidArray(links.map(\.source.connector.uuid)), .textArray(links.map(\.source.id)),
                .uuidArray(links.map(\.device.uuid)), .textArray(links.map(\.source.directoryID)),
                .boolArray(links.map(\.source.isDefender)),
            ])
    }

    /// Rows that nothing is part of any more.
    private func emptied(_ left: [EDRDevicePlan.Link]) -> Statement {
        Statement(
            """
            DELETE FROM edr_devices AS d
            WHERE d.tenant_id = $1 AND d.id = ANY ($2::uuid[]) AND NOT EXISTS (
              SELECT FROM edr_device_sources AS s WHERE s.tenant_id = $1 AND s.device_id = d.id)
            """, [.id(tenant), .uuidArray(left.map { $0.source.device?.uuid })])
    }

    /// A device goes with its record, and its row with the last of its devices.
    private var forget: Statement {
        Statement(
            """
            DELETE FROM edr_device_sources AS s
            WHERE s.tenant_id = $1 AND s.connector_id = $2 AND NOT EXISTS (
              SELECT FROM connector_records AS r WHERE r.tenant_id = $1 AND r.connector_id = $2
                AND r.stream = 'devices' AND r.source_id = s.source_id)
            """, [.id(tenant), .id(page.connector)])
    }

    /// Devices of Intune's whose row has the id of a machine that is gone.
    private var orphans: Statement {
        Statement(
            """
            SELECT s.source_id
            FROM edr_device_sources AS s
            JOIN edr_devices AS d ON d.tenant_id = $1 AND d.id = s.device_id
            WHERE s.tenant_id = $1 AND s.connector_id = $2 AND s.source_id <> d.microsoft_device_id AND NOT EXISTS (
              SELECT FROM edr_device_sources AS x WHERE x.tenant_id = $1 AND x.device_id = d.id
                AND x.source_id = d.microsoft_device_id)
            """, [.id(tenant), .id(page.connector)])
    }
}
