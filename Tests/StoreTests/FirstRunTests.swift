import Domain
import FoundationEssentials
import Postgres
import Store
import TestRandomness
import TestSupport
import Testing

@Suite("A tenant's first devices", .database)
struct FirstRunTests {
    /// Pages of one run, of which some machines stand on two, and some are one machine or share a name.
    private static func pages(_ seed: UInt64) -> [[DeviceReport]] {
        var random = SeededRandom(seed: seed)
        return (0..<6).map { _ in
            (0..<25).map { _ in
                let id = Int.random(in: 0..<110, using: &random)
                let machine = id % 90
                return SourceStage.laptop(
                    "d\(id)", "pc-\(machine % 60)", serial: "PF\(100_000 + machine)",
                    mac: machine.isMultiple(of: 3) ? "3c:52:82:00:00:\(10 + machine)" : nil,
                    seen: Double(id), first: Double(id) - 0.5)
            }
        }
    }

    /// - Parameter between: what happens behind the pages.
    private func read(
        _ pages: [[DeviceReport]], _ stage: SourceStage, _ account: ConnectorID, asFirstRun: Bool,
        _ between: (Int) async throws -> Void = { _ in }
    ) async throws {
        let run = asFirstRun ? FirstRun(of: account, tenant: stage.tenant.id) : nil
        var stored = StreamCheckpoint.none
        var current = stored.next(.full, overlap: 0)
        for (number, devices) in pages.enumerated() {
            current = current.advanced(
                by: devices.count, newest: SourceStage.noon, cursor: number + 1 < pages.count ? "\(number)" : nil,
                at: SourceStage.noon)
            let page = try PreparedBatch(ConnectorBatch(.devices(devices), next: current), of: run)
            try await stage.store.connectors.write(page, of: .devices, after: stored, account, tenant: stage.tenant.id)
            stored = current
            try await between(number)
        }
    }

    /// Which devices are one endpoint, under which name, and how many facts are kept of them.
    private func outcome(_ stage: SourceStage) async throws -> [String] {
        let keys = try await stage.count("SELECT count(*) FROM identity_keys WHERE tenant_id = $1")
        let records = try await stage.text(
            "SELECT string_agg(source_id || report, '' ORDER BY source_id) FROM connector_records WHERE tenant_id = $1")
        let fleet = try await stage.fleet().map { name, devices in
            // A short id of the account's is behind names that two machines have: `pc-7-1f0c`.
            "\(name.split(separator: "-").prefix(2).joined(separator: "-")) \(devices.sorted())"
        }
        return fleet.sorted() + ["\(keys)", records ?? ""]
    }

    @Test("are the same endpoints as with everything looked up", arguments: 1...4)
    func same(seed: UInt64) async throws {
        let (one, two) = (SourceStage(), SourceStage(TestDatabase.current.b))
        let pages = Self.pages(seed)
        try await read(pages, one, try await one.account("falcon"), asFirstRun: true)
        try await read(pages, two, try await two.account("falcon"), asFirstRun: false)
        let outcome = try await outcome(one)
        #expect(outcome.count > 60)
        #expect(outcome == (try await self.outcome(two)))
    }

    @Test("what another source writes meanwhile is seen from the next page on")
    func another() async throws {
        let (one, two) = (SourceStage(), SourceStage(TestDatabase.current.b))
        let pages = Self.pages(7)
        for (stage, asFirstRun) in [(one, true), (two, false)] {
            let sophos = try await stage.account("sophos", kind: "sophos")
            try await read(pages, stage, try await stage.account("falcon"), asFirstRun: asFirstRun) { page in
                guard page == 1 else { return }
                let others = (0..<90).map { SourceStage.laptop("s\($0)", "pc-\($0 % 60)", serial: "PF\(100_000 + $0)") }
                try await stage.sync(.devices(others), sophos)
            }
        }
        let outcome = try await outcome(one)
        #expect(outcome.contains { $0.contains("falcon/") && $0.contains("sophos/") })
        #expect(outcome == (try await self.outcome(two)))
    }

    @Test("a name that a person gave to an endpoint meanwhile stops nothing")
    func named() async throws {
        let stage = SourceStage()
        let pages = [
            [SourceStage.laptop("1", "pc-1", serial: "PF000001")],
            [SourceStage.laptop("2", "pc-2", serial: "PF000002"), SourceStage.laptop("3", "pc-3", serial: "PF000003")],
        ]
        try await read(pages, stage, try await stage.account("falcon"), asFirstRun: true) { page in
            guard page == 0 else { return }
            _ = try await stage.store.owner.query(
                "UPDATE endpoints SET hostname = 'pc-2' WHERE tenant_id = $1", [.id(stage.tenant.id)])
        }
        let fleet = try await stage.fleet()
        #expect(fleet["pc-2"] == ["falcon/1"] && fleet["pc-3"] == ["falcon/3"])
        #expect(fleet.values.contains(["falcon/2"]))
    }

    @Test("a run that was broken off is gone on with by another process")
    func brokenOff() async throws {
        let stage = SourceStage()
        let account = try await stage.account("falcon")
        let pages = Self.pages(9)
        struct Killed: Error {}
        await #expect(throws: Killed.self) {
            try await read(pages, stage, account, asFirstRun: true) { if $0 == 2 { throw Killed() } }
        }
        // From the beginning, as whoever does not know of the run: what is stored is met again.
        try await stage.store.owner.query(
            "DELETE FROM connector_checkpoints WHERE tenant_id = $1", [.id(stage.tenant.id)])
        try await read(pages, stage, account, asFirstRun: true)
        let two = SourceStage(TestDatabase.current.b)
        try await read(pages, two, try await two.account("falcon"), asFirstRun: false)
        let fleets = try await [stage.fleet(), two.fleet()].map { Set($0.values) }
        #expect(fleets[0] == fleets[1])
    }
}
