import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// The figures of the first page.
    public var overview: OverviewStore { OverviewStore(database: app) }
}

/// Sums over a tenant, read from counters that scans maintain: nothing here walks the findings.
public struct OverviewStore: Sendable {
    let database: Database

    public struct Overview: Sendable {
        public var endpoints = 0
        public var unscanned = 0
        public var byStatus: [EndpointStatus: Int] = [:]
        /// Mean of the endpoints' risk, 0…100.
        public var meanRisk = 0.0
        public var highestRisk = 0.0
        public var openFindings = 0
        /// Findings under exceptions, which are not among the open ones.
        public var exceptedFindings = 0
        /// Vulnerabilities open somewhere, by severity; nil is unknown.
        public var bySeverity: [Severity?: Int] = [:]
        public var knownExploited = 0
        public var lastScan: Date?

        public init() {}
    }

    public func load(tenant: TenantID) async throws -> Overview {
        let results = try await database.run(
            [
                Statement(
                    """
                    SELECT status, count(*), count(*) FILTER (WHERE scanned_at IS NULL),
                      coalesce(sum(risk_score), 0)::float8, coalesce(max(risk_score), 0)::float8,
                      coalesce(sum(open_findings), 0)::bigint, max(scanned_at),
                      coalesce(sum(excepted_findings), 0)::bigint
                    FROM endpoints
                    WHERE tenant_id = $1
                    GROUP BY status
                    """, [.id(tenant)]),
                Statement(
                    """
                    SELECT v.severity, count(*), count(*) FILTER (WHERE v.kev_added IS NOT NULL)
                    FROM tenant_vulnerabilities AS t
                    JOIN vulnerabilities AS v ON v.id = t.vulnerability_id
                    WHERE t.tenant_id = $1 AND t.endpoints_affected > 0
                    GROUP BY v.severity
                    """, [.id(tenant)]),
            ], tenant: tenant)
        var overview = Overview()
        var riskSum = 0.0
        for row in results[0] {
            let count: Int = try row.decode(1)
            let unscanned: Int = try row.decode(2)
            overview.endpoints += count
            overview.unscanned += unscanned
            if let status = EndpointStatus(rawValue: try row.decode(0)) {
                overview.byStatus[status] = count - unscanned
            }
            riskSum += try row.decode(3, as: Double.self)
            overview.highestRisk = max(overview.highestRisk, try row.decode(4))
            overview.openFindings += try row.decode(5, as: Int.self)
            overview.exceptedFindings += try row.decode(7, as: Int.self)
            let scan: Date? = try row.decode(6)
            overview.lastScan = [overview.lastScan, scan].compactMap { $0 }.max()
        }
        overview.meanRisk = overview.endpoints > 0 ? riskSum / Double(overview.endpoints) : 0
        for row in results[1] {
            let severity = (try row.decode(0, as: String?.self)).flatMap(Severity.init(rawValue:))
            overview.bySeverity[severity] = try row.decode(1, as: Int.self)
            overview.knownExploited += try row.decode(2, as: Int.self)
        }
        return overview
    }
}
