import Domain
import Postgres

/// The names that a batch's devices are stored under.
struct HostnameRegister {
    /// Parallel to the devices.
    let chosen: [String]

    /// Reads which names are in use, and by which device. A name changes hands only when nobody has it,
    /// so that no order of the updates that follow can collide.
    init(_ devices: [ReportedDevice], connection: Connection, tenant: TenantID) async throws {
        var owners = try await Self.owners(devices, connection: connection, tenant: tenant)
        var chosen: [String] = []
        for device in devices {
            let id = device.inventory.deviceID
            let name = HostnameChoice.name(for: device.inventory) { name in owners[name].map { $0 != id } ?? false }
            owners[name] = id
            chosen.append(name)
        }
        self.chosen = chosen
    }

    private static func owners(
        _ devices: [ReportedDevice], connection: Connection, tenant: TenantID
    ) async throws -> [String: String] {
        let candidates = Set(devices.flatMap { HostnameChoice.candidates(for: $0.inventory) })
        let rows = try await connection.query(
            "SELECT hostname, device_id FROM endpoints WHERE tenant_id = $1 AND hostname = ANY($2)",
            [.id(tenant), .textArray(Array(candidates))])
        var owners: [String: String] = [:]
        for row in rows { owners[try row.decode(0)] = try row.decode(1, as: String.self) }
        return owners
    }
}
