import Domain
import FoundationEssentials
import Patching
import Postgres

/// One deployment inside the transaction that holds it alone: steps are written as they are taken, with what they ask for.
struct DeploymentChange {
    let connection: Connection
    let tenant: TenantID
    /// The database's time: workers' clocks may differ.
    let now: Date
    private(set) var record: DeploymentRecord
    private(set) var life: DeploymentLife

    /// Takes it; waits for those who change its targets now, and before those who come later.
    ///
    /// - Returns: nil where there is none.
    init?(_ id: DeploymentID, _ connection: Connection, tenant: TenantID) async throws {
        let rows = try await connection.run([
            DeploymentLock.alone([id]),
            Statement(
                """
                \(DeploymentRecord.select)
                WHERE d.tenant_id = $1 AND d.id = $2
                FOR NO KEY UPDATE OF d
                """, [.id(tenant), .id(id)]), Statement("SELECT clock_timestamp()"),
        ])
        guard let row = rows[1].first else { return nil }
        self.connection = connection
        self.tenant = tenant
        now = try rows[2][0].decode(0)
        record = try DeploymentRecord(row)
        life = record.life
    }

    /// Takes a step.
    ///
    /// - Returns: false where the event changes nothing.
    @discardableResult
    mutating func take(
        _ event: DeploymentLife.Event, by actor: PatchActor = .server, reason: String? = nil
    ) async throws -> Bool {
        guard let step = life.after(event, at: now, by: actor, reason: reason) else { return false }
        let before = life
        life = step.life
        var statements = [try row(before)]
        if let transition = step.transition {
            statements.append(
                DeploymentStore.transition(
                    of: record.id, from: transition.from, to: transition.to, by: transition.actor,
                    reason: transition.reason, tenant))
        }
        // It goes on after a hold: endpoints have their time anew.
        if step.transition.map({ $0.to.letsTargetsBegin && !$0.from.letsTargetsBegin }) ?? false {
            statements.append(
                Statement(
                    """
                    UPDATE deployment_rings
                    SET runs_from = now()
                    WHERE tenant_id = $1 AND deployment_id = $2 AND opened_at IS NOT NULL
                    """, [.id(tenant), .id(record.id)]))
        }
        try await connection.run(statements)
        for action in step.actions { try await carryOut(action, by: actor) }
        if let notice = DeploymentNotice.Event(step, from: before) {
            let reason = step.transition?.reason
            try await DeploymentNotice(record: record, life: life, event: notice, reason: reason, at: now)
                .write(connection, tenant)
        }
        try await connection.run([DeploymentStore.notice(record.id)])
        return true
    }

    private func row(_ before: DeploymentLife) throws -> Statement {
        let begins = before.status == .scheduled && life.status == .running
        return Statement(
            """
            UPDATE deployments
            SET status = $3, ring = $4, soaking_since = $5, held = $6, forgiven = $7,
              started_at = CASE WHEN $8 THEN coalesce(started_at, now()) ELSE started_at END,
              finished_at = CASE WHEN $9 THEN now() END, changed_at = now()
            WHERE tenant_id = $1 AND id = $2
            """,
            [
                .id(tenant), .id(record.id), .text(life.status.rawValue), .int4(Int32(clamping: life.ring)),
                .of(life.soakingSince), .of(life.held?.rawValue), .json(try PatchJSON.encode(life.forgiven)),
                .bool(begins), .bool(life.status.isFinal),
            ])
    }

    private func carryOut(_ action: DeploymentLife.Action, by actor: PatchActor) async throws {
        switch action {
        case .openRing(let ring):
            try await connection.run([
                Statement(
                    """
                    UPDATE deployment_rings
                    SET opened_at = coalesce(opened_at, now()), runs_from = now()
                    WHERE tenant_id = $1 AND deployment_id = $2 AND ring = $3
                    """, [.id(tenant), .id(record.id), .int4(Int32(clamping: ring))])
            ])
        case .cancelUnbegun:
            let words = life.status == .rollingBack ? "rolled back" : life.status == .rejected ? "refused" : "aborted"
            try await sweep(
                .cancelled("The deployment was \(words) before it began here."), [.waiting, .offered, .downloading],
                actor)
        case .rollBackTargets:
            try await sweep(.rollBack, [.waiting, .offered, .downloading, .deployed, .failed], actor)
        case .retryTargets:
            // Of a rollback only what it could not take back: the others have nothing to be installed now.
            let isRollback = life.status == .rollingBack
            try await sweep(
                .retried, isRollback ? [.rollbackFailed] : [.failed, .expired, .cancelled, .lost, .rollbackFailed],
                actor)
        case .notify: break
        }
    }

    private func sweep(
        _ event: TargetLife.Event, _ statuses: [TargetStatus], _ actor: PatchActor
    ) async throws {
        try await TargetSweep(event: event, deployment: record.id, tenant: tenant, at: now, actor: actor)
            .run(over: statuses, connection)
    }

    func counts() async throws -> DeploymentCounts {
        try DeploymentCounts(try await connection.run([DeploymentCounts.statement(record.id, tenant: tenant)])[0])
    }
}
