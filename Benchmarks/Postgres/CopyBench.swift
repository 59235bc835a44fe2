import FoundationEssentials
import Postgres

/// COPY of one million rows made by Swift while it copies, beside psql copying the same rows from
/// files that are ready.
struct CopyBench {
    private static let rows = 1_000_000
    private static let table =
        "CREATE UNLOGGED TABLE bench_copy (id uuid, n int8, at timestamptz, name text, size int4, extra jsonb)"

    let tools: PostgresTools
    let repetitions: Int

    func run() async throws -> [BenchFigure] {
        try tools.psql("DROP TABLE IF EXISTS bench_copy; ")
        try tools.psql(Self.table)
        let database = try await Database(DatabaseConfiguration(url: tools.url))
        let files = try await prepareFiles(database)
        defer { for file in [files.csv, files.binary] { try? FileManager.default.removeItem(atPath: file) } }
        var csv: [Double] = []
        var binary: [Double] = []
        var swift: [Double] = []
        for _ in 0..<repetitions {
            csv.append(try await rate { try tools.psql("\\copy bench_copy FROM '\(files.csv)' (FORMAT csv)") })
            binary.append(try await rate { try tools.psql("\\copy bench_copy FROM '\(files.binary)' (FORMAT binary)") })
            swift.append(try await rate { try await copy(into: database) })
        }
        await database.close()
        try tools.psql("DROP TABLE bench_copy")
        let value = BenchFigure.median(swift)
        return [
            BenchFigure(name: "postgres.copy_in", value: value, unit: "rows/s", baseline: BenchFigure.median(csv)),
            BenchFigure(
                name: "postgres.copy_in_against_ready_binary", value: value, unit: "rows/s",
                baseline: BenchFigure.median(binary)),
        ]
    }

    private func prepareFiles(_ database: Database) async throws -> (csv: String, binary: String) {
        let base = FileManager.default.temporaryDirectory.path() + "/garrison-bench-\(UUID().uuidString)"
        try await copy(into: database)
        try tools.psql("\\copy bench_copy TO '\(base).csv' (FORMAT csv)")
        try tools.psql("\\copy bench_copy TO '\(base).bin' (FORMAT binary)")
        return ("\(base).csv", "\(base).bin")
    }

    /// Rows a second into the emptied table.
    private func rate(_ body: () async throws -> Void) async throws -> Double {
        try tools.psql("TRUNCATE bench_copy")
        let clock = ContinuousClock()
        let time = try await clock.measure { try await body() }
        return Double(Self.rows) / time.asSeconds
    }

    private func copy(into database: Database) async throws {
        let start = Date()
        let extra = Array(#"{"source": "dpkg", "flags": [1, 2, 3], "note": "automatically installed"}"#.utf8)
        try await database.copyIn("COPY bench_copy FROM STDIN (FORMAT binary)") { sink in
            for number in 0..<Self.rows {
                try await sink.row { row throws(PostgresError) in
                    row.append(UUID())
                    row.append(Int64(number))
                    row.append(start.addingTimeInterval(Double(number)))
                    try row.append("libexample-package-\(number)")
                    row.append(Int32(truncatingIfNeeded: number &* 37))
                    row.append(json: extra)
                }
            }
        }
    }
}
