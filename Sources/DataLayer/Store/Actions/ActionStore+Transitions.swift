import Domain
import FoundationEssentials
import Postgres
import Response

extension ActionStore {
    /// Applies an event to an action, as the engine says; the published table follows.
    ///
    /// - Parameters:
    ///   - event: nil when only the next check is to be planned.
    ///   - receipt: what is kept for asking after it.
    ///   - isValid: false leaves everything as it is.
    /// - Returns: the status that it has now; nil where nothing was changed.
    @discardableResult
    func apply(
        _ event: ActionLife.Event?, to id: ActionID, tenant: TenantID, receipt: ActionReceipt? = nil,
        asked: Double? = nil, jitter: Double = 0.5,
        if isValid: @escaping @Sendable (ActionRecord, Connection) async throws -> Bool = { _, _ in true }
    ) async throws -> ActionStatus? {
        try await store.app.transaction(tenant: tenant) { connection -> ActionStatus? in
            let rows = try await connection.run([
                Statement(
                    """
                    SELECT \(ActionRecord.columns(of: "a"))
                    FROM device_actions AS a
                    WHERE a.tenant_id = $1 AND a.id = $2
                    FOR UPDATE
                    """, [.id(tenant), .id(id)])
            ])
            guard let record = try rows[0].first.map(ActionRecord.init), !record.status.isFinal,
                try await isValid(record, connection)
            else { return nil }
            let life = ActionLife(record.status, message: record.message)
            let next = event.flatMap { life.after($0) }
            let plan = Plan(record, next, receipt: receipt, asked: asked, jitter: jitter)
            var statements = [try plan.statement(), ActionMirror.update(id, tenant: tenant)]
            if next?.status == .completed { statements += AlertIntake.resolved(record) }
            try await connection.run(statements)
            return next?.status
        }
    }

    /// What is written of an action after an event.
    private struct Plan {
        let record: ActionRecord
        let life: ActionLife
        let isChanged: Bool
        let receipt: ActionReceipt?
        /// Seconds; nil when nothing is done by itself.
        let wait: Double?

        init(_ record: ActionRecord, _ next: ActionLife?, receipt: ActionReceipt?, asked: Double?, jitter: Double) {
            self.record = record
            life = next ?? ActionLife(record.status, message: record.message)
            isChanged = next != nil
            self.receipt = receipt
            switch life.status {
            case .pending: wait = ActionPace.retry(after: record.attempts, asked: asked, jitter: jitter)
            case .inProgress, .unknown:
                wait = record.delivery == .sent ? ActionPace.check(life.status, after: record.checks) : nil
            case .sending, .completed, .failed: wait = nil
            }
        }

        func statement() throws -> Statement {
            // What a device has fetched is waited for, though nobody can be asked.
            let isWaited = life.status == .inProgress && record.delivery == .fetched
            return Statement(
                """
                UPDATE device_actions AS a
                SET status = $3, message = $4, receipt = coalesce($5, a.receipt), locked_by = NULL, locked_until = NULL,
                  next_at = CASE WHEN $7 THEN a.deadline_at ELSE now() + make_interval(secs => $6) END,
                  deadline_at = CASE WHEN $8 AND $3 = 'in_progress' THEN now() + make_interval(secs => $9)
                    ELSE a.deadline_at END,
                  checks = CASE WHEN $8 AND a.status = 'sending' THEN 0 ELSE a.checks END,
                  finished_at = CASE WHEN $3 IN ('completed', 'failed') THEN now() END,
                  transitions = CASE WHEN $8 THEN a.\(ActionRecord.adding("$3::text", message: "$4::text"))
                    ELSE a.transitions END
                WHERE a.tenant_id = $1 AND a.id = $2
                """,
                [
                    .id(record.tenant), .id(record.id), .text(life.status.rawValue), .of(life.message),
                    try receipt.map { .json(Array(try JSONEncoder().encode($0))) } ?? .null, .of(wait),
                    .bool(isWaited), .bool(isChanged), .float8(ActionPace.doing),
                ])
        }
    }
}
