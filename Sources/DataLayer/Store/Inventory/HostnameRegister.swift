import Domain
import Postgres

/// The names that a batch's endpoints are stored under.
struct HostnameRegister {
    /// An endpoint that is to have a name.
    struct Claim {
        let endpoint: EndpointID
        let hostname: String
        let fqdn: String?
        /// What a short id behind the name is made from.
        let deviceID: String

        var candidates: [String] { HostnameChoice.candidates(hostname, fqdn: fqdn, deviceID: deviceID) }
    }

    /// Parallel to the claims.
    let chosen: [String]

    /// Reads which names are in use, and by which endpoint. A name changes hands only when nobody has it,
    /// so that no order of the updates that follow can collide.
    init(_ claims: [Claim], connection: Connection, tenant: TenantID) async throws {
        let candidates = claims.map(\.candidates)
        var owners = try await Self.owners(Set(candidates.joined()), connection: connection, tenant: tenant)
        var chosen: [String] = []
        for (claim, candidates) in zip(claims, candidates) {
            let free = candidates.first { name in owners[name].map { $0 == claim.endpoint } ?? true }
            let name = free ?? candidates[candidates.count - 1]
            owners[name] = claim.endpoint
            chosen.append(name)
        }
        self.chosen = chosen
    }

    private static func owners(
        _ names: Set<String>, connection: Connection, tenant: TenantID
    ) async throws -> [String: EndpointID] {
        if names.isEmpty { return [:] }
        let rows = try await connection.query(
            "SELECT hostname, id FROM endpoints WHERE tenant_id = $1 AND hostname = ANY($2)",
            [.id(tenant), .textArray(Array(names))])
        var owners: [String: EndpointID] = [:]
        for row in rows { owners[try row.decode(0)] = try row.decode(1) }
        return owners
    }
}
