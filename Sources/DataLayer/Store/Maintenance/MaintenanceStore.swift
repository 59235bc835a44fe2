import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// What must be done from time to time.
    public var maintenance: MaintenanceStore { MaintenanceStore(store: self) }
}

/// Housekeeping: partitions ahead of time, retention, each day's posture, and the removal of what
/// nobody refers to. Idempotent: run as often as you like, by any number of processes.
public struct MaintenanceStore: Sendable {
    let store: Store

    /// The tables that are partitioned by month.
    static let timeSeries = ["finding_transitions", "posture_history"]

    /// Does all of it. Processes that come while another is at it do nothing.
    /// - Returns: false when another process was at it.
    @discardableResult
    public func run(at now: Date = Date()) async throws -> Bool {
        guard try await keepPartitions(at: now) else { return false }
        try await store.patches.deriveBacklog()
        for tenant in try await store.tenants.list() {
            let isFirstToday = try await recordPosture(tenant.id, at: now)
            try await clean(tenant.id, at: now, reconciling: isFirstToday)
            // Some at a time: a large deployment has hundreds of thousands.
            while try await store.deployments.expireHistory(at: now, tenant: tenant.id) > 0 {
                try Task.checkCancellation()
            }
        }
        return true
    }

    /// Makes the partitions of this month and the next, and drops those beyond every tenant's retention.
    private func keepPartitions(at now: Date) async throws -> Bool {
        let days = try await store.system.query("SELECT coalesce(max(retention_days), 90) FROM tenants")[0].decode(
            0, as: Int.self)
        let oldest = now.addingTimeInterval(-Double(days) * 86_400)
        return try await store.owner.transaction { connection in
            let lock = "SELECT pg_try_advisory_xact_lock(hashtextextended('garrison.maintenance', 0))"
            guard try await connection.query(lock).bool(0, 0) else { return false }
            for table in Self.timeSeries {
                _ = try await connection.run([
                    Statement(
                        """
                        SELECT make_month_partition($1::regclass, (($2::date) + make_interval(months => month))::date)
                        FROM generate_series(0, 1) AS month
                        """, [.text(table), .date(now)]),
                    Statement("SELECT drop_months_before($1::regclass, $2)", [.text(table), .date(oldest)]),
                ])
            }
            return true
        }
    }

    /// - Parameter reconciling: walks all findings, which takes its time on a large fleet.
    private func clean(_ tenant: TenantID, at now: Date, reconciling: Bool) async throws {
        try await store.app.transaction(tenant: tenant) { connection in
            let id = Value.id(tenant)
            _ = try await connection.query("SELECT lock_endpoints($1)", [id])
            try await PatchFigures(connection: connection, tenant: tenant).settleUnused()
            _ = try await connection.run([
                Statement(
                    """
                    DELETE FROM finding_sets AS s
                    WHERE s.tenant_id = $1 AND NOT EXISTS (
                      SELECT FROM endpoints AS e WHERE e.tenant_id = $1 AND e.finding_set_id = s.id)
                      AND \(FindingSets.isForgotten)
                    """, [id]),
                Statement(
                    """
                    DELETE FROM software_sets AS s
                    WHERE s.tenant_id = $1 AND NOT EXISTS (
                      SELECT FROM endpoints AS e WHERE e.tenant_id = $1 AND e.software_set = s.hash)
                      AND NOT EXISTS (
                        SELECT FROM endpoint_sources AS d WHERE d.tenant_id = $1 AND d.software_set = s.hash)
                    """, [id]),
                Statement(
                    """
                    DELETE FROM reported_sets AS s
                    WHERE s.tenant_id = $1 AND NOT EXISTS (
                      SELECT FROM endpoints AS e WHERE e.tenant_id = $1 AND e.reported_set = s.hash)
                    """, [id]),
            ])
            if reconciling {
                try await VulnerabilitySummary.rebuild(connection, tenant: tenant)
                try await PatchFigures(connection: connection, tenant: tenant).removeStale()
            }
            _ = try await connection.run(Self.expired.map { Statement($0, [id, .timestamptz(now)]) })
        }
    }

    private static let expired = [
        "DELETE FROM sessions WHERE tenant_id = $1 AND expires_at < $2",
        "DELETE FROM idempotency_keys WHERE tenant_id = $1 AND expires_at < $2",
        """
        DELETE FROM jobs
        WHERE tenant_id = $1
          AND finished_at < $2 - (SELECT make_interval(days => retention_days) FROM tenants WHERE id = $1)
        """,
        """
        DELETE FROM outbox
        WHERE tenant_id = $1 AND state IN ('sent', 'dead')
          AND created_at < $2 - (SELECT make_interval(days => retention_days) FROM tenants WHERE id = $1)
        """,
    ]

    /// The day's figures; once more on the same day replaces them.
    /// - Returns: whether the day had none.
    private func recordPosture(_ tenant: TenantID, at now: Date) async throws -> Bool {
        let parameters: [Value] = [.id(tenant), .timestamptz(now)]
        let results = try await store.app.run(
            [
                Statement(
                    """
                    SELECT EXISTS (
                      SELECT FROM posture_history WHERE tenant_id = $1 AND at = date_trunc('day', $2::timestamptz, 'UTC'))
                    """, parameters),
                Statement(Self.insertPosture, parameters),
            ], tenant: tenant)
        return try !results[0].bool(0, 0)
    }

    private static let insertPosture = """
        INSERT INTO posture_history (tenant_id, at, endpoints, healthy, at_risk, critical, open_findings, risk)
        SELECT $1, date_trunc('day', $2::timestamptz, 'UTC'), count(*), count(*) FILTER (WHERE status = 'healthy'),
          count(*) FILTER (WHERE status = 'at_risk'), count(*) FILTER (WHERE status = 'critical'),
          coalesce(sum(open_findings), 0), coalesce(avg(risk_score), 0)
        FROM endpoints
        WHERE tenant_id = $1
        ON CONFLICT (tenant_id, at) DO UPDATE
        SET endpoints = excluded.endpoints, healthy = excluded.healthy, at_risk = excluded.at_risk,
            critical = excluded.critical, open_findings = excluded.open_findings, risk = excluded.risk
        """
}
