import Glibc
import Postgres
import Testing

extension PostgresTests {
    @Suite("Losing connections")
    struct RecoveryTests {
        @Test("a session that is ended in mid-query is an error of its own, and replaced")
        func terminatedSession() async throws {
            try await RawServer.current.connect { observer in
                try await RawServer.current.connect { database in
                    let victim = Task { try await database.query("SELECT pg_sleep(600) /* victim */") }
                    try await eventually("it runs") { try await observer.running("/* victim */") == 1 }
                    try await observer.terminate("/* victim */")
                    let error = await #expect(throws: PostgresError.self) { try await victim.value }
                    #expect(error?.kind == .connectionLost)
                    #expect(error?.detail.contains("57P01") == true)
                    #expect(try await database.query("SELECT 1").int(0, 0) == 1)
                    #expect(database.state.lost == 1)
                }
            }
        }

        @Test("prepared statements are prepared again on the new connection")
        func preparesAnew() async throws {
            try await RawServer.current.connect { observer in
                try await RawServer.current.connect({ $0.applicationName = "prepares anew" }) { database in
                    let sql = "SELECT $1::int8 * 2 /* anew */"
                    for number in 0..<3 {
                        #expect(try await database.query(sql, [.int(number)]).int(0, 0) == number * 2)
                        try await observer.terminate("/* anew */")
                        try await eventually("the loss is noticed and repaired") {
                            database.state.lost == number + 1 && database.state.isHealthy
                        }
                    }
                }
            }
        }

        @Test("a transaction whose session is ended fails, and the next one works")
        func terminatedTransaction() async throws {
            try await RawServer.current.connect({ $0.leasedConnections = 1 }) { database in
                let error = await #expect(throws: PostgresError.self) {
                    try await database.transaction { connection in
                        let pid = try await connection.query("SELECT pg_backend_pid()").int(0, 0)
                        try await database.query("SELECT pg_terminate_backend($1)", [.int4(Int32(pid))])
                        while true { try await connection.query("SELECT 1") }
                    }
                }
                #expect(error?.kind == .connectionLost)
                try await database.transaction { try await $0.query("SELECT 1") }
            }
        }

        @Test("a server that is killed and comes back is used again, and waiting statements wait for it")
        func killedServer() async throws {
            let server = try await RawServer.start()
            do {
                try await server.connect({ $0.connections = 2 }) { database in
                    try await eventually("both connections are there") { database.state.ready == 2 }
                    let sleeper = Task { try await database.query("SELECT pg_sleep(600)") }
                    try await eventually("it runs") { try await database.running("pg_sleep(600)") == 1 }
                    let pid = try #require(server.postmaster)
                    kill(pid, SIGKILL)
                    let error = await #expect(throws: PostgresError.self) { try await sleeper.value }
                    #expect(error?.kind == .connectionLost)
                    try await eventually("statements run again") {
                        do {
                            return try await database.query("SELECT 1").int(0, 0) == 1
                        } catch let error as PostgresError where error.isUnavailable {
                            return false
                        }
                    }
                    try await eventually("both connections were lost, and are back") {
                        database.state.lost >= 2 && database.state.ready == 2
                    }
                    try await database.transaction { try await $0.query("SELECT 1") }
                }
            } catch {
                await server.stop()
                throw error
            }
            await server.stop()
        }

        @Test("an idle connection is tried from time to time")
        func probes() async throws {
            let server = try RawServer.current
            let tap = try WireTap(server)
            defer { tap.stop() }
            try await server.connect({
                $0.url = tap.url; $0.healthCheckInterval = .milliseconds(50)
            }) { database in
                try await database.query("SELECT 1")
                tap.clear()
                try await eventually("three empty round trips were made") { tap.types.hasPrefix("SSS") }
                #expect(database.state.lost == 0)
            }
        }

        @Test("a server that has fallen silent is noticed, and the connection replaced")
        func replacesSilentConnections() async throws {
            let server = try RawServer.current
            let tap = try WireTap(server)
            defer { tap.stop() }
            try await server.connect({
                $0.url = tap.url; $0.healthCheckInterval = .milliseconds(50)
            }) { database in
                try await database.query("SELECT 1")
                tap.freeze()
                try await eventually("the connection counts as lost and another is there") {
                    database.state.lost == 1 && database.state.isHealthy
                }
                #expect(try await database.query("SELECT 1").int(0, 0) == 1)
            }
        }
    }
}
