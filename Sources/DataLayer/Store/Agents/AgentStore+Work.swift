import Domain
import FoundationEssentials
import Postgres

public typealias AgentTaskID = Identifier<AgentTask>

/// Something that one agent is asked to do.
public struct AgentTask: Sendable {
    /// How it stands.
    public enum State: String, Sendable, CaseIterable {
        case pending
        /// The agent was told, at least once.
        case delivered
        case completed, failed, unknown
    }

    public let id: AgentTaskID
    public let kind: String
    public let arguments: [String: String]
    public let state: State
    public let message: String?
    public let requestedBy: String
    public let createdAt: Date
    public let finishedAt: Date?

    static let columns = "id, kind, arguments, state, message, requested_by, created_at, finished_at"

    init(_ row: Row) throws {
        id = try row.decode(0)
        kind = try row.decode(1)
        let json: String = try row.decode(2)
        arguments = try JSONDecoder().decode([String: String].self, from: Data(json.utf8))
        state = State(rawValue: try row.decode(3)) ?? .unknown
        message = try row.decode(4)
        requestedBy = try row.decode(5)
        createdAt = try row.decode(6)
        finishedAt = try row.decode(7)
    }
}

extension AgentStore {
    /// Asks an agent to do something.
    ///
    /// - Throws: `StoreError.notFound`, `StoreError.conflict` for one that is quarantined or revoked.
    public func ask(
        _ agent: AgentID, _ kind: String, _ arguments: [String: String] = [:], tenant: TenantID, by principal: Principal
    ) async throws -> AgentTaskID {
        let record = try await find(agent, tenant: tenant)
        guard record.standing.state == .active else {
            throw StoreError.conflict(
                kind: "agent", reason: "The agent on \(record.hostname) is \(record.standing.state.rawValue).")
        }
        let id = AgentTaskID.make()
        let entry = AuditEntry(
            "agent.ask", object: agent.description, detail: arguments.merging(["kind": kind]) { $1 }, by: principal)
        _ = try await store.app.run(
            [
                Statement(
                    """
                    INSERT INTO agent_tasks (tenant_id, id, agent_id, kind, arguments, requested_by)
                    VALUES ($1, $2, $3, $4, $5, $6)
                    """,
                    [
                        .id(tenant), .id(id), .id(agent), .text(kind),
                        .json(Array(try JSONEncoder().encode(arguments))), .text(principal.name),
                    ]), try entry.statement(),
            ], tenant: tenant)
        return id
    }

    /// What an agent was asked, the newest first.
    public func tasks(of agent: AgentID, limit: Int = 100, tenant: TenantID) async throws -> [AgentTask] {
        try await store.app.query(
            """
            SELECT \(AgentTask.columns)
            FROM agent_tasks
            WHERE tenant_id = $1 AND agent_id = $2
            ORDER BY id DESC
            LIMIT $3
            """, [.id(tenant), .id(agent), .int(limit)], tenant: tenant
        ).map { try AgentTask($0) }
    }

    /// What waits for an agent, the oldest first. It is handed out until its result is here: who gets it twice does it
    /// once.
    public func work(for agent: AgentID, tenant: TenantID) async throws -> [AgentWork.Action] {
        try await store.app.query(
            """
            UPDATE agent_tasks
            SET state = 'delivered', delivered_at = coalesce(delivered_at, now())
            WHERE tenant_id = $1 AND agent_id = $2 AND state IN ('pending', 'delivered')
            RETURNING \(AgentTask.columns)
            """, [.id(tenant), .id(agent)], tenant: tenant
        ).map { try AgentTask($0) }.sorted { $0.id.description < $1.id.description }
            .map { AgentWork.Action(id: $0.id.uuid, kind: $0.kind, arguments: $0.arguments) }
    }

    /// Notes what came of it; saying it twice changes nothing.
    ///
    /// - Returns: whether it is a task of this agent.
    public func finish(_ result: AgentResult, of agent: AgentID, tenant: TenantID) async throws -> Bool {
        let rows = try await store.app.query(
            """
            UPDATE agent_tasks
            SET state = CASE WHEN finished_at IS NULL THEN $4 ELSE state END,
              message = CASE WHEN finished_at IS NULL THEN $5 ELSE message END,
              finished_at = coalesce(finished_at, now())
            WHERE tenant_id = $1 AND agent_id = $2 AND id = $3
            RETURNING id
            """,
            [.id(tenant), .id(agent), .uuid(result.id), .text(result.state.rawValue), .text(result.message)],
            tenant: tenant)
        return !rows.isEmpty
    }

    /// The agents of all tenants for whom something waits.
    public func awaited() async throws -> Set<AgentID> {
        let rows = try await store.system.query(
            "SELECT DISTINCT agent_id FROM agent_tasks WHERE state IN ('pending', 'delivered')", [], tenant: nil)
        return Set(try rows.map { try $0.decode(0) })
    }

    /// The inventory that an agent reported last, with its digest.
    public func inventory(of agent: AgentID, tenant: TenantID) async throws -> (digest: String, document: String)? {
        let rows = try await store.app.query(
            "SELECT digest, document FROM agent_inventories WHERE tenant_id = $1 AND agent_id = $2",
            [.id(tenant), .id(agent)], tenant: tenant)
        return try rows.first.map { (try $0.decode(0), try $0.decode(1)) }
    }

    /// To take changes on.
    public func keep(
        inventory document: String, digest: String, of agent: AgentID, tenant: TenantID
    ) async throws {
        _ = try await store.app.run(
            [
                Statement(
                    """
                    INSERT INTO agent_inventories (tenant_id, agent_id, digest, document)
                    VALUES ($1, $2, $3, $4)
                    ON CONFLICT (tenant_id, agent_id) DO UPDATE
                    SET digest = EXCLUDED.digest, document = EXCLUDED.document, updated_at = now()
                    WHERE agent_inventories.digest <> EXCLUDED.digest
                    """, [.id(tenant), .id(agent), .text(digest), .text(document)]),
                Statement(
                    "UPDATE agents SET inventory_at = now() WHERE tenant_id = $1 AND id = $2",
                    [.id(tenant), .id(agent)]),
            ], tenant: tenant)
    }
}
