import Domain
import Foundation
import Logging
import Postgres
import Store

/// A year of NVD from a feed file into an empty catalogue, beside psql's COPY of the rows that come of it into
/// tables with the same columns and indexes.
struct IntelligenceImport: BenchmarkGroup {
    static let name = "intelligence-import"
    static let summary = "a year of NVD loaded from its feed, beside COPY of the same rows"

    private static let tables = ["vulnerabilities", "vulnerability_records", "advisories"]

    func run(_ bench: Bench) async throws {
        let url = try await bench.server.makeDatabase("bench_intelligence")
        try await Migrator(resources: try ResourceLocator.migrations()).migrate(databaseURL: url)
        var logger = Logger(label: "garrison.bench")
        logger.logLevel = .error
        let store = try await Store.connect(url, connections: 4, logger: logger)
        let folder = FileManager.default.temporaryDirectory.appending(path: "garrison-bench-nvd-\(getpid())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        do {
            try await measure(bench, store, url, folder)
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }

    private func measure(_ bench: Bench, _ store: Store, _ url: String, _ folder: String) async throws {
        let feed = "\(folder)/nvdcve-2.0-2024.json"
        try NVDYear.write(to: feed)
        let psql = try bench.server.program("psql")
        _ = try await Self.load(feed, store)
        for table in Self.tables {
            try await Self.psql(psql, url, "CREATE TABLE raw_\(table) (LIKE \(table) INCLUDING ALL)")
            try await Self.psql(psql, url, "\\copy \(table) TO '\(folder)/\(table).csv' WITH (FORMAT csv)")
        }
        try await bench.compare(
            [Contender("intelligence.nvd_year", goal: .atLeast(0.5)) { try await Self.load(feed, store) }],
            with: Contender("psql \\copy FROM csv") {
                try await Self.psql(psql, url, "TRUNCATE \(Self.tables.map { "raw_\($0)" }.joined(separator: ", "))")
                return try await Self.rate {
                    for table in Self.tables {
                        try await Self.psql(
                            psql, url, "\\copy raw_\(table) FROM '\(folder)/\(table).csv' WITH (FORMAT csv)")
                    }
                }
            }, unit: "records/s")
    }

    /// Records a second, from the file into an empty catalogue.
    private static func load(_ feed: String, _ store: Store) async throws -> Double {
        try await store.owner.withConnection { connection in
            _ = try await connection.query(
                "TRUNCATE \(tables.joined(separator: ", ")), intelligence_imports, intelligence_sources CASCADE")
        }
        return try await rate {
            _ = try await store.intelligence.importFeed(path: feed, source: .nvd, origin: "file")
        }
    }

    private static func rate(_ body: () async throws -> Void) async throws -> Double {
        let time = try await ContinuousClock().measure(body)
        return Double(NVDYear.records) / time.seconds
    }

    private static func psql(_ program: String, _ url: String, _ command: String) async throws {
        try await Program(program, ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", command]).run()
    }
}
