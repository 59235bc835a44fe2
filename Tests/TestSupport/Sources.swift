import Domain
import FoundationEssentials
import Postgres
import Store

extension TestDatabase {
    /// A connector, and an endpoint that is its device.
    package func addSource(
        _ name: String, kind: String = "crowdstrike", device: String, of endpoint: EndpointID, in tenant: TestTenant
    ) async throws -> ConnectorID {
        let connector = NewConnector(kind: kind, name: name, settings: [:], sealedSecrets: [])
        try await store.connectors.add(connector, tenant: tenant.id, by: tenant.administrator)
        try await link(device, of: connector.id, to: endpoint, in: tenant)
        return connector.id
    }

    /// Says that a source's device is an endpoint.
    package func link(
        _ device: String, of connector: ConnectorID, to endpoint: EndpointID, in tenant: TestTenant
    ) async throws {
        _ = try await store.app.query(
            """
            INSERT INTO endpoint_sources (tenant_id, connector_id, device_id, endpoint_id, sighting)
            VALUES ($1, $2, $3, $4, '{}')
            ON CONFLICT (tenant_id, connector_id, device_id) DO UPDATE
            SET endpoint_id = EXCLUDED.endpoint_id
            """, [.id(tenant.id), .id(connector), .text(device), .id(endpoint)], tenant: tenant.id)
    }
}
