import Domain
import FoundationEssentials
import Postgres
import Scanner

extension FindingStore {
    /// What somebody has decided on a finding, and the packages that it is in; nil where it counts, or is none.
    package func disposition(
        of cve: String, on endpoint: EndpointID, tenant: TenantID
    ) async throws -> (packages: [String], disposition: Disposition)? {
        let rows = try await database.query(
            """
            SELECT f.packages, s.id, \(VEXStatement.columns), x.owner, x.reason
            FROM endpoints AS e
            JOIN findings AS f ON f.tenant_id = e.tenant_id AND f.finding_set_id = e.finding_set_id
            JOIN vulnerabilities AS v ON v.id = f.vulnerability_id
            LEFT JOIN exceptions AS x ON x.tenant_id = f.tenant_id AND x.id = f.exception_id
            LEFT JOIN vex_statements AS s ON s.tenant_id = f.tenant_id AND s.id = f.vex_id
            LEFT JOIN vex_documents AS d ON d.tenant_id = s.tenant_id AND d.id = s.document
            WHERE e.tenant_id = $1 AND e.id = $2 AND v.cve_id = $3 AND f.status = 'exception'
            """, [.id(tenant), .id(endpoint), .text(cve)], tenant: tenant)
        guard let row = rows.first else { return nil }
        let packages: [String] = try row.decode(0)
        if try row.decode(1, as: UUID?.self) != nil {
            let statement = try VEXStatement(row, from: 2)
            return (packages, Disposition(statement))
        }
        let owner = try row.decode(11, as: String?.self) ?? "somebody"
        let reason = try row.decode(12, as: String?.self) ?? "set aside without a reason"
        return (packages, Disposition(kind: .exception, authority: owner, reason: reason))
    }
}
