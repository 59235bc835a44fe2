import Domain

/// How much a transaction sees of the others (PostgreSQL documentation, section 13.2).
public enum Isolation: String, Sendable {
    case readCommitted = "READ COMMITTED"
    case repeatableRead = "REPEATABLE READ"
    case serializable = "SERIALIZABLE"
}

extension Database {
    /// Runs `body` in a transaction on a connection of its own. Commits when it returns, rolls back when
    /// it throws. With serializable isolation be ready for `isSerializationFailure`.
    @discardableResult
    public nonisolated(nonsending) func transaction<Answer>(
        tenant: TenantID? = nil, isolation: Isolation = .readCommitted,
        _ body: nonisolated(nonsending) (Connection) async throws -> Answer
    ) async throws -> Answer {
        try await withConnection { connection in
            try await begin(on: connection, tenant: tenant, isolation: isolation)
            let answer: Answer
            do {
                answer = try await body(connection)
            } catch {
                // A failed rollback leaves the connection in a transaction: it is closed on release.
                _ = try? await connection.runUninterrupted("ROLLBACK")
                throw error
            }
            try await commit(connection)
            return answer
        }
    }

    /// The same, begun anew when PostgreSQL ends it for the sake of another: two waited for each other, or what they read
    /// and wrote does not fit together. A few times and after a moment, which is another for each of them.
    ///
    /// - Parameters:
    ///   - isPassing: which refusals are no reason to give up.
    ///   - body: runs several times; what it does outside its transaction is safe to do twice.
    @discardableResult
    public nonisolated(nonsending) func retriedTransaction<Answer>(
        tenant: TenantID? = nil, isolation: Isolation = .readCommitted, tries: Int = 6,
        where isPassing: (PostgresError) -> Bool = { $0.isSerializationFailure },
        _ body: nonisolated(nonsending) (Connection) async throws -> Answer
    ) async throws -> Answer {
        var pause = 10.0
        for _ in 1..<max(tries, 1) {
            do {
                return try await transaction(tenant: tenant, isolation: isolation, body)
            } catch let error as PostgresError where isPassing(error) {
                // Whoever is cancelled is told what happened last.
                guard (try? await Task.sleep(for: .milliseconds(Double.random(in: 1...pause)))) != nil else {
                    throw error
                }
                pause *= 2
            }
        }
        return try await transaction(tenant: tenant, isolation: isolation, body)
    }

    /// Lends a connection outside any transaction: for VACUUM, CREATE DATABASE, advisory locks that
    /// span transactions. What the body sets on the session stays set, so set nothing.
    @discardableResult
    public nonisolated(nonsending) func withConnection<Answer>(
        _ body: nonisolated(nonsending) (Connection) async throws -> Answer
    ) async throws -> Answer {
        let mailbox = mailbox
        let id = try await LeaseRequest().answer(
            post: { mailbox.post(.lease($0)) }, withdraw: { _ = mailbox.post(.withdraw($0)) })
        defer { _ = mailbox.post(.release(id)) }
        return try await body(Connection(id: id, mailbox: mailbox))
    }

    private nonisolated(nonsending) func begin(
        on connection: Connection, tenant: TenantID?, isolation: Isolation
    ) async throws(PostgresError) {
        let start = "BEGIN ISOLATION LEVEL \(isolation.rawValue)"
        _ = try await connection.run(try Job.beginning(start, prologue: prologue(tenant, for: .leased)))
    }

    private nonisolated(nonsending) func commit(_ connection: Connection) async throws(PostgresError) {
        let rows = try await connection.runUninterrupted("COMMIT")
        if rows?.commandTag == "ROLLBACK" { throw PostgresError(.rolledBack) }
    }
}
