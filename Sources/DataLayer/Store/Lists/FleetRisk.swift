import Domain
import Postgres

extension OverviewStore {
    /// How many scanned endpoints have a risk of 0 to under 10, 10 to under 20, …, 90 to 100.
    public func riskHistogram(tenant: TenantID) async throws -> [Int] {
        let rows = try await database.query(
            """
            SELECT least(floor(risk_score / 10), 9)::int, count(*)
            FROM endpoints
            WHERE tenant_id = $1 AND scanned_at IS NOT NULL
            GROUP BY 1
            """, [.id(tenant)], tenant: tenant)
        var bins = [Int](repeating: 0, count: 10)
        for row in rows {
            let bin: Int = try row.decode(0)
            if bins.indices.contains(bin) { bins[bin] = try row.decode(1) }
        }
        return bins
    }
}

extension VulnerabilityStore {
    /// The open vulnerabilities that were found last in the tenant, the riskiest of a scan first.
    public func newest(_ limit: Int, tenant: TenantID) async throws -> [Summary] {
        try await database.query(
            """
            SELECT \(Self.columns)
            FROM tenant_vulnerabilities AS t
            JOIN vulnerabilities AS v ON v.id = t.vulnerability_id
            WHERE t.tenant_id = $1 AND t.endpoints_affected > 0
            ORDER BY t.first_detected DESC, t.max_risk DESC, t.vulnerability_id
            LIMIT $2
            """, [.id(tenant), .int(limit)], tenant: tenant
        ).map(Summary.init)
    }
}
