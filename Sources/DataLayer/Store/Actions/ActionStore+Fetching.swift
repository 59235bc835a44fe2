import Domain
import FoundationEssentials
import Postgres
import Response

/// For sources whose devices come for their actions: an agent asks for what waits for it, and reports what came of it.
extension ActionStore {
    /// Gives a device what waits for it, each action once: it is in progress from here on, and when the device dies with
    /// it, unknown after its time. The oldest first.
    public func fetch(
        device: String, of connector: ConnectorID, limit: Int = 16, tenant: TenantID
    ) async throws -> [ActionRequest] {
        let rows = try await store.app.query(
            """
            UPDATE device_actions AS a
            SET status = 'in_progress', attempts = a.attempts + 1, sent_at = now(),
              deadline_at = now() + make_interval(secs => $5), next_at = now() + make_interval(secs => $5),
              \(Self.transitions("'in_progress'"))
            FROM (
              SELECT d.tenant_id, d.id
              FROM device_actions AS d
              WHERE d.tenant_id = $1 AND d.connector_id = $2 AND d.device_id = $3 AND d.status = 'pending'
                AND d.delivery = 'fetched' AND d.deadline_at > now()
              ORDER BY d.id
              LIMIT $4
              FOR UPDATE SKIP LOCKED
            ) AS due
            WHERE a.tenant_id = due.tenant_id AND a.id = due.id
            RETURNING \(ActionRecord.columns(of: "a"))
            """,
            [.id(tenant), .id(connector), .text(device), .int(limit), .float8(ActionPace.doing)], tenant: tenant)
        return try rows.map(ActionRecord.init).sorted { $0.id.description < $1.id.description }.map(\.request)
    }

    /// Notes what a device says of an action that it fetched; saying it twice changes nothing.
    ///
    /// - Throws: `StoreError.notFound` for an action of another device.
    public func report(
        _ id: ActionID, _ state: ActionState, device: String, of connector: ConnectorID, tenant: TenantID
    ) async throws {
        let rows = try await store.app.query(
            """
            SELECT FROM device_actions
            WHERE tenant_id = $1 AND id = $2 AND connector_id = $3 AND device_id = $4 AND delivery = 'fetched'
            """, [.id(tenant), .id(id), .id(connector), .text(device)], tenant: tenant)
        guard !rows.isEmpty else { throw StoreError.notFound(kind: "action", id: id.description) }
        try await apply(.answered(state), to: id, tenant: tenant)
    }
}
