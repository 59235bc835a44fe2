import Domain
import FoundationEssentials
import Postgres
import Risk

/// What an exception in force sets aside: a vulnerability in a package version.
public struct CoveredFinding: Sendable {
    public let exception: ExceptionID
    public let kind: ExceptionKind
    public let reason: String
    public let owner: String
    public let since: Date
    public let until: Date
    public let cve: String
    public let ecosystem: String
    /// The name that was looked up.
    public let package: String
    public let installed: String
    /// The endpoint, where the exception is not for all.
    public let hostname: String?
}

extension ExceptionStore {
    /// What a tenant's exceptions set aside now, by vulnerability and exception.
    public func covered(tenant: TenantID, at now: Date = Date()) async throws -> [CoveredFinding] {
        try await store.app.query(
            """
            SELECT DISTINCT x.id, x.kind, x.reason, x.owner, coalesce(x.decided_at, x.created_at), x.expires_at, v.cve_id,
              f.ecosystem, f.package, f.installed,
              CASE WHEN x.endpoint_id IS NOT NULL OR x.tag IS NOT NULL THEN e.hostname END
            FROM exceptions AS x
            JOIN findings AS f ON f.tenant_id = x.tenant_id AND f.exception_id = x.id
            JOIN endpoints AS e ON e.tenant_id = f.tenant_id AND e.finding_set_id = f.finding_set_id
            JOIN vulnerabilities AS v ON v.id = f.vulnerability_id
            WHERE x.tenant_id = $1 AND x.state = 'active' AND x.expires_at > $2
            ORDER BY 7, 1, 11, 8, 9, 10
            """, [.id(tenant), .timestamptz(now)], tenant: tenant
        ).map { row in
            CoveredFinding(
                exception: try row.decode(0), kind: ExceptionKind(rawValue: try row.decode(1)) ?? .accepted,
                reason: try row.decode(2), owner: try row.decode(3), since: try row.decode(4), until: try row.decode(5),
                cve: try row.decode(6), ecosystem: try row.decode(7), package: try row.decode(8),
                installed: try row.decode(9), hostname: try row.decode(10))
        }
    }
}
