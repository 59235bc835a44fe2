import Domain
import FoundationEssentials
import Identification
import Postgres

/// Takes single devices out of endpoints, and works out what is left of both.
struct EndpointSplit {
    let connection: Connection
    let tenant: TenantID

    private var links: LinkTable { LinkTable(connection: connection, tenant: tenant) }

    /// - Parameter made: the new endpoint. What people decided about the old one (criticality, exposure, tags) holds for
    ///   it, too; findings stay where they are, and it gets its own by a scan.
    func split(_ device: DeviceLink, of endpoint: EndpointID, into made: EndpointID) async throws {
        let isOwn = try await isOwnInventory(device, of: endpoint)
        // Names are unique: the new one has another until its facts are worked out.
        _ = try await connection.query(
            """
            INSERT INTO endpoints
              (tenant_id, id, hostname, device_id, fqdn, os_type, os_id, os_name, os_version, os_build, os_installation,
               kernel_release, architecture, last_seen, exposure, criticality, tags, inventory_at, inventory_hash,
               software_set, install_dates, notes, agent_version, ip_address, mac_address)
            SELECT tenant_id, $3, hostname || ' ' || $3::uuid::text, $3::uuid::text, fqdn, os_type, os_id, os_name,
              os_version, os_build, os_installation, CASE WHEN $4 THEN kernel_release END,
              CASE WHEN $4 THEN architecture END, last_seen, exposure, criticality, tags,
              CASE WHEN $4 THEN inventory_at END, CASE WHEN $4 THEN inventory_hash END,
              CASE WHEN $4 THEN software_set END, CASE WHEN $4 THEN install_dates END,
              CASE WHEN $4 THEN notes ELSE '[]' END, CASE WHEN $4 THEN agent_version END,
              CASE WHEN $4 THEN ip_address END, CASE WHEN $4 THEN mac_address END
            FROM endpoints
            WHERE tenant_id = $1 AND id = $2
            """, [.id(tenant), .id(endpoint), .id(made), .bool(isOwn)])
        if isOwn {
            _ = try await connection.query(
                """
                UPDATE endpoints
                SET inventory_at = NULL, inventory_hash = NULL, software_set = NULL, install_dates = NULL, notes = '[]',
                  kernel_release = NULL
                WHERE tenant_id = $1 AND id = $2
                """, [.id(tenant), .id(endpoint)])
        }
        try await links.move(device, to: made)
        try await settle(endpoint, without: device)
        try await rename(made, to: isOwn ? device.deviceID : device.description)
        try await settle(made, without: nil)
    }

    /// Works out an endpoint's facts, its software and what is reported of it from the sources that it has.
    ///
    /// - Parameter device: one that it has no more; the endpoint may be called by its id.
    func settle(_ endpoint: EndpointID, without device: DeviceLink?) async throws {
        let rest = try await links.devices(of: endpoint)
        if let device, let next = rest.first {
            _ = try await connection.query(
                """
                UPDATE endpoints
                SET device_id = $4
                WHERE tenant_id = $1 AND id = $2 AND device_id IN ($3, $5)
                """,
                [
                    .id(tenant), .id(endpoint), .text(device.deviceID), .text(next.description),
                    .text(device.description),
                ])
        }
        let table = EndpointFactsTable(connection: connection, tenant: tenant)
        guard let stored = try await table.load([endpoint])[endpoint] else { return }
        let reports = try await reports(of: endpoint)
        if !reports.isEmpty {
            var facts = stored.facts
            if facts.inventoryAt == nil {
                facts = EndpointFacts()
                facts.lastSeen = .distantPast
            }
            for (report, seen) in reports { facts.take(EndpointFacts(report), seen: seen) }
            facts.lastSeen = max(facts.lastSeen, stored.facts.lastSeen)
            try await table.update([(endpoint, stored.deviceID, facts)])
        } else if stored.hostname.hasSuffix(" \(endpoint)") {
            var facts = stored.facts
            facts.hostname = String(stored.hostname.dropLast(endpoint.description.count + 1))
            try await table.update([(endpoint, stored.deviceID, facts)])
        }
        _ = try await SoftwareJoin(connection: connection, tenant: tenant).settle([endpoint])
        _ = try await ReportJoin(connection: connection, tenant: tenant).settle([endpoint])
    }

    private func rename(_ endpoint: EndpointID, to deviceID: String) async throws {
        _ = try await connection.query(
            "UPDATE endpoints SET device_id = $3 WHERE tenant_id = $1 AND id = $2",
            [.id(tenant), .id(endpoint), .text(deviceID)])
    }

    /// Whether what is stored as the endpoint's own inventory is this device's.
    private func isOwnInventory(_ device: DeviceLink, of endpoint: EndpointID) async throws -> Bool {
        try await !connection.query(
            """
            SELECT
            FROM endpoints AS e
            JOIN connectors AS c ON c.tenant_id = $1 AND c.id = $3 AND c.is_implicit
            WHERE e.tenant_id = $1 AND e.id = $2 AND e.device_id = $4 AND e.inventory_at IS NOT NULL
            """, [.id(tenant), .id(endpoint), .id(device.connector), .text(device.deviceID)]
        ).isEmpty
    }

    /// What vendors say of an endpoint's devices, the one that was heard of last at the end.
    private func reports(of endpoint: EndpointID) async throws -> [(report: DeviceReport, seen: Date)] {
        let now = Date()
        return try await connection.query(
            """
            SELECT r.report, s.last_seen_at
            FROM endpoint_sources AS s
            JOIN connector_records AS r ON r.tenant_id = $1 AND r.connector_id = s.connector_id
              AND r.stream = 'devices' AND r.source_id = s.device_id
            WHERE s.tenant_id = $1 AND s.endpoint_id = $2 AND s.quarantined_at IS NULL
            ORDER BY s.last_seen_at, s.connector_id
            """, [.id(tenant), .id(endpoint)]
        ).map { row in
            (try StoredReport.decode(DeviceReport.self, try row.decode(0)), min(try row.decode(1), now))
        }
    }
}
