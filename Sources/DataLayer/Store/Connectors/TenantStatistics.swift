import Domain
import Postgres

/// What the planner believes of a tenant. Until a table is analyzed again, a tenant that came since has, to the planner, one
/// row at most in it: whatever is joined for all of its machines is then looked for among all of them, for each anew. The
/// server analyzes tables by itself, but a minute late, and not at all when the tenant is a small part of them.
struct TenantStatistics {
    let store: Store

    /// With fewer devices no plan is a bad one.
    private static let least = 500
    /// Devices that are counted at most.
    private static let most = 10_000

    /// Analyzes the tables of endpoints when the planner takes a tenant's for far fewer than there are.
    func learn(_ tenant: TenantID) async throws {
        let rows = try await store.app.query(
            "SELECT count(*) FROM (SELECT FROM endpoint_sources WHERE tenant_id = $1 LIMIT \(Self.most)) AS s",
            [.id(tenant)], tenant: tenant)
        let devices: Int = try rows[0].decode(0)
        guard devices >= Self.least, try await believed(tenant) * 10 < devices else { return }
        // Only the columns that plans depend on: reports are long.
        for table in [
            "endpoint_sources (tenant_id, connector_id, device_id, endpoint_id, software_set, ended_at)",
            "endpoints (tenant_id, id, inventory_at, software_set, reported_set)",
        ] {
            _ = try await store.owner.query("ANALYZE \(table)")
        }
    }

    /// How many devices of a tenant the planner expects.
    func believed(_ tenant: TenantID) async throws -> Int {
        let plan = try await store.owner.query(
            "EXPLAIN SELECT FROM endpoint_sources WHERE tenant_id = $1", [.id(tenant)])
        let line: String = try plan[0].decode(0)
        guard let rows = line.firstMatch(of: /rows=(\d+)/) else { return .max / 10 }
        return Int(rows.1) ?? 0
    }
}
