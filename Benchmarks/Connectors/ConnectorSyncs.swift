import Connectors
import Domain
import Foundation
import Store

/// Devices of a simulated account read into the database and joined with the endpoints, beside reading the same pages
/// and throwing them away.
struct ConnectorSyncs: BenchmarkGroup {
    static let name = "connectors"
    static let summary =
        "100,000 Falcon devices into the database, beside fetching the pages alone; 1 % of them changed"

    private static let devices = 100_000
    private static let changedDevices = 1_000
    /// Of whoever reads, in MB.
    private static let memory = 300.0

    func run(_ bench: Bench) async throws {
        let fleet = try await Fleet(bench, database: "bench_connectors", endpoints: false)
        do {
            try await SimulatedFalcon.with(devices: Self.devices) { vendor in
                let network = ConnectorNetwork()
                let outcome: Result<Void, any Error>
                do {
                    let account = try await SyncedAccount(fleet, vendor, network)
                    outcome = .success(try await measure(account, vendor, bench))
                } catch {
                    outcome = .failure(error)
                }
                try await network.close()
                try outcome.get()
            }
        } catch {
            await fleet.store.close()
            throw error
        }
        await fleet.store.close()
    }

    private func measure(_ account: SyncedAccount, _ vendor: SimulatedFalcon, _ bench: Bench) async throws {
        try await bench.compare(
            [
                Contender("connectors.sync_full", goal: .atMost(2.5)) {
                    try await account.forget()
                    return try await Self.seconds { try await account.sync(.full, expecting: Self.devices) }
                },
                // Follows the one before, of which the vendor has everything unchanged.
                Contender("connectors.sync_full_again") {
                    _ = try await account.sync(.full, expecting: nil)
                    return try await Self.seconds { try await account.sync(.full, expecting: Self.devices) }
                },
            ], with: Contender("fetch and discard") { try await Self.seconds { try await account.discard() } },
            unit: "s")
        try await account.forget()
        _ = try await account.sync(.full, expecting: Self.devices)
        try await bench.compare(
            [
                Contender("connectors.sync_changes", goal: .atMost(0.1)) {
                    vendor.change(Self.changedDevices)
                    return try await Self.seconds { _ = try await account.sync(.changes, expecting: nil) }
                }
            ],
            with: Contender("full sync") {
                try await account.forget()
                return try await Self.seconds { try await account.sync(.full, expecting: Self.devices) }
            }, unit: "s")
        try await bench.measure("connectors.rate", unit: "devices/s", required: .atLeast(10_000)) {
            try await account.forget()
            return Double(Self.devices)
                / (try await Self.seconds { try await account.sync(.full, expecting: Self.devices) })
        }
        try await bench.measure("connectors.memory", unit: "MB", required: .atMost(Self.memory)) {
            try await account.forget()
            return try await SyncProcess(fleet: account.fleet, vendor: vendor).residentPeak()
        }
    }

    private static func seconds(_ body: () async throws -> Void) async throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        try await body()
        return (clock.now - start).seconds
    }
}
