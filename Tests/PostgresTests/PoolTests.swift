import Postgres
import Testing

extension PostgresTests {
    @Suite("Waiting, being full and closing")
    struct PoolTests {
        @Test("a statement that finds no room before the deadline is told so, and was not sent")
        func statementDeadline() async throws {
            try await RawServer.current.connect { observer in
                try await observer.query("CREATE TABLE pool_deadline (n int8)")
                try await RawServer.current.connect({
                    $0.pipelineDepth = 1; $0.waitTimeout = .milliseconds(200)
                }) {
                    database in
                    let sleeper = Task { try await database.query("SELECT pg_sleep(600) /* deadline */") }
                    try await eventually("it runs") { try await observer.running("/* deadline */") == 1 }
                    let error = await #expect(throws: PostgresError.self) {
                        try await database.query("INSERT INTO pool_deadline VALUES (1)")
                    }
                    #expect(error?.kind == .poolTimeout)
                    #expect(error?.isUnavailable == true)
                    #expect(error?.message.contains("No database connection became free in time") == true)
                    sleeper.cancel()
                    await #expect(throws: PostgresError.self) { try await sleeper.value }
                    #expect(try await observer.query("SELECT count(*) FROM pool_deadline").int(0, 0) == 0)
                }
            }
        }

        @Test("so is a transaction when all connections are lent")
        func leaseDeadline() async throws {
            try await RawServer.current.connect({
                $0.leasedConnections = 2; $0.waitTimeout = .seconds(5)
            }) { database in
                try await database.withConnection { _ in
                    try await database.withConnection { _ in
                        #expect(database.state.leased == 2)
                        let error = await #expect(throws: PostgresError.self) {
                            try await database.withConnection { _ in }
                        }
                        #expect(error?.kind == .poolTimeout)
                    }
                }
                try await database.withConnection { _ in }
            }
        }

        @Test("a hundred transactions take turns on two connections")
        func leasesInTurn() async throws {
            try await RawServer.current.connect({ $0.leasedConnections = 2 }) { database in
                try await database.query("CREATE TABLE pool_counter AS SELECT 0 AS n")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<100 {
                        group.addTask {
                            try await database.transaction { connection in
                                let n = try await connection.query("SELECT n FROM pool_counter FOR UPDATE").int(0, 0)
                                try await connection.query("UPDATE pool_counter SET n = $1", [.int(n + 1)])
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(try await database.query("SELECT n FROM pool_counter").int(0, 0) == 100)
            }
        }

        @Test("closing waits for what was accepted and refuses what comes after")
        func closesWhileBusy() async throws {
            let database = try await Database(try RawServer.current.configuration { $0.pipelineDepth = 1 })
            try await RawServer.current.connect { observer in
                let running = Task { try await database.query("SELECT pg_sleep(1), 1 AS n /* closing */").int(0, 1) }
                try await eventually("it runs") { try await observer.running("/* closing */") == 1 }
                let queued = (0..<5).map { number in
                    Task { try await database.query("SELECT $1::int8", [.int(number)]).int(0, 0) }
                }
                try await Task.sleep(for: .milliseconds(300))
                async let closing: Void = database.close()
                #expect(try await running.value == 1)
                for (number, task) in queued.enumerated() { #expect(try await task.value == number) }
                await closing
                #expect(database.state.isClosed)
                #expect(!database.state.isHealthy)
                let refused = await #expect(throws: PostgresError.self) { try await database.query("SELECT 1") }
                #expect(refused?.kind == .closed)
                let lease = await #expect(throws: PostgresError.self) { try await database.withConnection { _ in } }
                #expect(lease?.kind == .closed)
                await database.close()
            }
        }

        @Test("a statement that outlasts the closing is given up, with an error that says so")
        func givesUpLongStatements() async throws {
            let database = try await Database(try RawServer.current.configuration())
            try await RawServer.current.connect { observer in
                let running = Task { try await database.query("SELECT pg_sleep(600) /* given up */") }
                try await eventually("it runs") { try await observer.running("/* given up */") == 1 }
                await database.close()
                let error = await #expect(throws: PostgresError.self) { try await running.value }
                #expect(error?.isUnavailable == true)
            }
        }

        @Test("a database that nobody refers to any more closes its connections")
        func closesWhenForgotten() async throws {
            try await RawServer.current.connect { observer in
                var database: Database? = try await Database(
                    try RawServer.current.configuration { $0.applicationName = "forgotten" })
                try await database?.query("SELECT 1")
                #expect(try await observer.sessions("application_name = 'forgotten'") == 1)
                database = nil
                try await eventually("its connection is gone") {
                    try await observer.sessions("application_name = 'forgotten'") == 0
                }
            }
        }

        @Test("a wrong address, database or password is one error with the reason for the log")
        func refusesToConnect() async throws {
            let server = try RawServer.current
            for url in ["host=/nowhere", "\(server.url) dbname=nowhere", "\(server.url) user=nobody_known"] {
                let error = await #expect(throws: PostgresError.self) {
                    try await Database(server.configuration { $0.url = url })
                }
                #expect(error?.kind == .connectionFailed)
                #expect(error?.detail.isEmpty == false)
                #expect(error?.message.contains("cannot be reached") == true)
            }
        }
    }
}
