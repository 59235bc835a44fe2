import Domain
import Postgres

/// The PostgreSQL client beside pgbench and psql, on the same server and in turn, so that other load on
/// the machine meets both.
enum PostgresBench {
    /// `url` names a database whose content may be overwritten by pgbench's and the benchmark's tables;
    /// `pgBin` is the directory of psql and pgbench. Takes about two minutes.
    static func run(
        url: String, pgBin: String, repetitions: Int = 3, seconds: Int = 5
    ) async throws -> [BenchFigure] {
        let tools = PostgresTools(url: url, directory: pgBin)
        let reads = try await ReadBench(tools: tools, repetitions: repetitions, seconds: seconds).run()
        let copies = try await CopyBench(tools: tools, repetitions: repetitions).run()
        return reads + copies
    }
}
