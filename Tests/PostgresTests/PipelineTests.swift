import Domain
import Postgres
import Testing

extension PostgresTests {
    @Suite("One-shot statements share connections in pipeline mode")
    struct PipelineTests {
        @Test("tenant, statements and commit are one packet with one Sync")
        func oneRoundTrip() async throws {
            let server = try RawServer.current
            let tap = try WireTap(server)
            defer { tap.stop() }
            try await server.connect({ $0.url = tap.url }) { database in
                let statements = [Statement("SELECT 1"), Statement("SELECT $1::int8", [2])]
                let tenant = TenantID.make()
                try await database.run(statements, tenant: tenant)
                tap.clear()
                let results = try await database.run(statements, tenant: tenant)
                #expect(try results.map { try $0.int(0, 0) } == [1, 2])
                #expect(tap.types == "BDEBDEBDES")
                #expect(tap.flights == 1)
            }
        }

        @Test("statements are prepared in the same round trip as their first use")
        func preparesOnTheWay() async throws {
            let server = try RawServer.current
            let tap = try WireTap(server)
            defer { tap.stop() }
            try await server.connect({ $0.url = tap.url }) { database in
                try await database.query("SELECT 1")
                tap.clear()
                try await database.query("SELECT 'new'")
                #expect(tap.types == "PBDES")
            }
        }

        @Test("a statement does not wait for the answer to the one before it")
        func sendsAhead() async throws {
            let server = try RawServer.current
            let tap = try WireTap(server)
            defer { tap.stop() }
            try await server.connect({ $0.leasedConnections = 1 }) { holder in
                try await server.connect({
                    $0.url = tap.url; $0.pipelineDepth = 4; $0.patience = .seconds(60)
                }) { database in
                    try await database.query("SELECT 1")
                    tap.clear()
                    try await holder.withConnection { connection in
                        try await connection.query("SELECT pg_advisory_lock(1)")
                        async let first = database.query("SELECT pg_advisory_xact_lock(1)")
                        async let others = Self.numbers(1...3, on: database)
                        try await eventually("four jobs are under way while the first is blocked") {
                            tap.types.filter { $0 == "S" }.count == 4
                        }
                        try await connection.query("SELECT pg_advisory_unlock(1)")
                        _ = try await (first, others)
                    }
                }
            }
        }

        private static func numbers(_ range: ClosedRange<Int>, on database: Database) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in range {
                    group.addTask {
                        let rows = try await database.query("SELECT $1::int8", [.int(number)])
                        #expect(try rows.int(0, 0) == number)
                    }
                }
                try await group.waitForAll()
            }
        }

        @Test("a job that fails leaves its neighbours in the pipeline alone")
        func isolatesErrors() async throws {
            try await RawServer.current.connect({
                $0.pipelineDepth = 16; $0.patience = .seconds(60)
            }) { database in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<200 {
                        group.addTask {
                            // Every third divides by zero.
                            let divisor = number % 3
                            do {
                                let rows = try await database.query("SELECT 6 / $1::int4", [.int4(Int32(divisor))])
                                #expect(divisor != 0)
                                #expect(try rows.int(0, 0) == 6 / divisor)
                            } catch let error as PostgresError {
                                #expect(divisor == 0)
                                #expect(error.sqlState == "22012")
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }

        @Test("when a statement of a job fails, all of the job is undone and the rest skipped")
        func isOneTransaction() async throws {
            try await RawServer.current.connect { database in
                try await database.query("CREATE TABLE pipeline_atomic (number int8 PRIMARY KEY)")
                let insert = "INSERT INTO pipeline_atomic VALUES ($1)"
                let error = await #expect(throws: PostgresError.self) {
                    try await database.run([Statement(insert, [1]), Statement(insert, [1]), Statement(insert, [2])])
                }
                #expect(error?.isUniqueViolation == true)
                #expect(error?.constraint == "pipeline_atomic_pkey")
                #expect(try await database.query("SELECT count(*) FROM pipeline_atomic").int(0, 0) == 0)
            }
        }

        @Test("megabytes in both directions at once do not lock up the pipeline")
        func takesLargeJobs() async throws {
            try await RawServer.current.connect({
                $0.pipelineDepth = 8; $0.patience = .seconds(60)
            }) { database in
                let content = [UInt8](repeating: 7, count: 3_000_000)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<16 {
                        group.addTask {
                            let rows = try await database.query("SELECT $1::bytea", [.bytes(content)])
                            #expect(try rows.bytes(0, 0) == content)
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }

        @Test("ten thousand tasks at once all get their own answer from one connection")
        func serialisesDemand() async throws {
            try await RawServer.current.connect { database in
                try await Self.numbers(1...10_000, on: database)
            }
        }
    }
}
