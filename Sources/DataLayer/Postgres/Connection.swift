import Domain

/// A connection lent to one transaction. It is valid inside the body it was given to, and no longer.
public final class Connection: Sendable {
    let id: SessionID
    let mailbox: Mailbox

    init(id: SessionID, mailbox: Mailbox) {
        self.id = id
        self.mailbox = mailbox
    }

    /// Runs statements in one round trip and gives a result for each. When one fails, those behind it
    /// are skipped, its error is thrown, and the transaction can only be rolled back.
    /// Cancelling the task cancels the statement on the server.
    @discardableResult
    public nonisolated(nonsending) func run(_ statements: [Statement]) async throws(PostgresError) -> [Rows] {
        if statements.isEmpty { return [] }
        return try await run(try Job(statements, prologue: nil))
    }

    /// Runs statements that were encoded before; see `run`.
    @discardableResult
    public nonisolated(nonsending) func run(_ statements: EncodedStatements) async throws(PostgresError) -> [Rows] {
        if statements.isEmpty { return [] }
        guard case .created = statements.job.phase else {
            throw PostgresError(.invalidParameter, detail: "encoded statements were run twice")
        }
        return try await run(statements.job)
    }

    /// Runs one statement; see `run`.
    @discardableResult
    public nonisolated(nonsending) func query(
        _ sql: String, _ parameters: [Value] = []
    ) async throws(PostgresError) -> Rows {
        let results = try await run([Statement(sql, parameters)])
        guard let rows = results.first else {
            throw PostgresError(.decoding, detail: "a statement without a result")
        }
        return rows
    }

    nonisolated(nonsending) func run(_ job: Job) async throws(PostgresError) -> [Rows] {
        let mailbox = mailbox
        let id = id
        return try await job.answer(
            post: { mailbox.post(.runLeased(id, $0)) }, cancel: { _ = mailbox.post(.cancel($0)) })
    }

    /// Runs one statement to its end even when the task is cancelled: COMMIT and ROLLBACK.
    nonisolated(nonsending) func runUninterrupted(_ sql: String) async throws(PostgresError) -> Rows? {
        let job = try Job([Statement(sql)], prologue: nil)
        let mailbox = mailbox
        let id = id
        return try await job.uninterruptedAnswer { mailbox.post(.runLeased(id, $0)) }.first
    }
}
