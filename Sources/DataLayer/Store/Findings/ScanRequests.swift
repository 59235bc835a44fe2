import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// Queues a scan of endpoints and records who asked for it.
    public func startScan(of endpoints: [EndpointID], by principal: Principal) async throws -> TaskID {
        let payload = try JSONEncoder().encode(["endpoints": endpoints])
        let task = TaskID.make()
        _ = try await app.run(
            [
                JobStore.insertion(task, .scan, payload: Array(payload), tenant: principal.tenant),
                AuditEntry(
                    "endpoint.scan", object: task.description, detail: ["endpoints": String(endpoints.count)],
                    by: principal
                ).statement(),
                Statement("SELECT pg_notify('garrison_jobs', '')"),
            ], tenant: principal.tenant)
        return task
    }
}

extension EndpointStore {
    /// - Throws: `StoreError.notFound` naming the first that is not the tenant's.
    public func requireAll(_ ids: [EndpointID], tenant: TenantID) async throws {
        let rows = try await database.query(
            "SELECT id FROM endpoints WHERE tenant_id = $1 AND id = ANY($2)",
            [.id(tenant), .uuidArray(ids.map(\.uuid))], tenant: tenant)
        let found = Set(try rows.map { try $0.decode(0, as: EndpointID.self) })
        if let missing = ids.first(where: { !found.contains($0) }) {
            throw StoreError.notFound(kind: "endpoint", id: missing.description)
        }
    }
}

extension FindingStore {
    /// How many findings an endpoint has.
    public func count(ofEndpoint id: EndpointID, status: FindingStatus? = nil, tenant: TenantID) async throws -> Int {
        try await database.query(
            """
            SELECT count(*)
            FROM endpoints AS e
            JOIN findings AS f ON f.tenant_id = e.tenant_id AND f.finding_set_id = e.finding_set_id
            WHERE e.tenant_id = $1 AND e.id = $2 AND ($3::text IS NULL OR f.status = $3)
            """, [.id(tenant), .id(id), .of(status?.rawValue)], tenant: tenant
        )[0].decode(0)
    }
}
