import FoundationEssentials
import Postgres
import Testing

@Suite("Values travel unchanged")
struct ValueTests {
    static let uuid = UUID(uuidString: "01890F0E-7B5A-7CC1-9D3B-0123456789AB") ?? UUID()
    static let instant = Date(timeIntervalSince1970: 1_721_234_567.123456)

    @Test("every scalar type returns as it was sent")
    func scalars() async throws {
        try await withDatabase { database in
            let row = try #require(
                try await database.query(
                    """
                    SELECT $1::text AS t, $2::int2 AS s, $3::int4 AS i, $4::int8 AS l, $5::float8 AS d, $6::bool AS b,
                           $7::uuid AS u, $8::bytea AS x, $9::timestamptz AS z, $10::date AS y, $11::jsonb AS j,
                           $12::text AS n
                    """,
                    [
                        .text("Zürich 'x' \\ \u{1F510}"), .int2(-2), .int4(.min), .int8(.max), .float8(-0.1), .bool(true),
                        .uuid(Self.uuid), .bytes([0, 1, 255]), .timestamptz(Self.instant), .date(Self.instant),
                        .json(Array(#"{"a": [1, null]}"#.utf8)), .null,
                    ]
                ).first)
            #expect(try row.string("t") == "Zürich 'x' \\ \u{1F510}")
            #expect(try row.int("s") == -2)
            #expect(try row.decode("i", as: Int32.self) == .min)
            #expect(try row.decode("l", as: Int64.self) == .max)
            #expect(try row.double("d") == -0.1)
            #expect(try row.bool("b"))
            #expect(try row.uuid("u") == Self.uuid)
            #expect(try row.bytes("x") == [0, 1, 255])
            #expect(abs(try row.date("z").timeIntervalSince(Self.instant)) < 0.000_001)
            #expect(try row.date("y") == Date(timeIntervalSince1970: 1_721_174_400))
            #expect(try row.string("j") == #"{"a": [1, null]}"#)
            #expect(try row.decode("n", as: String?.self) == nil)
            #expect(try row.isNull("n"))
        }
    }

    @Test("every array type returns as it was sent, empty and with NULLs too")
    func arrays() async throws {
        try await withDatabase { database in
            let row = try #require(
                try await database.query(
                    """
                    SELECT $1::text[] AS t, $2::uuid[] AS u, $3::int8[] AS l, $4::int4[] AS i, $5::float8[] AS d,
                           $6::bool[] AS b, $7::date[] AS y, $8::timestamptz[] AS z, $9::text[] AS e
                    """,
                    [
                        .textArray(["a,\"{}", nil, ""]), .uuidArray([Self.uuid, nil]), .int8Array([1, nil, -1]),
                        .int4Array([7]), .float8Array([0.5]), .boolArray([true, false]), .dateArray([Self.instant]),
                        .timestamptzArray([Self.instant]), .textArray([]),
                    ]
                ).first)
            #expect(try row.decode("t", as: [String?].self) == ["a,\"{}", nil, ""])
            #expect(try row.decode("u", as: [UUID?].self) == [Self.uuid, nil])
            #expect(try row.decode("l", as: [Int?].self) == [1, nil, -1])
            #expect(try row.decode("i", as: [Int32].self) == [7])
            #expect(try row.decode("d", as: [Double].self) == [0.5])
            #expect(try row.decode("b", as: [Bool].self) == [true, false])
            #expect(try row.decode("y", as: [Date].self) == [Date(timeIntervalSince1970: 1_721_174_400)])
            #expect(try row.decode("z", as: [Date].self).count == 1)
            #expect(try row.decode("e", as: [String].self).isEmpty)
        }
    }

    @Test("text fits columns of any type that has a text form")
    func untypedText() async throws {
        try await withDatabase { database in
            try await database.query("CREATE TYPE mood AS ENUM ('calm', 'alarmed')")
            try await database.query("CREATE TABLE t (a inet, m macaddr, e mood, n numeric(6,2), j json)")
            let row = try #require(
                try await database.query(
                    "INSERT INTO t VALUES ($1, $2, $3, $4, $5) RETURNING a::text, m::text, e, n, j",
                    ["10.0.0.1", "00:11:22:33:44:55", "alarmed", "-1234.50", "[1]"]
                ).first)
            #expect(try row.string("a") == "10.0.0.1/32")
            #expect(try row.string("m") == "00:11:22:33:44:55")
            #expect(try row.string("e") == "alarmed")
            #expect(try row.double("n") == -1234.5)
            #expect(try row.string("j") == "[1]")
        }
    }

    @Test(
        "numeric is read as the nearest double",
        arguments: ["0", "1", "-1", "0.0001", "123456789.987654321", "1e20", "-0.5", "10000", "NaN", "100000000"])
    func numeric(_ text: String) async throws {
        try await withDatabase { database in
            let rows = try await database.query("SELECT \(text == "NaN" ? "'NaN'" : text)::numeric")
            let value = try rows.double(0, 0)
            #expect(text == "NaN" ? value.isNaN : value == Double(text))
        }
    }

    @Test("infinite timestamps are the distant past and future")
    func infinity() async throws {
        try await withDatabase { database in
            let rows = try await database.query("SELECT 'infinity'::timestamptz, '-infinity'::timestamptz")
            #expect(try rows.date(0, 0) == .distantFuture)
            #expect(try rows.date(0, 1) == .distantPast)
        }
    }

    @Test("an empty bytea is not NULL")
    func emptyBytes() async throws {
        try await withDatabase { database in
            let rows = try await database.query("SELECT $1::bytea", [.bytes([])])
            #expect(try rows.bytes(0, 0).isEmpty)
        }
    }

    @Test("a NUL byte in text is refused before anything is sent")
    func nulByte() async throws {
        try await withDatabase { database in
            let plain = await failure { try await database.query("SELECT $1::text", ["a\0b"]) }
            #expect(plain?.kind == .invalidParameter)
            let array = await failure { try await database.query("SELECT $1::text[]", [.textArray(["\0"])]) }
            #expect(array?.kind == .invalidParameter)
        }
    }

    @Test("SQL in a parameter stays data")
    func injection() async throws {
        try await withDatabase { database in
            let hostile = "'; DROP TABLE t; --\u{202E}\\\""
            try await database.query("CREATE TABLE t (v text)")
            try await database.query("INSERT INTO t VALUES ($1)", [.text(hostile)])
            #expect(try await database.query("SELECT v FROM t").string(0, 0) == hostile)
        }
    }

    @Test("asking for another type than the column's is a decoding error that names the column")
    func wrongType() async throws {
        try await withDatabase { database in
            let rows = try await database.query("SELECT 'x'::text AS name, NULL::int8 AS amount")
            let wrong = await failure { _ = try rows[0].int("name") }
            #expect(wrong?.kind == .decoding)
            #expect(wrong?.detail.contains("\"name\"") == true)
            #expect(await failure { _ = try rows[0].int("amount") }?.kind == .decoding)
            #expect(await failure { _ = try rows[0].int("absent") }?.kind == .decoding)
        }
    }

    @Test("bytes can be read in place")
    func withoutCopy() async throws {
        try await withDatabase { database in
            let rows = try await database.query("SELECT '{\"k\":1}'::jsonb")
            #expect(rows.withBytes(0, 0) { $0?.first } == UInt8(ascii: "{"))
        }
    }
}
