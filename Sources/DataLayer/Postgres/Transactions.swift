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
