import Domain

/// A PostgreSQL database: a few connections, shared by any number of tasks without blocking one.
///
/// One-shot work (`run`, `query`) is multiplexed over connections in pipeline mode: a job is one
/// implicit transaction and one round trip, with the tenant set in it. Transactions, COPY and
/// notifications have connections of their own. Nothing is ever repeated silently once it was sent.
public final class Database: Sendable {
    let configuration: DatabaseConfiguration
    let mailbox: Mailbox
    private let board = StateBoard()

    /// Connects. Throws `.connectionFailed` when no connection can be opened; later losses
    /// are repaired in the background (see `state`).
    public init(_ configuration: DatabaseConfiguration) async throws(PostgresError) {
        self.configuration = configuration
        mailbox = try Reactor.start(configuration, board: board)
        let start = await board.start.wait()
        if case .failure(let error) = start {
            _ = mailbox.post(.close)
            throw error
        }
    }

    deinit { _ = mailbox.post(.close) }

    /// Refuses new work, waits up to 5 s for what was accepted, and closes every connection.
    public func close() async {
        if mailbox.post(.close) { await board.end.wait() }
    }

    public var state: DatabaseState { board.current }

    /// Runs statements as one transaction in one round trip and gives a result for each.
    /// When one fails, all are undone and its error is thrown. A tenant is in force for them alone.
    /// `.cancelled` means that nothing has happened.
    @discardableResult
    public nonisolated(nonsending) func run(
        _ statements: [Statement], tenant: TenantID? = nil
    ) async throws(PostgresError) -> [Rows] {
        if statements.isEmpty { return [] }
        let job = try Job(statements, prologue: prologue(tenant, for: .shared(slot: 0)))
        let mailbox = mailbox
        return try await job.answer(
            post: { mailbox.post(.run($0)) }, cancel: { _ = mailbox.post(.cancel($0)) })
    }

    /// Runs one statement; see `run`.
    @discardableResult
    public nonisolated(nonsending) func query(
        _ sql: String, _ parameters: [Value] = [], tenant: TenantID? = nil
    ) async throws(PostgresError) -> Rows {
        let results = try await run([Statement(sql, parameters)], tenant: tenant)
        guard let rows = results.first else {
            throw PostgresError(.decoding, detail: "a statement without a result")
        }
        return rows
    }

    func prologue(_ tenant: TenantID?, for purpose: Purpose) -> Prologue? {
        // Behind a pooler the server session is another one each time, and keeps no settings.
        let settings = configuration.preparedStatements ? [] : SessionSettings(configuration, for: purpose).all
        return Prologue(tenant: tenant, settings: settings)
    }
}
