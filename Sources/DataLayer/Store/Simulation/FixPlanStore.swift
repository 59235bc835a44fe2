import Domain
import Postgres
import Risk
import Versions

extension SimulationStore {
    /// The updates to do first, and what they bring.
    public struct Plan: Sendable {
        public let plan: FixPlan
        /// For each update of the plan the versions to bring it to: the highest that its fixes name.
        public let versions: [String]
        public let outcome: Outcome

        package init(plan: FixPlan, versions: [String], outcome: Outcome) {
            self.plan = plan
            self.versions = versions
            self.outcome = outcome
        }
    }

    /// The updates that remove most risk for their reboots; see `FixPlan` for what is promised of them.
    /// - Parameters:
    ///   - count: updates at most.
    ///   - reboots: reboots at most; nil for any number.
    public func plan(count: Int, reboots: Int? = nil, tenant: TenantID) async throws -> Plan {
        let rows = try await database.query(
            """
            WITH sets AS (
              SELECT finding_set_id AS id, count(*) AS endpoints
              FROM endpoints
              WHERE tenant_id = $1 AND finding_set_id IS NOT NULL
              GROUP BY finding_set_id
            ), updates AS (
              SELECT ecosystem, package, finding_set_id, sum(risk_score::float8) AS risk, count(*) AS findings
              FROM findings
              WHERE tenant_id = $1 AND status IN ('open', 'in_progress') AND fixed IS NOT NULL AND package <> ''
              GROUP BY ecosystem, package, finding_set_id
            )
            SELECT u.ecosystem, u.package, sum(u.risk * s.endpoints)::float8, sum(s.endpoints)::bigint,
              sum(u.findings * s.endpoints)::bigint
            FROM updates AS u
            JOIN sets AS s ON s.id = u.finding_set_id
            GROUP BY u.ecosystem, u.package
            """, [.id(tenant)], tenant: tenant)
        let candidates = try rows.map { row in
            FixPlan.Update(
                ecosystem: try row.decode(0), package: try row.decode(1), risk: try row.decode(2),
                endpoints: try row.decode(3), findings: try row.decode(4))
        }
        let plan = FixPlan(from: candidates, count: count, reboots: reboots)
        let fixes = plan.updates.map { Fix.package($0.package, ecosystem: $0.ecosystem) }
        async let known = KnownFix.of(packages: plan.updates.map(\.package), database, tenant: tenant)
        let outcome = try await simulate(fixes, tenant: tenant)
        return Plan(plan: plan, versions: Self.versions(plan, try await known), outcome: outcome)
    }

    private static func versions(_ plan: FixPlan, _ known: [KnownFix]) -> [String] {
        let byPackage = Dictionary(grouping: known) { [$0.ecosystem, $0.package] }
        return plan.updates.map { update in
            let fixes = byPackage[[update.ecosystem, update.package]] ?? []
            return fixes.max { Versions.compare($0.fixed, $1.fixed, scheme: $0.scheme) == .less }?.fixed ?? ""
        }
    }
}
