import Domain
import FoundationEssentials
import Patching
import Postgres

/// Targets of deployments on endpoints that become one: each goes with its endpoint under the name that its job has, so that
/// nothing is done twice and what comes of it is heard. Of two of one deployment the one that is further lives on.
struct TargetMerge {
    let connection: Connection
    let tenant: TenantID

    private struct Known {
        let id: TargetID
        let deployment: DeploymentID
        var life: TargetLife
        let isOthers: Bool
    }

    /// Holds what these endpoints are targets of, so that no report of them comes in between. All that a transaction merges at
    /// once, before it touches any target: in the order in which everybody takes deployments.
    func hold(_ endpoints: [EndpointID]) async throws {
        let over = DeploymentStatus.allCases.filter(\.isFinal).map(\.rawValue)
        let rows = try await connection.query(
            """
            SELECT DISTINCT d.id
            FROM patch_deployments AS t
            JOIN deployments AS d ON d.tenant_id = t.tenant_id AND d.id = t.deployment_id
            WHERE t.tenant_id = $1 AND t.endpoint_id = ANY ($2)
              -- What is over is heard of late at most.
              AND (d.status <> ALL ($3) OR d.changed_at > now() - interval '7 days')
            """, [.id(tenant), .uuidArray(endpoints.map(\.uuid)), .textArray(over)])
        if rows.isEmpty { return }
        try await connection.run([DeploymentLock.alone(try rows.map { try $0.decode(0, as: DeploymentID.self) })])
    }

    /// Before the rows of `other` become those of `survivor`.
    func settle(_ other: EndpointID, into survivor: EndpointID) async throws {
        let results = try await connection.run([
            Statement(
                """
                SELECT \(DeploymentTarget.lifeColumns), t.id, t.deployment_id, t.endpoint_id = $3
                FROM patch_deployments AS t
                WHERE t.tenant_id = $1 AND t.endpoint_id IN ($2, $3) AND t.deployment_id IS NOT NULL
                ORDER BY t.id
                FOR NO KEY UPDATE
                """, [.id(tenant), .id(survivor), .id(other)]), Statement("SELECT clock_timestamp()"),
        ])
        let now: Date = try results[1][0].decode(0)
        var targets = try results[0].map { row in
            Known(
                id: try row.decode(8), deployment: try row.decode(9), life: try TargetLife(row),
                isOthers: try row.decode(10))
        }
        var changes = TargetChanges()
        func displace(_ places: [Int], _ reason: String, isTwin: Bool) {
            let first = places.max { Self.progress(targets[$0].life) < Self.progress(targets[$1].life) }
            for place in places where place != first {
                let step = targets[place].life.after(.displaced(reason, isTwin: isTwin), at: now)
                guard step.life != targets[place].life else { continue }
                targets[place].life = step.life
                changes.add(step, to: targets[place].id, of: targets[place].deployment)
            }
        }
        for twins in Dictionary(grouping: targets.indices, by: { targets[$0].deployment }).values
        where Set(twins.map { targets[$0].isOthers }).count == 2 {
            displace(twins, "The endpoint is one with another now, which this deployment has already.", isTwin: true)
        }
        displace(
            targets.indices.filter { targets[$0].life.status.isUnderWay },
            "The endpoint is one with another now, which is at another job: what becomes of this one has not been told.",
            isTwin: false)
        try await connection.run(
            try changes.statements(tenant: tenant)
                + [
                    Statement(
                        """
                        UPDATE patch_deployments
                        SET job_endpoint_id = endpoint_id
                        WHERE tenant_id = $1 AND endpoint_id = $2 AND deployment_id IS NOT NULL
                          AND job_endpoint_id IS NULL
                        """, [.id(tenant), .id(other)])
                ] + Set(targets.map(\.deployment)).map(DeploymentStore.notice))
    }

    /// What may be changing comes first, then what has come to something, then what is only handed out.
    private static func progress(_ life: TargetLife) -> Int {
        switch life.status {
        case .installing, .rebooting, .verifying, .rollingBack, .unknown: 5
        case .deployed, .rollbackWaiting, .rolledBack, .rollbackFailed: 4
        case .failed, .lost: 3
        case .offered, .downloading: 2
        case .waiting: 1
        case .cancelled, .expired: 0
        }
    }
}
