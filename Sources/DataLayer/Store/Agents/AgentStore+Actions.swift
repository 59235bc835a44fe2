import Domain
import FoundationEssentials
import Postgres

/// What endpoints are asked to do through all their sources, as far as it is an agent's to do.
extension AgentStore {
    /// What waits for an agent's device, the oldest first. Like tasks it is handed out until its result is here.
    public func actions(for agent: AgentRecord, tenant: TenantID) async throws -> [AgentWork.Action] {
        let connector = try await store.connectors.implicitAccount(kind: .agent, tenant: tenant)
        _ = try await store.actions.fetch(device: agent.deviceID, of: connector, tenant: tenant)
        return try await store.app.query(
            """
            SELECT \(ActionRecord.columns(of: "a"))
            FROM device_actions AS a
            WHERE a.tenant_id = $1 AND a.connector_id = $2 AND a.device_id = $3 AND a.status = 'in_progress'
              AND a.delivery = 'fetched'
            ORDER BY a.id
            """, [.id(tenant), .id(connector), .text(agent.deviceID)], tenant: tenant
        ).map { row in
            let action = try ActionRecord(row)
            return AgentWork.Action(id: action.id.uuid, kind: action.request.action.name)
        }
    }

    /// Notes what came of one; one that is not this agent's changes nothing.
    public func finishAction(_ result: AgentResult, of agent: AgentRecord, tenant: TenantID) async throws {
        let connector = try await store.connectors.implicitAccount(kind: .agent, tenant: tenant)
        let state: ActionState =
            switch result.state {
            case .completed: .completed(result.message)
            case .failed: .failed(result.message)
            case .unknown: .unknown(result.message)
            }
        do {
            try await store.actions.report(
                ActionID(result.id), state, device: agent.deviceID, of: connector, tenant: tenant)
        } catch StoreError.notFound {
            return
        }
    }

    /// The devices of all tenants for which an agent is to come.
    public func awaitedDevices() async throws -> Set<String> {
        let rows = try await store.system.query(
            """
            SELECT DISTINCT tenant_id::text || ' ' || device_id
            FROM device_actions
            WHERE next_at IS NOT NULL AND status = 'pending' AND delivery = 'fetched' AND source_kind = 'agent'
            """, [], tenant: nil)
        return Set(try rows.map { try $0.decode(0) })
    }

    /// How `awaitedDevices` names a device.
    public static func name(_ device: String, of tenant: TenantID) -> String { "\(tenant) \(device)" }
}
