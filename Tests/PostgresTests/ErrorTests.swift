import Domain
import Postgres
import Testing

extension PostgresTests {
    @Suite("Errors say what happened")
    struct ErrorTests {
        private static let table = """
            CREATE TABLE IF NOT EXISTS error_parents (
                id int8 PRIMARY KEY, parent int8 REFERENCES error_parents, word varchar(3) NOT NULL DEFAULT 'x',
                score int4 CHECK (score < 10))
            """

        @Test(
            "the SQLSTATE of the server becomes a name and a sentence",
            arguments: [
                ("INSERT INTO error_parents (id) VALUES (1), (1)", "23505", "unique_violation"),
                ("INSERT INTO error_parents (id, parent) VALUES (2, 99)", "23503", "foreign_key_violation"),
                ("INSERT INTO error_parents (id, word) VALUES (3, NULL)", "23502", "not_null_violation"),
                ("INSERT INTO error_parents (id, score) VALUES (4, 10)", "23514", "check_violation"),
                ("INSERT INTO error_parents (id, word) VALUES (5, 'long')", "22001", "string_data_right_truncation"),
                ("SELECT 2147483647 + 1", "22003", "numeric_value_out_of_range"),
                ("SELECT 'x'::int4", "22P02", "invalid_text_representation"),
                ("SELECT * FROM error_nowhere", "42P01", "undefined_table"),
                ("SELECT nowhere FROM error_parents", "42703", "undefined_column"),
                ("SELECT 1/0", "22012", "sqlstate_22012"),
            ])
        func sqlStates(sql: String, state: String, name: String) async throws {
            try await RawServer.current.connect { database in
                try await database.query(Self.table)
                let error = await #expect(throws: PostgresError.self) { try await database.query(sql) }
                #expect(error?.sqlState == state)
                #expect(error?.code == "postgres.\(name)")
                #expect(error?.message.hasSuffix(".") == true)
            }
        }

        @Test("what the user reads holds neither data nor SQL; the log's detail does")
        func keepsDataOut() async throws {
            try await RawServer.current.connect { database in
                let error = await #expect(throws: PostgresError.self) {
                    try await database.query("SELECT $1::text::int4", ["secret-word"])
                }
                #expect(error?.message.contains("secret-word") == false)
                #expect(error?.detail.contains("secret-word") == true)
                #expect(error.map { "\($0)" } == error?.message)
            }
        }

        @Test("NUL in text is refused before anything is sent")
        func refusesNUL() async throws {
            try await RawServer.current.connect { database in
                for value in [Value.text("a\0b"), .textArray(["a", nil, "\0"])] {
                    let error = await #expect(throws: PostgresError.self) {
                        try await database.query("SELECT $1", [value])
                    }
                    #expect(error?.kind == .invalidParameter)
                }
            }
        }

        @Test("65,535 parameters are sent, 65,536 are refused")
        func countsParameters() async throws {
            try await RawServer.current.connect { database in
                let list = (1...65_535).map { "$\($0)" }.joined(separator: ",")
                let values = [Value](repeating: .int4(1), count: 65_535)
                let rows = try await database.query("SELECT cardinality(ARRAY[\(list)])", values)
                #expect(try rows.int(0, 0) == 65_535)
                let error = await #expect(throws: PostgresError.self) {
                    try await database.query("SELECT 1", values + [.int4(1)])
                }
                #expect(error?.kind == .invalidParameter)
            }
        }

        @Test("a statement over its time is cancelled by the server, which is no cancellation of ours")
        func timesOut() async throws {
            try await RawServer.current.connect({ configuration in
                configuration.statementTimeout = .milliseconds(500)
                configuration.leasedStatementTimeout = .milliseconds(500)
            }) { database in
                let error = await #expect(throws: PostgresError.self) {
                    try await database.query("SELECT pg_sleep(600)")
                }
                #expect(error?.isQueryCanceled == true)
                let leased = await #expect(throws: PostgresError.self) {
                    try await database.transaction { try await $0.query("SELECT pg_sleep(600)") }
                }
                #expect(leased?.isQueryCanceled == true)
                try await database.query("SELECT 1")
            }
        }

        @Test("COPY as a plain statement is refused, and the database goes on")
        func refusesCopyAsStatement() async throws {
            try await RawServer.current.connect { database in
                await #expect(throws: PostgresError.self) {
                    try await database.query("COPY (SELECT 1) TO STDOUT")
                }
                try await database.query("SELECT 1")
            }
        }
    }
}
