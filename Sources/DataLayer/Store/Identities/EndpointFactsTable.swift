import Domain
import FoundationEssentials
import Postgres

/// Reads and writes the facts of many endpoints at once.
struct EndpointFactsTable {
    let connection: Connection
    let tenant: TenantID

    /// A row as it is stored.
    struct Stored {
        var facts: EndpointFacts
        /// The name that the endpoint is stored under.
        let hostname: String
        let deviceID: String
    }

    func load(_ endpoints: Set<EndpointID>) async throws -> [EndpointID: Stored] {
        if endpoints.isEmpty { return [:] }
        let rows = try await connection.query(
            """
            SELECT e.id, hostname, device_id, fqdn, os_type, os_id, os_name, os_version, os_build, os_installation,
              host(ip_address), mac_address::text, agent_version, last_seen, inventory_at
            FROM unnest($2::uuid[]) AS u (id)
            JOIN endpoints AS e ON e.tenant_id = $1 AND e.id = u.id
            """, [.id(tenant), .uuidArray(endpoints.map(\.uuid))])
        var stored: [EndpointID: Stored] = [:]
        for row in rows {
            var facts = EndpointFacts()
            facts.hostname = try row.decode(1)
            facts.fqdn = try row.decode(3)
            facts.osType = try row.decode(4)
            facts.osID = try row.decode(5)
            facts.osName = try row.decode(6)
            facts.osVersion = try row.decode(7)
            facts.osBuild = try row.decode(8)
            facts.osInstallation = try row.decode(9)
            facts.address = try row.decode(10)
            facts.mac = try row.decode(11)
            facts.agentVersion = try row.decode(12)
            facts.lastSeen = try row.decode(13)
            facts.inventoryAt = try row.decode(14)
            stored[try row.decode(0)] = Stored(
                facts: facts, hostname: facts.hostname, deviceID: try row.decode(2))
        }
        return stored
    }

    /// What writes new endpoints, in the order of their names' claims.
    ///
    /// - Parameter read: who has which name, as far as it was read.
    func insertion(
        _ endpoints: [(id: EndpointID, deviceID: String, facts: EndpointFacts)], read: HostnameRegister.Owners = .init()
    ) async throws -> [Statement] {
        if endpoints.isEmpty { return [] }
        let chosen = try await HostnameRegister(
            endpoints.map {
                .init(endpoint: $0.id, hostname: $0.facts.hostname, fqdn: $0.facts.fqdn, deviceID: $0.deviceID)
            }, read: read, connection: connection, tenant: tenant
        ).chosen
        // In the order of the longest of the names that they have an index by.
        let order = endpoints.indices.sorted { endpoints[$0].deviceID < endpoints[$1].deviceID }
        let facts = order.map { endpoints[$0].facts }
        let statement = Statement(
            """
            INSERT INTO endpoints
              (tenant_id, id, device_id, hostname, fqdn, os_type, os_id, os_name, os_version, os_build, os_installation,
               ip_address, mac_address, agent_version, last_seen)
            SELECT $1, u.id, u.device_id, \(Self.values)
            FROM unnest($2::uuid[], \(Self.arrays(from: 3)), $15::text[]) AS u (id, \(Self.names), device_id)
            """,
            [.id(tenant), .uuidArray(order.map { endpoints[$0].id.uuid })]
                + columns(facts, names: order.map { chosen[$0] }) + [.textArray(order.map { endpoints[$0].deviceID })])
        return [statement]
    }

    /// Endpoints whose facts changed. Each is stored under the name that its source gives it, where that is free.
    func update(_ endpoints: [(id: EndpointID, deviceID: String, facts: EndpointFacts)]) async throws {
        if endpoints.isEmpty { return }
        let names = try await HostnameRegister(
            endpoints.map {
                .init(endpoint: $0.id, hostname: $0.facts.hostname, fqdn: $0.facts.fqdn, deviceID: $0.deviceID)
            }, connection: connection, tenant: tenant
        ).chosen
        _ = try await connection.query(
            """
            UPDATE endpoints AS e
            SET (\(Self.columnNames), updated_at) = ROW (\(Self.values), now())
            FROM unnest($2::uuid[], \(Self.arrays(from: 3))) AS u (id, \(Self.names))
            WHERE e.tenant_id = $1 AND e.id = u.id
            """,
            [.id(tenant), .uuidArray(endpoints.map(\.id.uuid))] + columns(endpoints.map(\.facts), names: names))
    }

    private static let columnNames = """
        hostname, fqdn, os_type, os_id, os_name, os_version, os_build, os_installation, ip_address, mac_address,
        agent_version, last_seen
        """
    private static let names = """
        hostname, fqdn, os_type, os_id, os_name, os_version, os_build, os_installation, ip, mac, agent_version, seen
        """
    private static let values = """
        u.hostname, u.fqdn, u.os_type, u.os_id, u.os_name, u.os_version, u.os_build, u.os_installation, u.ip::inet,
        u.mac::macaddr, u.agent_version, u.seen
        """

    private static func arrays(from first: Int) -> String {
        (first..<first + 11).map { "$\($0)::text[]" }.joined(separator: ", ") + ", $\(first + 11)::timestamptz[]"
    }

    private func columns(_ facts: [EndpointFacts], names: [String]) -> [Value] {
        [
            .textArray(names), .textArray(facts.map(\.fqdn)), .textArray(facts.map(\.osType)),
            .textArray(facts.map(\.osID)), .textArray(facts.map(\.osName)), .textArray(facts.map(\.osVersion)),
            .textArray(facts.map(\.osBuild)), .textArray(facts.map(\.osInstallation)),
            .textArray(facts.map(\.address)), .textArray(facts.map(\.mac)), .textArray(facts.map(\.agentVersion)),
            .timestamptzArray(facts.map(\.lastSeen)),
        ]
    }
}
