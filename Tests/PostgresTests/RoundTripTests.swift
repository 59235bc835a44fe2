import FoundationEssentials
import Postgres
import Testing
import TestRandomness

extension PostgresTests {
    @Suite("Values arrive as they were sent, and the server reads the same in them")
    struct RoundTripTests {
        /// Sends each value as a parameter of a type, and compares what comes back, and the server's own
        /// text for it with `text`.
        private func check<Item: ColumnDecodable & Sendable>(
            _ items: [Item], _ type: String, value: (Item) -> Value, text: (Item) -> String,
            serverText: String = "$1::text", same: (Item, Item) -> Bool
        ) async throws {
            try await RawServer.current.connect { database in
                let sql = "SELECT $1::\(type), \(serverText.replacing("$1", with: "($1::\(type))"))"
                let results = try await database.run(items.map { Statement(sql, [value($0)]) })
                for (item, rows) in zip(items, results) {
                    let returned: Item = try rows.decode(0, 0)
                    #expect(same(returned, item), "\(item) came back as \(returned)")
                    #expect(try rows.string(0, 1) == text(item))
                }
            }
        }

        private func integers<Number: FixedWidthInteger>(_: Number.Type) -> [Number] {
            var generator = SeededRandom(seed: 1)
            return [0, 1, .min, .max] + (0..<200).map { _ in Number.random(in: .min ... .max, using: &generator) }
        }

        @Test("int2, int4, int8")
        func integers() async throws {
            try await check(integers(Int64.self), "int8", value: { .int8($0) }, text: { "\($0)" }, same: ==)
            try await check(integers(Int32.self), "int4", value: { .int4($0) }, text: { "\($0)" }, same: ==)
            try await check(
                integers(Int16.self).map(Int.init), "int2", value: { .int2(Int16($0)) }, text: { "\($0)" }, same: ==)
        }

        @Test("float8, with NaN, both zeros, both infinities and subnormals")
        func doubles() async throws {
            var generator = SeededRandom(seed: 2)
            let special: [Double] = [
                0, -0.0, .nan, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.1, 1e300,
            ]
            let random = (0..<300).map { _ in Double(bitPattern: .random(in: 0 ... .max, using: &generator)) }
            let numbers = special + random
            try await check(
                numbers, "float8", value: { .float8($0) }, text: { _ in "true" },
                // Shortest text that reads as the same number: what both sides print differs in form only.
                serverText: "($1::text::float8 = $1)::text", same: { $0 == $1 || $0.isNaN && $1.isNaN })
        }

        @Test("bool, uuid")
        func small() async throws {
            try await check([true, false], "bool", value: { .bool($0) }, text: { "\($0)" }, same: ==)
            let identifiers = (0..<100).map { _ in UUID() }
            try await check(
                identifiers, "uuid", value: { .uuid($0) }, text: { $0.uuidString.lowercased() }, same: ==)
        }

        @Test("text of every plane, with quotes, backslashes, dollars and the empty text")
        func texts() async throws {
            var generator = SeededRandom(seed: 3)
            let special = ["", "'", "\\", "$1", "\"", "é", "日本語", "👩🏽‍🚒", "\u{1}\u{7F}", "\u{10FFFF}", " \n\t "]
            let random = (0..<200).map { _ in generator.text(length: Int.random(in: 1...80, using: &generator)) }
            try await check(special + random, "text", value: { .text($0) }, text: { $0 }, same: ==)
        }

        @Test("bytea of any bytes, and the empty one is not NULL")
        func bytes() async throws {
            var generator = SeededRandom(seed: 4)
            let contents = [[], [0], [0xFF, 0xFE, 0x80]] + (0..<100).map { _ in generator.bytes(upTo: 300) }
            try await RawServer.current.connect { database in
                let results = try await database.run(
                    contents.map { Statement("SELECT $1::bytea, encode($1, 'hex')", [.bytes($0)]) })
                for (content, rows) in zip(contents, results) {
                    #expect(try rows.bytes(0, 0) == content)
                    #expect(
                        try rows.string(0, 1) == content.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
                }
            }
        }

