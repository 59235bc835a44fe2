import FoundationEssentials
import Postgres
import Testing

extension PostgresTests {
    @Suite("COPY into a table")
    struct CopyInTests {
        private struct Interruption: Error {}

        private static func count(_ table: String, _ database: Database) async throws -> Int {
            try await database.query("SELECT count(*) FROM \(table)").int(0, 0)
        }

        @Test("rows of every type arrive as they were written")
        func everyType() async throws {
            try await RawServer.current.connect { database in
                try await database.query(
                    """
                    CREATE TABLE copy_types (
                        a int2, b int4, c int8, d float8, e bool, f uuid, g timestamptz, h text, i bytea, j jsonb,
                        k text[], l date, m text)
                    """)
                let (id, date) = (UUID(), Date(timeIntervalSince1970: 1_700_000_000.123_456))
                let count = try await database.copyIn("COPY copy_types FROM STDIN WITH (FORMAT binary)") { sink in
                    try await sink.row { row throws(PostgresError) in
                        row.append(Int16(-1))
                        row.append(Int32.min)
                        row.append(Int64.max)
                        row.append(Double.infinity)
                        row.append(true)
                        row.append(id)
                        row.append(date)
                        try row.append("té\t\\xt\n")
                        row.append(bytes: [0, 255])
                        row.append(json: Array(#"{"a":[]}"#.utf8))
                        try row.append(.textArray(["a", nil]))
                        try row.append(.date(date))
                        row.appendNull()
                    }
                }
                #expect(count == 1)
                let row = try #require(try await database.query("SELECT * FROM copy_types").first)
                #expect(try row.int("a") == -1)
                #expect(try row.int("b") == Int(Int32.min))
                #expect(try row.int("c") == .max)
                #expect(try row.double("d") == .infinity)
                #expect(try row.bool("e"))
                #expect(try row.uuid("f") == id)
                #expect(try abs(row.date("g").timeIntervalSince(date)) < 0.000_001)
                #expect(try row.string("h") == "té\t\\xt\n")
                #expect(try row.bytes("i") == [0, 255])
                #expect(try row.string("j") == #"{"a": []}"#)
                #expect(try row.decode("k") as [String?] == ["a", nil])
                #expect(try row.date("l") == Date(timeIntervalSince1970: 1_699_920_000))
                #expect(try row.isNull("m"))
            }
        }

        @Test("half a million rows pass through a buffer of a few hundred kilobytes")
        func many() async throws {
            try await RawServer.current.connect { database in
                try await database.query("CREATE UNLOGGED TABLE copy_many (n int8, word text)")
                let count = try await database.copyIn("COPY copy_many FROM STDIN WITH (FORMAT binary)") { sink in
                    for number in 0..<500_000 {
                        try await sink.row { row throws(PostgresError) in
                            row.append(Int64(number))
                            try row.append("word \(number)")
                        }
                    }
                }
                #expect(count == 500_000)
                let sums = try await database.query(
                    "SELECT count(*), sum(n), count(*) FILTER (WHERE word <> 'word ' || n) FROM copy_many")
                #expect(try [0, 1, 2].map { try sums.int(0, $0) } == [500_000, 124_999_750_000, 0])
            }
        }

        @Test("text and csv are taken as bytes, in pieces of any size")
        func text() async throws {
            try await RawServer.current.connect { database in
                try await database.query("CREATE TABLE copy_csv (a int8, b text)")
                let bytes = Array("1,\"one, or two\"\n2,\n3,日本\n".utf8)
                let count = try await database.copyIn("COPY copy_csv FROM STDIN WITH (FORMAT csv)") { sink in
                    for byte in bytes { try await sink.write([byte]) }
                }
                #expect(count == 3)
                let words = try await database.query("SELECT coalesce(b, 'NULL') FROM copy_csv ORDER BY a")
                #expect(try words.map { try $0.decode(0) as String } == ["one, or two", "NULL", "日本"])
            }
        }

        @Test("no rows are a COPY of none")
        func empty() async throws {
            try await RawServer.current.connect { database in
                try await database.query("CREATE TABLE copy_none (a int8)")
                #expect(try await database.copyIn("COPY copy_none FROM STDIN") { _ in } == 0)
            }
        }

        // Early in most runs: libpq may take the refusal in while it sends, and then shows it only at the end.
        @Test("the server's refusal in mid-copy is thrown, early or when the producer ends, and nothing is copied")
        func stopsAtServerError() async throws {
            try await RawServer.current.connect { database in
                try await database.query("CREATE TABLE copy_refused (n int8 CHECK (n <> 1000))")
                let error = await #expect(throws: PostgresError.self) {
                    try await database.copyIn("COPY copy_refused FROM STDIN WITH (FORMAT binary)") { sink in
                        for number in 0..<Int64(1_000_000) {
                            try await sink.row { row throws(PostgresError) in row.append(number) }
                        }
                    }
                }
                #expect(error?.sqlState == "23514")
                #expect(try await Self.count("copy_refused", database) == 0)
            }
        }

        @Test("an error of the producer's is thrown as it is, and nothing is copied")
        func producerFails() async throws {
            try await RawServer.current.connect { database in
                try await database.query("CREATE TABLE copy_broken (n int8)")
                await #expect(throws: Interruption.self) {
                    try await database.copyIn("COPY copy_broken FROM STDIN WITH (FORMAT binary)") { sink in
                        for number in 0..<100_000 {
                            try await sink.row { row throws(PostgresError) in row.append(Int64(number)) }
                        }
                        throw Interruption()
                    }
                }
                #expect(try await Self.count("copy_broken", database) == 0)
            }
        }

