import FoundationEssentials
import Postgres
import Testing

extension PostgresTests {
    @Suite("Results are decoded as the type asked for, or refused")
    struct DecodingTests {
        /// The first column of a query's only row.
        private func cell<Item: ColumnDecodable & Sendable>(_ sql: String, as: Item.Type) async throws -> Item {
            let database = try await Database(try RawServer.current.configuration())
            let outcome: Result<Item, any Error>
            do {
                outcome = .success(try await database.query("SELECT \(sql)").decode(0, 0))
            } catch {
                outcome = .failure(error)
            }
            await database.close()
            return try outcome.get()
        }

        @Test(
            "numeric reads as the nearest double",
            arguments: [
                ("0", 0), ("-1", -1), ("0.1", 0.1), ("123456789.987654321", 123_456_789.987_654_321), ("1e300", 1e300),
                ("1e-300", 1e-300), ("10000", 10_000), ("0.0001", 0.0001), ("99.90", 99.9), ("7.5", 7.5),
                ("'Infinity'", .infinity), ("'-Infinity'", -.infinity),
            ] as [(String, Double)])
        func numeric(sql: String, number: Double) async throws {
            #expect(try await cell("\(sql)::numeric", as: Double.self) == number)
        }

        @Test("numeric NaN reads as NaN, and a whole numeric as an integer")
        func numericSpecial() async throws {
            #expect(try await cell("'NaN'::numeric", as: Double.self).isNaN)
            #expect(try await cell("123456789012::numeric", as: Int64.self) == 123_456_789_012)
            #expect(try await cell("count(*) * 2.0", as: Int.self) == 2)
        }

        @Test(
            "text-like types read as text",
            arguments: [
                ("'a'::text", "a"), ("'a'::varchar", "a"), ("'a'::char(3)", "a  "), ("'a'::name", "a"),
                (#"'{"a": 1}'::jsonb"#, #"{"a": 1}"#), ("'[ ]'::json", "[ ]"),
                ("'00000000-0000-0000-0000-00000000000A'::uuid", "00000000-0000-0000-0000-00000000000a"),
                ("host('10.0.0.1/8'::inet)", "10.0.0.1"), ("'10.0.0.1/8'::inet::text", "10.0.0.1/8"),
                ("'fe80::1'::inet::text", "fe80::1/128"), ("'AA-BB-CC-00-11-22'::macaddr::text", "aa:bb:cc:00:11:22"),
            ])
        func text(sql: String, text: String) async throws {
            #expect(try await cell(sql, as: String.self) == text)
        }

        @Test("an enum's value reads as text, and a text parameter fits its column")
        func enumeration() async throws {
            try await RawServer.current.connect { database in
                try await database.query("CREATE TYPE decoding_mood AS ENUM ('sad', 'glad')")
                let rows = try await database.query("SELECT $1::decoding_mood", ["glad"])
                #expect(try rows.string(0, 0) == "glad")
            }
        }

        @Test(
            "a value of another type is refused, not reinterpreted",
            arguments: [
                "1::int4", "1.5::float8", "true", "now()", "'10.0.0.1'::inet", "'\\x00'::bytea", "ARRAY['a']",
                "'aa:bb:cc:00:11:22'::macaddr",
            ])
        func noText(sql: String) async throws {
            let error = await #expect(throws: PostgresError.self) { try await cell(sql, as: String.self) }
            #expect(error?.kind == .decoding)
        }

        @Test("so are numbers out of range, fractions as integers, and other mismatches")
        func mismatches() async throws {
            try await RawServer.current.connect { database in
                let rows = try await database.query("SELECT 3000000000 AS big, 1.5::numeric AS half, 'x' AS word")
                func refused<Item: ColumnDecodable>(_ column: String, _: Item.Type) throws {
                    let error = #expect(throws: PostgresError.self) { try rows[0].decode(column, as: Item.self) }
                    #expect(error?.kind == .decoding)
                    #expect(error?.detail.contains("\"\(column)\"") == true)
                }
                try refused("big", Int32.self)
                try refused("half", Int.self)
                try refused("word", Int.self)
                try refused("word", Bool.self)
                try refused("word", UUID.self)
                try refused("word", Date.self)
                try refused("word", [Int].self)
                try refused("no such column", Int.self)
            }
        }

        @Test("NULL is nil of an optional, and an error elsewhere that names the column")
        func null() async throws {
            try await RawServer.current.connect { database in
                let rows = try await database.query("SELECT NULL::int4 AS nothing, '' AS empty")
                #expect(try rows[0].decode("nothing") as Int? == nil)
                #expect(try rows[0].isNull("nothing"))
                #expect(try !rows[0].isNull("empty"))
                let error = #expect(throws: PostgresError.self) { try rows[0].int("nothing") }
                #expect(error?.detail.contains("nothing") == true)
                #expect(error?.message.contains("migrations") == true)
            }
        }

        @Test("results outlive the database they came from, and may be read by many tasks at once")
        func outlivesDatabase() async throws {
            let database = try await Database(try RawServer.current.configuration())
            let rows = try await database.query("SELECT n, n::text FROM generate_series(1, 1000) n")
            await database.close()
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        for row in rows { #expect((try? row.decode(1) as String) == "\(row.index + 1)") }
                    }
                }
            }
            #expect(rows.affected == 1000)
            #expect(rows.commandTag == "SELECT 1000")
        }
    }
}
