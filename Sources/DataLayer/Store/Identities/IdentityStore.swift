import Domain
import FoundationEssentials
import Identification
import Postgres

extension Store {
    /// Which devices of which sources are which endpoint.
    public var identities: IdentityStore { IdentityStore(store: self) }
}

/// What is known of endpoints' sources, and what people decide about it.
public struct IdentityStore: Sendable {
    let store: Store

    /// Runs a decision in a transaction that holds the tenant's endpoints, and scans those that it changed.
    func decide<Value: Sendable>(
        by principal: Principal,
        _ body: (Connection) async throws -> (Value, changed: [EndpointID], AuditEntry)
    ) async throws -> Value {
        let tenant = principal.tenant
        let value = try await store.app.retriedTransaction(tenant: tenant) { connection in
            try await connection.run([Statement("SELECT lock_endpoints($1)", [.id(tenant)])])
            let (value, changed, entry) = try await body(connection)
            try await connection.run(
                try PageJoin.scan(changed, tenant) + [entry.statement(), ChangeNotice.statement(tenant)])
            return value
        }
        store.cache.invalidate(tenant)
        return value
    }

    /// Where an endpoint is now: itself, or the one that it became part of.
    ///
    /// - Throws: `StoreError.notFound`.
    public func current(_ endpoint: EndpointID, tenant: TenantID) async throws -> EndpointID {
        let rows = try await store.app.query(
            """
            SELECT id FROM endpoints WHERE tenant_id = $1 AND id = $2
            UNION ALL
            SELECT survivor_id FROM endpoint_redirects WHERE tenant_id = $1 AND endpoint_id = $2
            """, [.id(tenant), .id(endpoint)], tenant: tenant)
        guard let row = rows.first else { throw StoreError.notFound(kind: "endpoint", id: endpoint.description) }
        return try row.decode(0)
    }
}

/// A device as one source knows it.
public struct DeviceLink: Sendable, Hashable {
    public let connector: ConnectorID
    public let deviceID: String

    public init(connector: ConnectorID, deviceID: String) {
        self.connector = connector
        self.deviceID = deviceID
    }

    var link: SourceLink { SourceLink(source: connector.description, deviceID: deviceID) }
    /// Of no other source's device, whatever a vendor calls its own: `endpoints.device_id` of what only vendors know.
    var description: String { "\(connector)/\(deviceID)" }

    /// What a source itself calls the device that an endpoint's id was made from.
    static func vendorID(of stored: String) -> String {
        guard let slash = stored.firstIndex(of: "/"), UUID(uuidString: String(stored[..<slash])) != nil else {
            return stored
        }
        let device = stored[stored.index(after: slash)...]
        // Of one that a decision made anew, the endpoint's own id follows.
        guard let space = device.lastIndex(of: " "),
            UUID(uuidString: String(device[device.index(after: space)...])) != nil
        else { return String(device) }
        return String(device[..<space])
    }

    /// What the trail says of it, with what else there is to say.
    func auditDetail(_ rest: [String: String]) -> [String: String] {
        rest.merging(["connector": connector.description, "device": deviceID]) { _, own in own }
    }
}
