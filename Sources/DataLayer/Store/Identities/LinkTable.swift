import Domain
import FoundationEssentials
import Identification
import Postgres

/// Links of single devices, for people's decisions.
struct LinkTable {
    let connection: Connection
    let tenant: TenantID

    private func place(_ device: DeviceLink) -> [Value] {
        [.id(tenant), .id(device.connector), .text(device.deviceID)]
    }

    func exists(_ device: DeviceLink) async throws -> Bool {
        try await !connection.query(
            "SELECT FROM endpoint_sources WHERE tenant_id = $1 AND connector_id = $2 AND device_id = $3", place(device)
        ).isEmpty
    }

    /// Nil in quarantine, and for a device that is not known.
    func endpoint(of device: DeviceLink) async throws -> EndpointID? {
        try await connection.query(
            "SELECT endpoint_id FROM endpoint_sources WHERE tenant_id = $1 AND connector_id = $2 AND device_id = $3",
            place(device)
        ).first?.decode(0)
    }

    func devices(of endpoint: EndpointID) async throws -> [DeviceLink] {
        try await connection.query(
            """
            SELECT connector_id, device_id
            FROM endpoint_sources
            WHERE tenant_id = $1 AND endpoint_id = $2
            ORDER BY connector_id, device_id
            """, [.id(tenant), .id(endpoint)]
        ).map { DeviceLink(connector: try $0.decode(0), deviceID: try $0.decode(1)) }
    }

    func require(_ endpoint: EndpointID) async throws {
        let rows = try await connection.query(
            "SELECT FROM endpoints WHERE tenant_id = $1 AND id = $2", [.id(tenant), .id(endpoint)])
        if rows.isEmpty { throw StoreError.notFound(kind: "endpoint", id: endpoint.description) }
    }

    func move(_ device: DeviceLink, to endpoint: EndpointID) async throws {
        _ = try await connection.query(
            """
            UPDATE endpoint_sources
            SET endpoint_id = $4, confidence = 1, evidence = '[]', linked_at = now(), quarantined_at = NULL
            WHERE tenant_id = $1 AND connector_id = $2 AND device_id = $3
            """, place(device) + [.id(endpoint)])
    }

    /// From now on whatever the evidence.
    func separate(_ device: DeviceLink, from others: [DeviceLink], by principal: Principal) async throws {
        if others.isEmpty { return }
        _ = try await connection.query(
            """
            INSERT INTO identity_separations
              (tenant_id, connector_id, device_id, other_connector_id, other_device_id, decided_by)
            SELECT $1, $2, $3, o.connector_id, o.device_id, $6
            FROM unnest($4::uuid[], $5::text[]) AS o (connector_id, device_id)
            UNION ALL
            SELECT $1, o.connector_id, o.device_id, $2, $3, $6
            FROM unnest($4::uuid[], $5::text[]) AS o (connector_id, device_id)
            ON CONFLICT DO NOTHING
            """, place(device) + columns(others) + [.text(principal.name)])
    }

    /// Forgets that they were told apart.
    func reunite(_ device: DeviceLink, with others: [DeviceLink]) async throws {
        if others.isEmpty { return }
        _ = try await connection.query(
            """
            DELETE FROM identity_separations AS s
            USING unnest($4::uuid[], $5::text[]) AS o (connector_id, device_id)
            WHERE s.tenant_id = $1 AND (
              s.connector_id = $2 AND s.device_id = $3 AND s.other_connector_id = o.connector_id
                AND s.other_device_id = o.device_id
              OR s.other_connector_id = $2 AND s.other_device_id = $3 AND s.connector_id = o.connector_id
                AND s.device_id = o.device_id)
            """, place(device) + columns(others))
    }

    private func columns(_ devices: [DeviceLink]) -> [Value] {
        [.uuidArray(devices.map(\.connector.uuid)), .textArray(devices.map(\.deviceID))]
    }
}
