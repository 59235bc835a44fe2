import Domain
import FoundationEssentials
import Postgres

extension DeploymentStore {
    private static let over = DeploymentStatus.allCases.filter(\.isFinal).map(\.rawValue)

    /// Removes some steps of targets that are older than the tenant keeps history, of one deployment that ended before then.
    /// Its own steps, its targets and their outcomes stay: it can still be rolled back. Nothing goes of one that has not
    /// ended or that somebody is changing now.
    ///
    /// - Returns: how many that were; 0 when no more are to go.
    public func expireHistory(limit: Int = 5_000, at now: Date = Date(), tenant: TenantID) async throws -> Int {
        let oldest = "$2::timestamptz - (SELECT make_interval(days => retention_days) FROM tenants WHERE id = $1)"
        return try await store.app.query(
            """
            WITH ended AS MATERIALIZED (
              SELECT d.id
              FROM deployments AS d
              WHERE d.tenant_id = $1 AND d.status = ANY ($3) AND d.finished_at < \(oldest)
                AND EXISTS (
                  SELECT
                  FROM deployment_transitions AS n
                  WHERE n.tenant_id = $1 AND n.deployment_id = d.id AND n.target_id IS NOT NULL AND n.at < \(oldest))
              LIMIT 1
              -- Whoever has it tried again waits for this, or this leaves it to him.
              FOR SHARE SKIP LOCKED
            )
            DELETE FROM deployment_transitions AS t
            USING (
              SELECT n.deployment_id, n.id
              FROM deployment_transitions AS n
              WHERE n.tenant_id = $1 AND n.deployment_id = (SELECT id FROM ended) AND n.target_id IS NOT NULL
                AND n.at < \(oldest)
              LIMIT $4
            ) AS o
            WHERE t.tenant_id = $1 AND t.deployment_id = o.deployment_id AND t.id = o.id
            """, [.id(tenant), .timestamptz(now), .textArray(Self.over), .int8(Int64(limit))], tenant: tenant
        ).affected
    }
}
