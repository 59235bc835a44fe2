import Foundation
import Postgres

/// COPY of rows like those of an inventory in both directions, beside `psql \copy` of the same rows.
struct PostgresCopy: BenchmarkGroup {
    static let name = "postgres-copy"
    static let summary = "COPY in and out, beside psql \\copy of the same rows"

    private static let count = 300_000

    func run(_ bench: Bench) async throws {
        let url = try await bench.server.makeDatabase("bench_copy")
        let folder = FileManager.default.temporaryDirectory.appending(path: "garrison-bench-copy-\(getpid())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let database = try await Database(DatabaseConfiguration(url: url))
        try await database.query(CopiedRow.table)
        let psql = Psql(program: try bench.server.program("psql"), url: url)
        let rows = (0..<Self.count).map { CopiedRow(number: $0) }
        try await Self.fill(database, rows)
        try await psql.run("\\copy copied TO '\(folder)/rows.csv' WITH (FORMAT csv)")
        try await psql.run("\\copy copied TO '\(folder)/rows.binary' WITH (FORMAT binary)")

        try await compareInto(bench, database, psql, rows, folder)
        try await compareOut(bench, database, psql)
        await database.close()
    }

    private func compareInto(
        _ bench: Bench, _ database: Database, _ psql: Psql, _ rows: [CopiedRow], _ folder: String
    ) async throws {
        try await bench.compare(
            [
                Contender("postgres.copy_in", goal: .atLeast(0.8)) {
                    try await Self.emptied(database) { try await Self.fill(database, rows) }
                },
                Contender("postgres.copy_in.psql_binary") {
                    try await Self.emptied(database) {
                        try await psql.run("\\copy copied FROM '\(folder)/rows.binary' WITH (FORMAT binary)")
                    }
                },
            ],
            with: Contender("psql \\copy FROM csv") {
                try await Self.emptied(database) {
                    try await psql.run("\\copy copied FROM '\(folder)/rows.csv' WITH (FORMAT csv)")
                }
            },
            unit: "rows/s")
    }

    private func compareOut(_ bench: Bench, _ database: Database, _ psql: Psql) async throws {
        try await bench.compare(
            [
                Contender("postgres.copy_out", goal: .atLeast(0.8)) {
                    try await Self.timed {
                        try await database.copyOut("COPY copied TO STDOUT WITH (FORMAT binary)") { _ in }
                    }
                }
            ],
            with: Contender("psql \\copy TO binary") {
                try await Self.timed { try await psql.run("\\copy copied TO '/dev/null' WITH (FORMAT binary)") }
            },
            unit: "rows/s")
    }

    private static func fill(_ database: Database, _ rows: [CopiedRow]) async throws {
        try await database.copyIn("COPY copied FROM STDIN WITH (FORMAT binary)") { sink in
            for row in rows {
                try await sink.row { fields throws(PostgresError) in try row.append(to: &fields) }
            }
        }
    }

    private static func emptied(_ database: Database, _ body: () async throws -> Void) async throws -> Double {
        try await database.query("TRUNCATE copied")
        return try await timed(body)
    }

    /// Rows a second.
    private static func timed(_ body: () async throws -> Void) async throws -> Double {
        let time = try await ContinuousClock().measure(body)
        return Double(count) / time.seconds
    }
}

/// A row of every type that bulk loads here are made of, some 160 bytes.
private struct CopiedRow: Sendable {
    static let table = """
        CREATE UNLOGGED TABLE copied (
            id uuid, serial bigint, seen timestamptz, name text, score integer, facts jsonb)
        """
    let id = UUID()
    let serial: Int64
    let seen: Date
    let name: String
    let score: Int32
    let facts: [UInt8]

    init(number: Int) {
        serial = Int64(number)
        seen = Date(timeIntervalSince1970: 1_700_000_000 + Double(number))
        name = "package-\(number % 5_000)"
        score = Int32(number % 101)
        facts = Array(#"{"version": "1.\#(number % 40).2-3+deb12u1", "source": "package", "arch": "amd64"}"#.utf8)
    }

    func append(to fields: inout CopyRow) throws(PostgresError) {
        fields.append(id)
        fields.append(serial)
        fields.append(seen)
        try fields.append(name)
        fields.append(score)
        fields.append(json: facts)
    }
}

/// psql on a database, one command a run.
private struct Psql: Sendable {
    let program: String
    let url: String

    func run(_ command: String) async throws {
        try await Program(program, ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", command]).run()
    }
}
