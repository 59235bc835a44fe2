import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// Whole logs of patch jobs.
    public var patchLogs: PatchLogStore { PatchLogStore(store: self) }
}

/// Which log of which job is where in the object store. The end of the last one is in `patch_deployments.log_tail`.
public struct PatchLogStore: Sendable {
    let store: Store

    /// A log that was sent.
    public struct Log: Sendable, Equatable {
        public let target: TargetID
        public let hostname: String
        public let kind: PatchJob.Kind
        public let attempt: Int
        public let bytes: Int64
        public let objectKey: String
    }

    /// The target of a job on an agent's machine; nil where the machine has no such job.
    public func target(of job: PatchJob, device: String, tenant: TenantID) async throws -> TargetID? {
        try await store.app.query(
            """
            SELECT t.id
            FROM patch_deployments AS t
            WHERE t.tenant_id = $1 AND t.deployment_id = $2 AND coalesce(t.job_endpoint_id, t.endpoint_id) = $3
              AND $5 <= CASE WHEN $6 THEN t.attempt ELSE t.rollback_attempt END
              AND EXISTS (
                SELECT
                FROM endpoint_sources AS s
                JOIN connectors AS c ON c.tenant_id = s.tenant_id AND c.id = s.connector_id AND c.kind = 'agent'
                WHERE s.tenant_id = $1 AND s.endpoint_id = t.endpoint_id AND s.device_id = $4)
            """,
            [
                .id(tenant), .id(job.deployment), .id(job.endpoint), .text(device), .int4(Int32(clamping: job.attempt)),
                .bool(job.kind == .install),
            ], tenant: tenant
        ).first.map { try $0.decode(0) }
    }

    /// Notes a log whose bytes are there now, in place of the one that was sent for the same job before.
    public func add(
        _ job: PatchJob, of target: TargetID, bytes: Int64, at upload: UnusedObjects.Upload, tenant: TenantID
    ) async throws {
        let values: [Value] = [
            .id(tenant), .id(target), .text(job.kind.rawValue), .int4(Int32(clamping: job.attempt)),
        ]
        try await store.app.transaction(tenant: tenant) { connection in
            try await connection.run([
                Statement(
                    "DELETE FROM patch_logs WHERE tenant_id = $1 AND target_id = $2 AND kind = $3 AND attempt = $4",
                    values),
                Statement(
                    """
                    INSERT INTO patch_logs (tenant_id, target_id, kind, attempt, bytes, object_key)
                    VALUES ($1, $2, $3, $4, $5, $6)
                    """, values + [.int8(bytes), .text(upload.key)]),
            ])
            try await upload.end(connection)
        }
    }

    /// The log of the last job on an endpoint.
    ///
    /// - Throws: `StoreError.notFound`.
    public func last(of target: TargetID, in deployment: DeploymentID, tenant: TenantID) async throws -> Log {
        let rows = try await store.app.query(
            """
            SELECT l.target_id, e.hostname, l.kind, l.attempt, l.bytes, l.object_key
            FROM patch_deployments AS t
            JOIN endpoints AS e ON e.tenant_id = t.tenant_id AND e.id = t.endpoint_id
            JOIN patch_logs AS l ON l.tenant_id = t.tenant_id AND l.target_id = t.id
            WHERE t.tenant_id = $1 AND t.id = $2 AND t.deployment_id = $3
            ORDER BY l.sent_at DESC
            LIMIT 1
            """, [.id(tenant), .id(target), .id(deployment)], tenant: tenant)
        guard let row = rows.first else { throw StoreError.notFound(kind: "patch_log", id: target.description) }
        guard let kind = PatchJob.Kind(rawValue: try row.decode(2)) else {
            throw StoreError.notFound(kind: "patch_log", id: target.description)
        }
        return Log(
            target: try row.decode(0), hostname: try row.decode(1), kind: kind, attempt: try row.decode(3),
            bytes: try row.decode(4), objectKey: try row.decode(5))
    }

    /// Of some targets those that have a log.
    public func present(among targets: [TargetID], tenant: TenantID) async throws -> Set<TargetID> {
        if targets.isEmpty { return [] }
        let rows = try await store.app.query(
            "SELECT DISTINCT target_id FROM patch_logs WHERE tenant_id = $1 AND target_id = ANY ($2)",
            [.id(tenant), .uuidArray(targets.map(\.uuid))], tenant: tenant)
        return Set(try rows.map { try $0.decode(0) })
    }

    /// Removes some rows that are older than the tenant keeps history; their objects are unused from then on.
    ///
    /// - Returns: how many that were.
    public func expire(limit: Int = 500, tenant: TenantID) async throws -> Int {
        try await store.app.query(
            """
            DELETE FROM patch_logs AS l
            USING (
              SELECT target_id, kind, attempt
              FROM patch_logs
              WHERE tenant_id = $1
                AND sent_at < now() - (SELECT make_interval(days => retention_days) FROM tenants WHERE id = $1)
              ORDER BY sent_at
              LIMIT $2
            ) AS o
            WHERE l.tenant_id = $1 AND l.target_id = o.target_id AND l.kind = o.kind AND l.attempt = o.attempt
            """, [.id(tenant), .int8(Int64(limit))], tenant: tenant
        ).affected
    }
}