        @Test("timestamptz to the microsecond, from 1970 to 2037")
        func timestamps() async throws {
            var generator = SeededRandom(seed: 5)
            let microseconds =
                [0, 1, 999_999, 946_684_800_000_000]
                + (0..<300).map { _ in
                    Int64.random(in: 0...2_145_916_800_000_000, using: &generator)
                }
            let dates = microseconds.map { Date(timeIntervalSince1970: Double($0) / 1_000_000) }
            let texts = Dictionary(zip(dates, microseconds.map(String.init))) { first, _ in first }
            try await check(
                dates, "timestamptz", value: { .timestamptz($0) }, text: { texts[$0] ?? "" },
                serverText: "(extract(epoch FROM $1) * 1000000)::int8::text",
                same: { abs($0.timeIntervalSince($1)) < 0.000_000_5 })
        }

        @Test("the first and the last instant and day, and both infinities, go there and back")
        func extremes() async throws {
            try await RawServer.current.connect { database in
                let instants = [
                    "4713-01-01 00:00:00+00 BC", "294276-12-31 00:00:00+00", "infinity", "-infinity",
                    "0001-01-01 00:00:00+00", "4001-01-02 00:00:00+00",
                ]
                for instant in instants {
                    let date = try await database.query("SELECT '\(instant)'::timestamptz").date(0, 0)
                    let isSame = try await database.query("SELECT $1 = '\(instant)'::timestamptz", [.timestamptz(date)])
                    #expect(try isSame.bool(0, 0), "\(instant)")
                }
                for day in ["4713-01-01 BC", "5874897-12-31", "infinity", "-infinity", "1969-12-31", "2024-02-29"] {
                    let date = try await database.query("SELECT '\(day)'::date").date(0, 0)
                    let isSame = try await database.query("SELECT $1 = '\(day)'::date", [.date(date)])
                    #expect(try isSame.bool(0, 0), "\(day)")
                }
            }
        }

        @Test("an instant before PostgreSQL's first is refused by the server, not changed")
        func refusesTooEarly() async throws {
            try await RawServer.current.connect { database in
                let error = await #expect(throws: PostgresError.self) {
                    try await database.query(
                        "SELECT $1::timestamptz", [.timestamptz(Date(timeIntervalSince1970: -4e11))])
                }
                #expect(error?.sqlState == "22008")
            }
        }

        @Test("a date is the UTC day its instant falls in")
        func days() async throws {
            try await RawServer.current.connect { database in
                let table: [(seconds: Double, day: String)] = [
                    (0, "1970-01-01"), (86_399.9, "1970-01-01"), (86_400, "1970-01-02"), (-0.1, "1969-12-31"),
                    (951_782_400, "2000-02-29"),
                ]
                for (seconds, day) in table {
                    let date = Date(timeIntervalSince1970: seconds)
                    let rows = try await database.query("SELECT ($1::date)::text", [.date(date)])
                    #expect(try rows.string(0, 0) == day)
                }
            }
        }

        @Test("jsonb of every shape; text that is no JSON is refused")
        func json() async throws {
            try await RawServer.current.connect { database in
                for text in ["null", "0", #""a\u00e9\n""#, "[]", "{}", #"{"a":[1,{"b":null}],"c":"日本"}"#] {
                    let rows = try await database.query(
                        "SELECT $1::jsonb, $1 = $2::text::jsonb",
                        [
                            .json(Array(text.utf8)), .text(text),
                        ])
                    #expect(try rows.bool(0, 1))
                    let again = try await database.query(
                        "SELECT $1 = $2::text::jsonb", [.json(try rows.bytes(0, 0)), .text(text)])
                    #expect(try again.bool(0, 0))
                }
                let error = await #expect(throws: PostgresError.self) {
                    try await database.query("SELECT $1::jsonb", [.json(Array("{".utf8))])
                }
                #expect(error?.sqlState == "22P02")
            }
        }
    }
}

extension SeededRandom {
    /// Text of any characters but NUL.
    mutating func text(length: Int) -> String {
        var scalars = String.UnicodeScalarView()
        while scalars.count < length {
            if let scalar = UnicodeScalar(UInt32.random(in: 1...0x10FFFF, using: &self)) { scalars.append(scalar) }
        }
        return String(scalars)
    }

    mutating func bytes(upTo limit: Int) -> [UInt8] {
        (0..<Int.random(in: 0...limit, using: &self)).map { _ in UInt8.random(in: 0...255, using: &self) }
    }
}
