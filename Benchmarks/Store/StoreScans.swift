import Domain
import Foundation
import Store

/// Scans of a stored fleet, findings written and all.
struct StoreScans: BenchmarkGroup {
    static let name = "store-scan"
    static let summary = "persisted scans of 100,000 endpoints that share 1,000 package sets"

    func run(_ bench: Bench) async throws {
        let fleet = try await Fleet(bench, database: "bench_scan", endpoints: true)
        do {
            try await measure(fleet, bench)
        } catch {
            await fleet.store.close()
            throw error
        }
        await fleet.store.close()
    }

    private func measure(_ fleet: Fleet, _ bench: Bench) async throws {
        try await bench.measure("store.scan_first", unit: "endpoints/s", required: .atLeast(1_000)) {
            try await Self.forgetFindings(fleet)
            return try await Self.scan(fleet)
        }
        try await bench.measure("store.scan_again", unit: "endpoints/s", required: .atLeast(1_000)) {
            try await Self.scan(fleet)
        }
    }

    private static func scan(_ fleet: Fleet) async throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        let outcome = try await fleet.store.scans.scan(tenant: fleet.tenant, index: fleet.index)
        return Double(outcome.endpoints) / (clock.now - start).seconds
    }

    /// As before the first scan.
    private static func forgetFindings(_ fleet: Fleet) async throws {
        try await fleet.store.owner.withConnection { connection in
            for statement in [
                "UPDATE endpoints SET finding_set_id = NULL, scanned_at = NULL", "DELETE FROM finding_sets",
                "DELETE FROM tenant_vulnerabilities", "VACUUM ANALYZE endpoints, findings, tenant_vulnerabilities",
            ] {
                try await connection.query(statement)
            }
        }
    }
}
