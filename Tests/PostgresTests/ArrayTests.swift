import FoundationEssentials
import Postgres
import Testing

extension PostgresTests {
    @Suite("Arrays")
    struct ArrayTests {
        private func check<Item: ColumnDecodable & Equatable & Sendable>(
            _ items: [Item?], _ value: ([Item?]) -> Value, _ type: String
        ) async throws {
            try await RawServer.current.connect { database in
                for part in [items, [], [nil], [nil, nil] + items + [nil]] {
                    let rows = try await database.query(
                        "SELECT $1::\(type)[], cardinality($1::\(type)[])", [value(part)])
                    #expect(try rows.decode(0, 0) as [Item?] == part)
                    #expect(try rows.int(0, 1) == part.count)
                }
            }
        }

        @Test("of every type, empty ones and ones with NULLs in them, go there and back")
        func roundTrip() async throws {
            try await check(["", "a", "{\"\\,}", "NULL", "日本"], { .textArray($0) }, "text")
            try await check([UUID(), UUID()], { .uuidArray($0) }, "uuid")
            try await check([0, -1, .max, .min], { .int4Array($0) }, "int4")
            try await check([0, -1, .max, .min] as [Int64?], { .int8Array($0) }, "int8")
            try await check([0.5, -.infinity, 1e-300], { .float8Array($0) }, "float8")
            try await check([true, false], { .boolArray($0) }, "bool")
            let dates = [0.0, 1_700_000_000, -86_400].map { Date(timeIntervalSince1970: $0) }
            try await check(dates, { .timestamptzArray($0) }, "timestamptz")
            let days = [0.0, 86_400 * 20_000].map { Date(timeIntervalSince1970: $0) }
            try await check(days, { .dateArray($0) }, "date")
        }

        @Test("100,000 elements travel as one parameter")
        func large() async throws {
            try await RawServer.current.connect { database in
                let numbers = (0..<100_000).map { Int64($0) }
                let rows = try await database.query(
                    "SELECT sum(n), count(*) FROM unnest($1::int8[]) n",
                    [
                        .int8Array(numbers)
                    ])
                #expect(try rows.int(0, 0) == 4_999_950_000)
                #expect(try rows.int(0, 1) == 100_000)
            }
        }

        @Test("a NULL element needs an optional, and two dimensions are refused")
        func refusals() async throws {
            try await RawServer.current.connect { database in
                let rows = try await database.query("SELECT ARRAY[1, NULL], ARRAY[[1, 2], [3, 4]]")
                for column in 0...1 {
                    let error = #expect(throws: PostgresError.self) { try rows.decode(0, column) as [Int] }
                    #expect(error?.kind == .decoding)
                }
                #expect(try rows.decode(0, 0) as [Int?] == [1, nil])
            }
        }
    }
}