        @Test("cancelling the task in mid-copy leaves nothing, and the connection serves the next")
        func isCancelled() async throws {
            try await RawServer.current.connect({ $0.leasedConnections = 1 }) { database in
                try await database.query("CREATE TABLE copy_cancelled (n int8)")
                let (progress, report) = AsyncStream<Void>.makeStream()
                let task = Task {
                    try await database.copyIn("COPY copy_cancelled FROM STDIN WITH (FORMAT binary)") { sink in
                        var number: Int64 = 0
                        while true {
                            try await sink.row { row throws(PostgresError) in row.append(number) }
                            number += 1
                            if number == 200_000 { report.yield() }
                        }
                    }
                }
                for await _ in progress { break }
                task.cancel()
                let error = await #expect(throws: PostgresError.self) { try await task.value }
                #expect(error?.kind == .cancelled)
                #expect(try await Self.count("copy_cancelled", database) == 0)
                try await database.transaction { try await $0.query("SELECT 1") }
            }
        }

        @Test("text that is not UTF-8 is refused by the server, and nothing is copied")
        func refusesOtherEncodings() async throws {
            try await RawServer.current.connect { database in
                try await database.query("CREATE TABLE copy_encoding (word text)")
                let error = await #expect(throws: PostgresError.self) {
                    try await database.copyIn("COPY copy_encoding FROM STDIN WITH (FORMAT binary)") { sink in
                        try await sink.row { row throws(PostgresError) in try row.append("fine") }
                        try await sink.row { row throws(PostgresError) in row.append(bytes: [0xC3, 0x28]) }
                    }
                }
                #expect(error?.sqlState == "22021")
                #expect(try await Self.count("copy_encoding", database) == 0)
            }
        }

        @Test("NUL in a text field is refused before it is sent; the row is left out and the COPY can go on")
        func refusesNUL() async throws {
            try await RawServer.current.connect { database in
                try await database.query("CREATE TABLE copy_nul (n int8, word text)")
                try await database.copyIn("COPY copy_nul FROM STDIN WITH (FORMAT binary)") { sink in
                    for word in ["a", "b\0", "c"] {
                        var refusal: PostgresError?
                        do throws(PostgresError) {
                            try await sink.row { row throws(PostgresError) in
                                row.append(Int64(1))
                                try row.append(word)
                            }
                        } catch {
                            refusal = error
                        }
                        #expect((refusal?.kind == .invalidParameter) == (word == "b\0"))
                    }
                }
                #expect(try await Self.count("copy_nul", database) == 2)
            }
        }

        @Test("a COPY is part of its transaction, and undone with it")
        func isTransactional() async throws {
            try await RawServer.current.connect { database in
                try await database.query("CREATE TABLE copy_undone (n int8)")
                await #expect(throws: Interruption.self) {
                    try await database.transaction { connection in
                        try await connection.copyIn("COPY copy_undone FROM STDIN") { try await $0.write("1\n2\n".utf8) }
                        #expect(try await connection.query("SELECT count(*) FROM copy_undone").int(0, 0) == 2)
                        throw Interruption()
                    }
                }
                #expect(try await Self.count("copy_undone", database) == 0)
            }
        }

        @Test("a missing table and a statement that is no COPY are refused, and the connection goes on")
        func refusesOthers() async throws {
            try await RawServer.current.connect({ $0.leasedConnections = 1 }) { database in
                let missing = await #expect(throws: PostgresError.self) {
                    try await database.copyIn("COPY copy_nowhere FROM STDIN") { try await $0.write("1\n".utf8) }
                }
                #expect(missing?.sqlState == "42P01")
                let other = await #expect(throws: PostgresError.self) {
                    try await database.copyIn("SELECT 1") { try await $0.write("1\n".utf8) }
                }
                #expect(other?.kind == .decoding)
                try await database.transaction { try await $0.query("SELECT 1") }
            }
        }
    }
}
