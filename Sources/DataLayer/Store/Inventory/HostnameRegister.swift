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
    ///
    /// - Parameter read: what was read of it before.
    init(_ claims: [Claim], read: Owners = Owners(), connection: Connection, tenant: TenantID) async throws {
        let names = Set(claims.map(\.hostname))
        var owners = read.endpoints
        owners.merge(
            try await Self.owners(names.subtracting(read.names), connection: connection, tenant: tenant)
        ) { first, _ in first }
        let others = Self.others(claims, owners).subtracting(names)
        owners.merge(try await Self.owners(others, connection: connection, tenant: tenant)) { first, _ in first }
        var chosen: [String] = []
        chosen.reserveCapacity(claims.count)
        for claim in claims {
            if owners[claim.hostname].map({ $0 == claim.endpoint }) ?? true {
                owners[claim.hostname] = claim.endpoint
                chosen.append(claim.hostname)
                continue
            }
            let candidates = claim.candidates
            let free = candidates.first { name in owners[name].map { $0 == claim.endpoint } ?? true }
            let name = free ?? candidates[candidates.count - 1]
            owners[name] = claim.endpoint
            chosen.append(name)
        }
        self.chosen = chosen
    }

    /// Which endpoints have some names.
    struct Owners {
        private(set) var names: Set<String> = []
        private(set) var endpoints: [String: EndpointID] = [:]

        init() {}

        /// - Parameter rows: what `lookup` gave for the names.
        init(_ names: Set<String>, _ rows: Rows) throws {
            self.names = names
            for row in rows { endpoints[try row.decode(0)] = try row.decode(1) }
        }

        static func lookup(_ names: [String], tenant: TenantID) -> Statement {
            Statement(
                "SELECT hostname, id FROM endpoints WHERE tenant_id = $1 AND hostname = ANY($2)",
                [.id(tenant), .textArray(names)])
        }
    }

    /// The names besides their own that some may get. Most have the name that they are known by, and need no other.
    private static func others(_ claims: [Claim], _ owners: [String: EndpointID]) -> Set<String> {
        var claimants = owners
        var others: Set<String> = []
        var content: [Claim] = []
        for claim in claims {
            if claimants[claim.hostname].map({ $0 == claim.endpoint }) ?? true {
                claimants[claim.hostname] = claim.endpoint
                content.append(claim)
            } else {
                others.formUnion(claim.candidates)
            }
        }
        // Who gets another name may get one that somebody else is known by.
        while true {
            let displaced = content.filter { others.contains($0.hostname) }
            if displaced.isEmpty { return others }
            content.removeAll { others.contains($0.hostname) }
            for claim in displaced { others.formUnion(claim.candidates) }
        }
    }

    private static func owners(
        _ names: Set<String>, connection: Connection, tenant: TenantID
    ) async throws -> [String: EndpointID] {
        if names.isEmpty { return [:] }
        return try Owners(names, try await connection.run([Owners.lookup(Array(names), tenant: tenant)])[0]).endpoints
    }
}
