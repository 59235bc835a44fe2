import Domain
import Foundation
import Store

/// What updates would do, asked about a fleet.
struct WhatIf: BenchmarkGroup {
    static let name = "whatif"
    static let summary = "simulations and plans over 100,000 endpoints that share 1,000 package sets"

    func run(_ bench: Bench) async throws {
        let fleet = try await Fleet(bench, database: "bench_whatif", endpoints: true)
        do {
            _ = try await fleet.store.scans.scan(tenant: fleet.tenant, index: fleet.index)
            try await fleet.store.owner.withConnection { try await $0.query("VACUUM ANALYZE") }
            try await measure(fleet, bench)
        } catch {
            await fleet.store.close()
            throw error
        }
        await fleet.store.close()
    }

    private func measure(_ fleet: Fleet, _ bench: Bench) async throws {
        let simulation = fleet.store.simulation
        let fixes = (0..<10).map { SimulationStore.Fix.package("package-\($0 * 2)") }
        try await bench.measure("whatif.simulate", unit: "s", required: .atMost(1)) {
            try await Self.seconds {
                let outcome = try await simulation.simulate(fixes, tenant: fleet.tenant)
                guard outcome.findings > 0 else {
                    throw BenchError.unexpectedOutput("simulate", output: "nothing fixed")
                }
            }
        }
        try await bench.measure("whatif.plan", unit: "s", required: .atMost(1)) {
            try await Self.seconds {
                let plan = try await simulation.plan(count: 10, tenant: fleet.tenant)
                guard plan.plan.updates.count == 10 else {
                    throw BenchError.unexpectedOutput("plan", output: "too few updates")
                }
            }
        }
        try await bench.measure("whatif.findings_page", unit: "s", required: .atMost(1)) {
            try await Self.seconds {
                var query = FindingStore.Query(limit: 100)
                query.cursor = try await fleet.store.findings.list(query, tenant: fleet.tenant).next
                _ = try await fleet.store.findings.list(query, tenant: fleet.tenant)
            }
        }
    }

    private static func seconds(_ body: () async throws -> Void) async rethrows -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        try await body()
        return (clock.now - start).seconds
    }
}
