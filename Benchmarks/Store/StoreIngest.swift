import Domain
import Foundation
import Store

/// Inventories into the database, beside the plainest SQL that writes the same endpoints.
struct StoreIngest: BenchmarkGroup {
    static let name = "store-ingest"
    static let summary = "inventories of 500 packages taken in, beside one INSERT of the same endpoints by psql"

    private static let count = 5_000

    func run(_ bench: Bench) async throws {
        let fleet = try await Fleet(bench, database: "bench_ingest", endpoints: false)
        do {
            try await measure(fleet, bench)
        } catch {
            await fleet.store.close()
            throw error
        }
        await fleet.store.close()
    }

    private func measure(_ fleet: Fleet, _ bench: Bench) async throws {
        let psql = try bench.server.program("psql")
        try await bench.compare(
            [
                Contender("store.ingest_new") {
                    try await Self.forgetEndpoints(fleet)
                    return try await Self.ingest(fleet)
                },
                // Follows the one before, whose endpoints are there.
                Contender("store.ingest_again") {
                    _ = try await Self.ingest(fleet)
                    return try await Self.ingest(fleet)
                },
            ],
            with: Contender("psql INSERT … SELECT") {
                try await Self.forgetEndpoints(fleet)
                return try await Self.rate {
                    try await Program(psql, ["-X", "-q", "-d", fleet.url, "-c", Self.insert(fleet)]).run()
                }
            }, unit: "endpoints/s")
    }

    private static func ingest(_ fleet: Fleet) async throws -> Double {
        let batches = Fleet.inventories(count, at: Date())
        return try await rate {
            for batch in batches { _ = try await fleet.store.inventories.ingest(batch, tenant: fleet.tenant) }
        }
    }

    private static func rate(_ body: () async throws -> Void) async throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        try await body()
        return Double(count) / (clock.now - start).seconds
    }

    private static func insert(_ fleet: Fleet) -> String {
        """
        INSERT INTO endpoints (tenant_id, hostname, device_id, os_type, os_id, os_version, last_seen)
        SELECT '\(fleet.tenant)', 'host-' || n, 'device-' || n, 'linux', 'debian', '12', now()
        FROM generate_series(1, \(count)) AS n
        """
    }

    private static func forgetEndpoints(_ fleet: Fleet) async throws {
        try await fleet.store.owner.withConnection { connection in
            for statement in ["DELETE FROM endpoints", "DELETE FROM software_sets", "VACUUM endpoints, software_sets"] {
                try await connection.query(statement)
            }
        }
    }
}
