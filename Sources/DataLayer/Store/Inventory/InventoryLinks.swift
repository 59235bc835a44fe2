import Domain
import FoundationEssentials
import Identification
import Postgres

/// Inventories as sightings: a host that reports itself is a device of an implicit account, and is joined with what
/// other sources know of the machine.
struct InventoryLinks {
    let connection: Connection
    let tenant: TenantID
    let connector: ConnectorID

    /// What is stored of a device.
    struct State {
        let endpoint: EndpointID
        /// When its latest inventory was taken.
        let moment: Date?
        let hash: UUID?
        /// False for one that was stored before there were links, or by another source.
        let isLinked: Bool
    }

    func state(of devices: [ReportedDevice]) async throws -> [String: State] {
        let ids = Value.textArray(devices.map(\.inventory.deviceID))
        let results = try await connection.run([
            Statement(
                """
                SELECT device_id, id, inventory_at, inventory_hash
                FROM endpoints
                WHERE tenant_id = $1 AND device_id = ANY($2)
                """, [.id(tenant), ids]),
            Statement(
                """
                SELECT s.device_id, e.id, e.inventory_at, e.inventory_hash
                FROM unnest($2::text[]) AS u (device_id)
                CROSS JOIN LATERAL (
                  SELECT l.device_id, l.endpoint_id
                  FROM endpoint_sources AS l
                  WHERE l.tenant_id = $1 AND l.connector_id = $3 AND l.device_id = u.device_id
                  LIMIT 1
                ) AS s
                JOIN endpoints AS e ON e.tenant_id = $1 AND e.id = s.endpoint_id
                """, [.id(tenant), ids, .id(connector)]),
        ])
        var states: [String: State] = [:]
        for (rows, isLinked) in zip(results, [false, true]) {
            for row in rows {
                states[try row.decode(0)] = State(
                    endpoint: try row.decode(1), moment: try row.decode(2), hash: try row.decode(3), isLinked: isLinked)
            }
        }
        return states
    }

    func markSeen(_ devices: [ReportedDevice]) async throws {
        if devices.isEmpty { return }
        _ = try await connection.query(
            """
            UPDATE endpoint_sources AS s
            SET last_seen_at = u.moment
            FROM unnest($3::text[], $4::timestamptz[]) AS u (device_id, moment)
            WHERE s.tenant_id = $1 AND s.connector_id = $2 AND s.device_id = u.device_id AND s.last_seen_at < u.moment
            """,
            [
                .id(tenant), .id(connector), .textArray(devices.map(\.inventory.deviceID)),
                .timestamptzArray(devices.map(\.moment)),
            ])
    }

    /// Decides which endpoints devices are, and merges those that turn out to be one.
    ///
    /// - Parameter assumed: the endpoints that have the devices' ids.
    func decide(_ devices: [ReportedDevice], assumed: [String: EndpointID]) async throws -> IdentityDecisions {
        let sightings = devices.map { DeviceSighting($0.inventory, of: connector, at: $0.moment) }
        let wanted = Set(sightings.map(\.deviceID))
        let resolver = IdentityResolver(connection: connection, tenant: tenant, connector: connector)
        let decisions = try await resolver.resolve(
            IdentityResolver.Batch(sightings), assumed: assumed.filter { wanted.contains($0.key) })
        try await EndpointMerge(connection: connection, tenant: tenant).merge(decisions.merges)
        return decisions
    }

    /// - Parameter devices: those that were decided about, whose endpoints are written.
    func write(_ decisions: IdentityDecisions, _ devices: [ReportedDevice]) async throws {
        if devices.isEmpty { return }
        let sets = Dictionary(devices.map { ($0.inventory.deviceID, $0.set) }, uniquingKeysWith: { $1 })
        try await LinkWriter(connection: connection, tenant: tenant, connector: connector, sets: sets)
            .write(decisions)
        try await CollisionWriter(connection: connection, tenant: tenant, connector: connector)
            .write(decisions.items, at: Date())
    }
}
