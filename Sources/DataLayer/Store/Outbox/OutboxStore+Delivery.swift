import Domain
import FoundationEssentials
import Postgres

/// The dispatcher's side. A message that was taken is held under a lease; whoever lost it changes nothing of it any
/// more, though its message may have arrived: the next one repeats it under the same id.
extension OutboxStore {
    /// How long a dispatcher may go without settling a message before another takes it.
    public static let lease = Duration.seconds(120)

    /// Tells of new messages, as they are written.
    public func arrivals() -> AsyncStream<Void> {
        AsyncStream { continuation in
            let task = Task {
                for await _ in store.system.listen(Self.channel) { continuation.yield() }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// Takes messages that are due, of any tenant; also those whose dispatcher has vanished.
    public func take(worker: String, limit: Int, at now: Date = Date()) async throws -> [OutboxMessage] {
        try await store.system.run([
            Statement(Self.giveUp, [.int(DeliverySchedule.maximumAttempts), .timestamptz(now)]),
            Statement(
                Self.takeDue,
                [
                    .text(worker), .float8(Double(Self.lease.components.seconds)), .int(limit), .timestamptz(now),
                ]),
        ])[1].map(OutboxMessage.init)
    }

    /// A message that has taken its dispatcher down with it as often as it may.
    private static let giveUp = """
        UPDATE outbox
        SET state = 'dead', locked_by = NULL, locked_until = NULL,
            error = coalesce(error, 'Its dispatcher vanished, each time that it was tried.')
        WHERE state = 'sending' AND locked_until < $2 AND attempts >= $1
        """

    private static let takeDue = """
        UPDATE outbox AS o
        SET state = 'sending', attempts = attempts + 1, locked_by = $1, locked_until = $4 + make_interval(secs => $2)
        FROM (
          SELECT tenant_id, id
          FROM outbox
          WHERE (state = 'pending' AND run_after <= $4) OR (state = 'sending' AND locked_until < $4)
          ORDER BY run_after
          LIMIT $3
          FOR UPDATE SKIP LOCKED
        ) AS due
        WHERE o.tenant_id = due.tenant_id AND o.id = due.id
        RETURNING \(OutboxMessage.columns.map { "o.\($0)" }.joined(separator: ", "))
        """

    /// Notes what came of an attempt.
    /// - Parameter jitter: 0…1, random.
    /// - Returns: the state that the message has now; nil when another dispatcher has it.
    @discardableResult
    public func settle(
        _ message: OutboxMessage, _ delivery: Delivery, jitter: Double = .random(in: 0...1), at now: Date = Date()
    ) async throws -> OutboxMessage.State? {
        switch delivery {
        case .accepted: try await change(message, to: .sent, error: nil, sentAt: now, runAfter: now)
        case .refused(let reason): try await change(message, to: .dead, error: reason, runAfter: now)
        case .failed(let reason, _) where message.attempts >= DeliverySchedule.maximumAttempts:
            try await change(message, to: .dead, error: reason, runAfter: now)
        case .failed(let reason, let wish):
            try await change(
                message, to: .pending, error: reason,
                runAfter: now.addingTimeInterval(
                    DeliverySchedule.delay(after: message.attempts, jitter: jitter, wish: wish)))
        }
    }

    /// Puts a message back untouched, for a dispatcher that stops before it has been sent: the attempt does not count.
    public func release(_ message: OutboxMessage, at now: Date = Date()) async throws {
        try await change(message, to: .pending, error: message.error, attempts: message.attempts - 1, runAfter: now)
    }

    /// Each taking counts an attempt, so their number tells this dispatcher's lease from a later one's.
    @discardableResult
    private func change(
        _ message: OutboxMessage, to state: OutboxMessage.State, error: String?, sentAt: Date? = nil,
        attempts: Int? = nil, runAfter: Date
    ) async throws -> OutboxMessage.State? {
        let rows = try await store.app.query(
            """
            UPDATE outbox
            SET state = $4, error = $5, sent_at = $6, attempts = $7, run_after = $8, locked_by = NULL,
                locked_until = NULL
            WHERE tenant_id = $1 AND id = $2 AND state = 'sending' AND attempts = $3
            RETURNING id
            """,
            [
                .id(message.tenant), .id(message.id), .int(message.attempts), .text(state.rawValue), .of(error),
                .of(sentAt), .int(attempts ?? message.attempts), .timestamptz(runAfter),
            ], tenant: message.tenant)
        return rows.isEmpty ? nil : state
    }

    /// How many messages of all tenants are in each state that ends some day.
    public func pending() async throws -> [OutboxMessage.State: Int] {
        var counts: [OutboxMessage.State: Int] = [.pending: 0, .sending: 0, .dead: 0]
        for row in try await store.system.query(
            "SELECT state, count(*) FROM outbox WHERE state <> 'sent' GROUP BY state", [], tenant: nil)
        {
            if let state = OutboxMessage.State(rawValue: try row.decode(0)) { counts[state] = try row.decode(1) }
        }
        return counts
    }
}
