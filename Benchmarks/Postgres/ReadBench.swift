import Domain
import Postgres
import Synchronization

/// Reads by primary key from 64 tasks, with and without the tenant set in the same round trip.
struct ReadBench {
    private static let scale = 10
    private static let accounts: Int32 = 1_000_000
    private static let tasks = 64
    private static let statement = "SELECT abalance FROM pgbench_accounts WHERE aid = $1"

    let tools: PostgresTools
    let repetitions: Int
    let seconds: Int
    var connections = 8
    var depth = 4

    func run() async throws -> [BenchFigure] {
        try tools.initializePgbench(scale: Self.scale)
        var configuration = DatabaseConfiguration(url: tools.url)
        configuration.connections = connections
        configuration.pipelineDepth = depth
        let database = try await Database(configuration)
        var baseline: [Double] = []
        var plain: [Double] = []
        var scoped: [Double] = []
        for _ in 0..<repetitions {
            baseline.append(try tools.pgbenchReads(seconds: seconds))
            plain.append(try await rate(database, tenant: nil))
            scoped.append(try await rate(database, tenant: TenantID.make()))
        }
        await database.close()
        let reference = BenchFigure.median(baseline)
        return [
            BenchFigure(
                name: "postgres.read_by_key", value: BenchFigure.median(plain), unit: "1/s", baseline: reference),
            BenchFigure(
                name: "postgres.read_by_key_with_tenant", value: BenchFigure.median(scoped), unit: "1/s",
                baseline: reference),
        ]
    }

    /// Reads a second, counted over the whole time.
    private func rate(_ database: Database, tenant: TenantID?) async throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        let end = start + .seconds(seconds)
        let total = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<Self.tasks {
                group.addTask {
                    var count = 0
                    while clock.now < end {
                        let key = Int32.random(in: 1...Self.accounts)
                        let rows = try await database.query(Self.statement, [.int4(key)], tenant: tenant)
                        _ = try rows.int(0, 0)
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        return Double(total) / (clock.now - start).asSeconds
    }
}

extension Duration {
    var asSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
