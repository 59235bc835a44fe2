import Domain
import Postgres
import Synchronization

/// Primary-key reads by 64 tasks, plain and under a tenant's row-level security, beside pgbench.
struct PostgresReads: BenchmarkGroup {
    static let name = "postgres-reads"
    static let summary = "primary-key reads by 64 tasks, beside pgbench -S"

    private static let tasks = 64
    private static let span: Duration = .seconds(3)

    func run(_ bench: Bench) async throws {
        let table = try await AccountsTable(bench)
        let plain = try await Database(DatabaseConfiguration(url: table.url))
        let scoped = try await Database(DatabaseConfiguration(url: table.url, role: AccountsTable.role))
        let pgbench = Program(
            try bench.server.program("pgbench"),
            ["-n", "-S", "-M", "prepared", "-c", "8", "-j", "2", "-T", "\(Int(Self.span.seconds))", table.url])
        try await bench.compare(
            [
                Contender("postgres.read", goal: .atLeast(1)) {
                    try await Self.rate(plain, "SELECT abalance FROM pgbench_accounts WHERE aid = $1", tenant: nil)
                },
                Contender("postgres.read_tenant", goal: .atLeast(0.8)) {
                    try await Self.rate(
                        scoped, "SELECT abalance FROM tenant_accounts WHERE aid = $1", tenant: table.tenant)
                },
            ],
            with: Contender("pgbench -S -M prepared -c 8 -j 2") { try PgbenchReport.rate(try await pgbench.run()) },
            unit: "reads/s")
        await plain.close()
        await scoped.close()
    }

    /// Reads random rows from all tasks for the span, each decoded, and gives the rate.
    private static func rate(_ database: Database, _ sql: String, tenant: TenantID?) async throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        let end = start + span
        let reads = try await withThrowingTaskGroup(of: Int.self) { group in
            for task in 0..<tasks {
                group.addTask {
                    // As pgbench does: no system call for each number.
                    var numbers = Xorshift(seed: UInt64(task) + 1)
                    var count = 0
                    while clock.now < end {
                        let id = Int32.random(in: 1...Int32(AccountsTable.rows), using: &numbers)
                        let rows = try await database.query(sql, [.int4(id)], tenant: tenant)
                        _ = try rows.int(0, 0)
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        return Double(reads) / (clock.now - start).seconds
    }
}

/// Marsaglia's xorshift64 with the shifts 13, 7, 17.
private struct Xorshift: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}

/// What pgbench prints at its end.
enum PgbenchReport {
    /// `tps = 48123.456 (without initial connection time)`
    static func rate(_ output: String) throws -> Double {
        for line in output.split(separator: "\n") where line.hasPrefix("tps = ") {
            if let rate = line.dropFirst(6).split(separator: " ").first.flatMap({ Double($0) }) { return rate }
        }
        throw BenchError.unexpectedOutput("pgbench", output: output)
    }
}
