import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// What sources are asked to do.
    public var actions: ActionStore { ActionStore(store: self) }
}

/// What sources of a tenant are asked to do to devices and alerts, and what comes of it.
public struct ActionStore: Sendable {
    let store: Store
    static let channel = "garrison_actions"

    /// Tells of actions that are to be sent or asked after.
    public func arrivals() -> AsyncStream<Void> {
        AsyncStream { continuation in
            let task = Task {
                for await _ in store.system.listen(Self.channel) { continuation.yield() }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// - Throws: `StoreError.notFound`.
    public func find(_ id: DecisionID, tenant: TenantID) async throws -> ActionDecision {
        let actions = try await store.app.query(
            """
            SELECT \(ActionRecord.columns(of: "a"))
            FROM device_actions AS a
            WHERE a.tenant_id = $1 AND a.decision_id = $2
            ORDER BY a.source, a.id
            """, [.id(tenant), .id(id)], tenant: tenant
        ).map(ActionRecord.init)
        guard let decision = ActionDecision.grouped(actions).first else {
            throw StoreError.notFound(kind: "action", id: id.description)
        }
        return decision
    }

    /// What was decided for an endpoint, and for what is part of it now; the newest first.
    public func ofEndpoint(_ id: EndpointID, limit: Int = 50, tenant: TenantID) async throws -> [ActionDecision] {
        let rows = try await store.app.query(
            """
            SELECT \(ActionRecord.columns(of: "a"))
            FROM device_actions AS a
            WHERE a.tenant_id = $1 AND a.decision_id IN (
              SELECT d.decision_id
              FROM device_actions AS d
              WHERE d.tenant_id = $1 AND (
                d.endpoint_id = $2 OR (d.connector_id, d.device_id) IN (
                  SELECT s.connector_id, s.device_id
                  FROM endpoint_sources AS s
                  WHERE s.tenant_id = $1 AND s.endpoint_id = $2))
              GROUP BY d.decision_id
              ORDER BY max(d.created_at) DESC
              LIMIT $3)
            ORDER BY a.created_at DESC, a.decision_id, a.source
            """, [.id(tenant), .id(id), .int(limit)], tenant: tenant)
        return ActionDecision.grouped(try rows.map(ActionRecord.init))
    }

    /// What was decided for an incident; the newest first.
    public func ofIncident(_ id: UUID, tenant: TenantID) async throws -> [ActionDecision] {
        let rows = try await store.app.query(
            """
            SELECT \(ActionRecord.columns(of: "a"))
            FROM device_actions AS a
            WHERE a.tenant_id = $1 AND a.incident_id = $2
            ORDER BY a.created_at DESC, a.decision_id, a.source
            """, [.id(tenant), .uuid(id)], tenant: tenant)
        return ActionDecision.grouped(try rows.map(ActionRecord.init))
    }

    /// A source of an endpoint, and what it can be asked to do.
    public struct Source: Sendable, Hashable {
        public let connector: ConnectorID
        public let name: String
        public let kind: String
        public let device: String

        public var abilities: SourceAbilities { SourceAbilities.of(kind: kind) }

        package init(connector: ConnectorID, name: String, kind: String, device: String) {
            self.connector = connector
            self.name = name
            self.kind = kind
            self.device = device
        }

        init(_ row: Row) throws {
            connector = try row.decode(0)
            name = try row.decode(1)
            kind = try row.decode(2)
            device = try row.decode(3)
        }
    }

    /// The sources that list an endpoint now and of whose identity nothing is in doubt.
    public func sources(of id: EndpointID, tenant: TenantID) async throws -> [Source] {
        try await store.app.query(Self.sources, [.id(tenant), .id(id)], tenant: tenant).map(Source.init)
    }

    static let sources = """
        SELECT s.connector_id, c.name, c.kind, s.device_id
        FROM endpoint_sources AS s
        JOIN connectors AS c ON c.tenant_id = s.tenant_id AND c.id = s.connector_id
        WHERE s.tenant_id = $1 AND s.endpoint_id = $2 AND s.ended_at IS NULL AND s.quarantined_at IS NULL
        ORDER BY c.name, s.device_id
        """
}
