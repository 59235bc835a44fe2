import Domain
import FoundationEssentials
import Patching
import Postgres

/// One event for every target that it concerns, however many: what it does to a target follows from a few of its columns,
/// so the engine is asked once for each combination of them, and a statement writes all that have it.
struct TargetSweep {
    let event: TargetLife.Event
    let deployment: DeploymentID
    let tenant: TenantID
    let at: Date
    let actor: PatchActor

    private static let key = "state, attempt, rollback_attempt, has_failed, has_changed, awaits_reboot"

    /// - Parameter statuses: of targets that the event can concern; the engine has the last word.
    /// - Returns: how many were changed.
    @discardableResult
    func run(over statuses: [TargetStatus], _ connection: Connection) async throws -> Int {
        let states = Value.textArray(statuses.map(\.rawValue))
        let groups = try await connection.query(
            """
            SELECT DISTINCT state, attempt, rollback_attempt, NULL::timestamptz, has_failed, has_changed, awaits_reboot,
              NULL::text
            FROM patch_deployments
            WHERE tenant_id = $1 AND deployment_id = $2 AND state = ANY ($3)
            """, [.id(tenant), .id(deployment), states])
        var changed = 0
        for row in groups {
            let life = try TargetLife(row)
            let step = life.after(event, at: at, by: actor)
            guard step.life != life else { continue }
            changed += try await write(life, step, connection)
        }
        return changed
    }

    private func write(_ life: TargetLife, _ step: TargetLife.Step, _ connection: Connection) async throws -> Int {
        let (next, actor) = (step.life, ActorColumns(actor))
        return try await connection.query(
            """
            WITH n AS (
              SELECT $9::text AS state
            ), changed AS (
              UPDATE patch_deployments AS t
              SET state = n.state, status = $10, attempt = $11, rollback_attempt = $12, lease_at = NULL,
                has_failed = $13, has_changed = $14, awaits_reboot = $15, error_message = $16,
                agent_id = CASE WHEN n.state IN (\(TargetChanges.busy)) THEN t.agent_id END,
                \(TargetChanges.consequences)
              FROM n
              WHERE t.tenant_id = $1 AND t.deployment_id = $2 AND t.state = $3 AND t.attempt = $4
                AND t.rollback_attempt = $5 AND t.has_failed = $6 AND t.has_changed = $7 AND t.awaits_reboot = $8
              RETURNING t.id
            )
            INSERT INTO deployment_transitions
              (tenant_id, deployment_id, target_id, attempt, from_status, to_status, at, actor_kind, actor_id, actor, reason)
            SELECT $1, $2, id, $11, $3, $9, $17, $18, $19, $20, $16
            FROM changed
            """,
            [
                .id(tenant), .id(deployment), .text(life.status.rawValue), .int4(Int32(clamping: life.attempt)),
                .int4(Int32(clamping: life.rollbackAttempt)), .bool(life.hasFailed), .bool(life.hasChanged),
                .bool(life.awaitsReboot), .text(next.status.rawValue), .text(next.status.published.rawValue),
                .int4(Int32(clamping: next.attempt)), .int4(Int32(clamping: next.rollbackAttempt)),
                .bool(next.hasFailed), .bool(next.hasChanged), .bool(next.awaitsReboot), .of(next.message),
                .timestamptz(at), .text(actor.kind), .of(actor.id), .text(actor.name),
            ]
        ).affected
    }
}
