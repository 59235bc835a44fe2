import Postgres
import Testing

extension PostgresTests {
    @Suite("COPY out of a table")
    struct CopyOutTests {
        private struct Interruption: Error {}

        @Test("all rows come, never one in two pieces")
        func all() async throws {
            try await RawServer.current.connect { database in
                var lines = 0
                var sum = 0
                let count = try await database.copyOut("COPY (SELECT generate_series(1, 300000)) TO STDOUT") { chunk in
                    #expect(chunk.last == UInt8(ascii: "\n"))
                    for line in chunk.split(separator: UInt8(ascii: "\n")) {
                        lines += 1
                        sum += Int(String(decoding: line, as: UTF8.self)) ?? 0
                    }
                }
                #expect(count == 300_000)
                #expect(lines == 300_000)
                #expect(sum == 45_000_150_000)
            }
        }

        @Test("what is copied out can be copied in again")
        func roundTrip() async throws {
            try await RawServer.current.connect { database in
                try await database.query(
                    "CREATE TABLE copy_source AS SELECT n, md5(n::text) AS word, n % 3 = 0 AS flag FROM generate_series(1, 50000) n"
                )
                try await database.query("CREATE TABLE copy_target (LIKE copy_source)")
                var stream: [UInt8] = []
                try await database.copyOut("COPY copy_source TO STDOUT WITH (FORMAT binary)") { stream += $0 }
                let content = stream
                try await database.copyIn("COPY copy_target FROM STDIN WITH (FORMAT binary)") { sink in
                    try await sink.write(content)
                }
                let difference = try await database.query(
                    "SELECT count(*) FROM ((TABLE copy_source EXCEPT TABLE copy_target) UNION ALL (TABLE copy_target EXCEPT TABLE copy_source)) d"
                )
                #expect(try difference.int(0, 0) == 0)
                #expect(try await database.query("SELECT count(*) FROM copy_target").int(0, 0) == 50_000)
            }
        }

        @Test("a consumer that stops reading stops the server; when it throws, the rest is not read")
        func consumerThrows() async throws {
            try await RawServer.current.connect({ $0.leasedConnections = 1 }) { database in
                await #expect(throws: Interruption.self) {
                    try await database.copyOut(
                        "COPY (SELECT repeat('x', 1000) || generate_series(1, 1000000000)) TO STDOUT -- endless"
                    ) { _ in throw Interruption() }
                }
                #expect(try await database.running("-- endless") == 0)
                try await database.transaction { try await $0.query("SELECT 1") }
            }
        }

        @Test("a consumer that is slow holds the server back instead of filling the memory")
        func backPressure() async throws {
            try await RawServer.current.connect({ $0.leasedConnections = 1 }) { database in
                var chunks = 0
                await #expect(throws: Interruption.self) {
                    try await database.copyOut(
                        "COPY (SELECT repeat('x', 1000) || generate_series(1, 1000000000)) TO STDOUT -- held"
                    ) { _ in
                        chunks += 1
                        if chunks == 20 {
                            // The server has filled the socket's buffer and waits for us.
                            try await eventually("the server waits for the client") {
                                try await database.sessions(
                                    "position('-- held' IN query) > 0 AND wait_event = 'ClientWrite'") == 1
                            }
                            throw Interruption()
                        }
                    }
                }
                #expect(chunks == 20)
            }
        }

        @Test("cancelling the task ends the COPY on the server")
        func isCancelled() async throws {
            try await RawServer.current.connect({ $0.leasedConnections = 1 }) { database in
                let (progress, report) = AsyncStream<Void>.makeStream()
                let task = Task {
                    try await database.copyOut(
                        "COPY (SELECT generate_series(1, 1000000000000)) TO STDOUT -- cancelled"
                    ) { _ in report.yield() }
                }
                for await _ in progress { break }
                task.cancel()
                let error = await #expect(throws: PostgresError.self) { try await task.value }
                #expect(error?.kind == .cancelled)
                #expect(try await database.running("-- cancelled") == 0)
                try await database.transaction { try await $0.query("SELECT 1") }
            }
        }

        @Test("an error after thousands of rows is thrown, with its SQLSTATE")
        func lateError() async throws {
            try await RawServer.current.connect { database in
                let error = await #expect(throws: PostgresError.self) {
                    try await database.copyOut(
                        "COPY (SELECT 1 / (50000 - n) FROM generate_series(1, 60000) n) TO STDOUT"
                    ) {
                        _ in
                    }
                }
                #expect(error?.sqlState == "22012")
            }
        }
    }
}
