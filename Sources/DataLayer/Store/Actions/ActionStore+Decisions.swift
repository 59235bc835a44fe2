import Domain
import FoundationEssentials
import Postgres
import Response

/// What is to be done to an endpoint.
public struct NewAction: Sendable {
    public var endpoint: EndpointID
    public var kind: ActionKind
    /// Why: for the trail, and for the vendor where it keeps such a text.
    public var reason: String
    /// The connectors that are to do it; nil for all that can.
    public var sources: Set<ConnectorID>?
    /// The incident that it is an answer to.
    public var incident: UUID?

    public init(
        endpoint: EndpointID, kind: ActionKind, reason: String, sources: Set<ConnectorID>? = nil, incident: UUID? = nil
    ) {
        self.endpoint = endpoint
        self.kind = kind
        self.reason = reason
        self.sources = sources
        self.incident = incident
    }
}

extension ActionStore {
    public static let longestReason = 1000

    /// Decides that something is done to an endpoint, by each source that can; workers send it.
    ///
    /// - Throws: `StoreError.notFound` for the endpoint, `StoreError.conflict` when no source can do it or all are at it.
    public func decide(_ new: NewAction, tenant: TenantID, by principal: Principal) async throws -> ActionDecision {
        try Self.require(reason: new.reason)
        let id = DecisionID.make()
        try await store.app.transaction(tenant: tenant) { connection in
            let place: [Value] = [.id(tenant), .id(new.endpoint)]
            let rows = try await connection.run([
                Statement("SELECT hostname FROM endpoints WHERE tenant_id = $1 AND id = $2", place),
                Statement(Self.sources, place),
                Statement(
                    "SELECT FROM incidents WHERE tenant_id = $1 AND id = $2", [.id(tenant), .of(new.incident)]),
            ])
            if let incident = new.incident, rows[2].isEmpty {
                throw StoreError.notFound(kind: "incident", id: incident.uuidString.lowercased())
            }
            guard let hostname: String = try rows[0].first?.decode(0) else {
                throw StoreError.notFound(kind: "endpoint", id: new.endpoint.description)
            }
            let sources = try Self.able(try rows[1].map(Source.init), new, hostname)
            var names: [String] = []
            for source in sources {
                guard let action = new.kind.action(device: source.device) else { continue }
                let row = NewActionRow(
                    decision: id, connector: source.connector, source: source.name, sourceKind: source.kind,
                    device: source.device, endpoint: new.endpoint, incident: new.incident, action: action,
                    reason: new.reason)
                if try await Self.insert(row, connection, tenant: tenant, by: principal) { names.append(source.name) }
            }
            guard !names.isEmpty else {
                throw StoreError.conflict(
                    kind: "action", reason: "“\(hostname)” is being worked on: the same is under way.")
            }
            let detail = [
                "kind": new.kind.rawValue, "endpoint": new.endpoint.description, "hostname": hostname,
                "sources": names.joined(separator: ", "), "reason": new.reason,
            ]
            try await connection.run([
                try AuditEntry("action.request", object: id.description, detail: detail, by: principal).statement(),
                Statement("SELECT pg_notify('\(Self.channel)', '')"),
            ])
        }
        return try await find(id, tenant: tenant)
    }

    static func require(reason: String) throws {
        guard reason.count <= longestReason, !reason.utf8.contains(0) else {
            throw StoreError.invalid(field: "reason", reason: "must have at most \(longestReason) characters")
        }
    }

    private static func able(_ sources: [Source], _ new: NewAction, _ hostname: String) throws -> [Source] {
        guard new.kind.action(device: "") != nil else {
            throw StoreError.invalid(field: "kind", reason: "\(new.kind.rawValue) needs more than an endpoint")
        }
        let able = sources.filter { $0.abilities.actions.contains(new.kind) }
        let chosen = able.filter { new.sources?.contains($0.connector) ?? true }
        if !chosen.isEmpty { return chosen }
        let words = new.kind.rawValue.replacing("_", with: " ")
        let known = able.map(\.name).joined(separator: ", ")
        throw StoreError.conflict(
            kind: "action",
            reason: able.isEmpty
                ? "No source of “\(hostname)” can be asked to \(words). It needs an agent or an EDR connector that lists it."
                : "These sources cannot be asked to \(words) “\(hostname)”; others can: \(known).")
    }

    /// - Returns: false when the same is under way at this source.
    static func insert(
        _ row: NewActionRow, _ connection: Connection, tenant: TenantID, by principal: Principal
    ) async throws -> Bool {
        let inserted = try await connection.run([try row.statement(tenant: tenant, by: principal)])
        guard !inserted[0].isEmpty else { return false }
        try await connection.run([ActionMirror.insertion(row, tenant: tenant, by: principal)].compactMap(\.self))
        return true
    }

    /// Takes back what has not been sent.
    ///
    /// - Throws: `StoreError.notFound`, `StoreError.conflict` when there is nothing of it that can be.
    public func withdraw(_ id: DecisionID, tenant: TenantID, by principal: Principal) async throws -> ActionDecision {
        let before = try await find(id, tenant: tenant)
        var count = 0
        for action in before.actions where action.status == .pending {
            let event = ActionLife.Event.withdrawn("\(principal.name) took it back before it was sent.")
            if try await apply(event, to: action.id, tenant: tenant) != nil { count += 1 }
        }
        guard count > 0 else {
            throw StoreError.conflict(
                kind: "action", reason: "Nothing of it waits: what was sent cannot be taken back.")
        }
        let entry = try AuditEntry("action.withdraw", object: id.description, by: principal).statement()
        _ = try await store.app.run([entry], tenant: tenant)
        return try await find(id, tenant: tenant)
    }

    /// Has the sources asked how an action stands, now.
    ///
    /// - Throws: `StoreError.notFound`, `StoreError.conflict` when nothing more can be learnt.
    public func requestCheck(_ id: DecisionID, tenant: TenantID, by principal: Principal) async throws -> ActionDecision
    {
        let decision = try await find(id, tenant: tenant)
        let rows = try await store.app.query(
            """
            UPDATE device_actions
            SET next_at = now(), deadline_at = greatest(deadline_at, now() + interval '1 hour')
            WHERE tenant_id = $1 AND decision_id = $2 AND status IN ('in_progress', 'unknown') AND delivery = 'sent'
              AND connector_id IS NOT NULL
            RETURNING id
            """, [.id(tenant), .id(id)], tenant: tenant)
        guard !rows.isEmpty else {
            throw StoreError.conflict(
                kind: "action",
                reason: decision.status.isFinal
                    ? "It has ended: there is nothing to ask for."
                    : "No vendor can be asked for it: it waits to be sent, or for its device to report.")
        }
        let entry = try AuditEntry("action.check", object: id.description, by: principal).statement()
        _ = try await store.app.run([entry, Statement("SELECT pg_notify('\(Self.channel)', '')")], tenant: tenant)
        return try await find(id, tenant: tenant)
    }
}
