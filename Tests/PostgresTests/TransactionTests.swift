import Postgres
import Testing

extension PostgresTests {
    @Suite("Transactions on a connection of their own")
    struct TransactionTests {
        private struct Interruption: Error {}

        @Test("what the body did is committed when it returns, and its answer given")
        func commits() async throws {
            try await RawServer.current.connect { database in
                try await database.query("CREATE TABLE leased_kept (n int8)")
                let answer = try await database.transaction { connection in
                    try await connection.run([
                        Statement("INSERT INTO leased_kept VALUES (1)"),
                        Statement("INSERT INTO leased_kept VALUES (2)"),
                    ])
                    return try await connection.query("SELECT count(*) FROM leased_kept").int(0, 0)
                }
                #expect(answer == 2)
                #expect(try await database.query("SELECT count(*) FROM leased_kept").int(0, 0) == 2)
            }
        }

        @Test("all of it is undone when the body throws, and the error is the body's")
        func rollsBack() async throws {
            try await RawServer.current.connect({ $0.leasedConnections = 1 }) { database in
                try await database.query("CREATE TABLE leased_undone (n int8)")
                await #expect(throws: Interruption.self) {
                    try await database.transaction { connection in
                        try await connection.query("INSERT INTO leased_undone VALUES (1)")
                        throw Interruption()
                    }
                }
                #expect(try await database.query("SELECT count(*) FROM leased_undone").int(0, 0) == 0)
                try await database.transaction { try await $0.query("SELECT 1") }
            }
        }

        @Test("a body that swallows a failed statement's error is told that nothing was committed")
        func reportsSwallowedErrors() async throws {
            try await RawServer.current.connect { database in
                let error = await #expect(throws: PostgresError.self) {
                    try await database.transaction { connection in
                        _ = try? await connection.query("SELECT 1 / 0")
                    }
                }
                #expect(error?.kind == .rolledBack)
            }
        }

        @Test("of two serializable transactions that contradict each other one is told to try again")
        func serialises() async throws {
            try await RawServer.current.connect { database in
                try await database.query("CREATE TABLE leased_serial (n int8)")
                let error = await #expect(throws: PostgresError.self) {
                    try await database.transaction(isolation: .serializable) { first in
                        try await first.query("SELECT count(*) FROM leased_serial")
                        try await database.transaction(isolation: .serializable) { second in
                            try await second.query("SELECT count(*) FROM leased_serial")
                            try await second.query("INSERT INTO leased_serial VALUES (1)")
                        }
                        try await first.query("INSERT INTO leased_serial VALUES (2)")
                    }
                }
                #expect(error?.isSerializationFailure == true)
            }
        }

        @Test("one that is ended for the sake of another is begun anew, some times; nothing of the earlier ones stays")
        func retries() async throws {
            try await RawServer.current.connect { database in
                try await database.query("CREATE TABLE leased_retried (n int8)")
                func run(failing failures: Int, _ state: String, tries: Int = 6) async throws -> Int {
                    var runs = 0
                    try await database.retriedTransaction(tries: tries) { connection in
                        runs += 1
                        try await connection.query("INSERT INTO leased_retried VALUES ($1)", [.int(runs)])
                        if runs <= failures {
                            try await connection.query("DO $$ BEGIN RAISE SQLSTATE '\(state)'; END $$")
                        }
                    }
                    return runs
                }
                #expect(try await run(failing: 0, "40001") == 1)
                #expect(try await run(failing: 2, "40P01") == 3)
                #expect(try await run(failing: 1, "40001") == 2)
                #expect(try await database.query("SELECT array_agg(n) FROM leased_retried")[0].decode(0) == [1, 3, 2])
                for (failures, state, tries) in [(9, "40001", 3), (1, "23505", 6)] {
                    let error = await #expect(throws: PostgresError.self) {
                        try await run(failing: failures, state, tries: tries)
                    }
                    #expect(error?.sqlState == state)
                }
                #expect(try await database.query("SELECT count(*) FROM leased_retried").int(0, 0) == 3)
            }
        }

        @Test("a connection that is returned inside a transaction is closed, so the next finds a clean one")
        func closesUnclean() async throws {
            try await RawServer.current.connect({ $0.leasedConnections = 1 }) { database in
                try await database.query("CREATE TABLE leased_unclean (n int8)")
                let first = try await database.withConnection { connection in
                    try await connection.query("BEGIN")
                    try await connection.query("INSERT INTO leased_unclean VALUES (1)")
                    return try await connection.query("SELECT pg_backend_pid()").int(0, 0)
                }
                let second = try await database.withConnection {
                    try await $0.query("SELECT pg_backend_pid()").int(0, 0)
                }
                #expect(first != second)
                #expect(try await database.query("SELECT count(*) FROM leased_unclean").int(0, 0) == 0)
            }
        }

        @Test("a connection is used again by the next transaction, and closed when long unused")
        func agesConnections() async throws {
            try await RawServer.current.connect({ configuration in
                configuration.leasedConnections = 4
                configuration.leaseIdleTimeout = .milliseconds(100)
                configuration.applicationName = "leases that age"
            }) { database in
                let pids = try await (0..<3).asyncMap { _ in
                    try await database.withConnection { try await $0.query("SELECT pg_backend_pid()").int(0, 0) }
                }
                #expect(Set(pids).count == 1)
                try await eventually("only the shared connection is left") {
                    try await database.sessions("application_name = 'leases that age'") == 0
                }
            }
        }

        @Test("a connection used after its body has ended is closed to it")
        func isBoundToBody() async throws {
            try await RawServer.current.connect { database in
                let escaped = try await database.withConnection { $0 }
                let error = await #expect(throws: PostgresError.self) { try await escaped.query("SELECT 1") }
                #expect(error?.kind == .closed)
            }
        }

        @Test("settings made for every session are in force: UTC, time limits, role")
        func appliesSettings() async throws {
            try await RawServer.current.connect({ $0.statementTimeout = .seconds(12) }) { database in
                #expect(try await database.query("SHOW TimeZone").string(0, 0) == "UTC")
                #expect(try await database.query("SHOW statement_timeout").string(0, 0) == "12s")
                #expect(try await database.query("SHOW client_encoding").string(0, 0) == "UTF8")
                try await database.withConnection { connection in
                    #expect(try await connection.query("SHOW statement_timeout").string(0, 0) == "15min")
                    let idle = try await connection.query("SHOW idle_in_transaction_session_timeout")
                    #expect(try idle.string(0, 0) == "15min")
                }
            }
        }
    }
}

extension Sequence {
    func asyncMap<Answer>(_ transform: (Element) async throws -> Answer) async rethrows -> [Answer] {
        var answers: [Answer] = []
        for element in self { answers.append(try await transform(element)) }
        return answers
    }
}
