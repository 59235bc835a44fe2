import Connectors
import Domain
import Foundation
import Simulators
import Testing

@Suite("Reading a whole account")
struct SyncTests {
    private struct Interruptions {
        var random: SplitMix
        /// Of batches after which the reader is killed before it stores them.
        var kills = 0.0
        /// Of pages between which the account changes.
        var changes = 0.0
    }

    /// Reads all streams to their end, going on after each failure as the next sync would.
    private func sync(
        _ stage: FalconStage, _ simulator: FalconSimulator, _ mirror: inout Mirror, _ extent: StreamCheckpoint.Extent,
        _ trouble: inout Interruptions
    ) async throws {
        for stream in stage.connector.streams {
            var attempts = 0
            var checkpoint = mirror.checkpoint(stream).next(extent, overlap: stage.connector.overlap)
            while !checkpoint.isComplete {
                do {
                    let batch = try await stage.connector.batch(of: stream, at: checkpoint)
                    let isKilled = Double.random(in: 0..<1, using: &trouble.random) < trouble.kills
                    if isKilled { continue }
                    mirror.store(batch, of: stream)
                    checkpoint = batch.next
                    if Double.random(in: 0..<1, using: &trouble.random) < trouble.changes {
                        simulator.live(1, seed: trouble.random.next())
                    }
                } catch let error as ConnectorError {
                    attempts += 1
                    guard attempts < 100 else { throw error }
                }
            }
        }
    }

    private func compare(_ mirror: Mirror, _ simulator: FalconSimulator, _ comment: Comment) {
        var truth = simulator.truth
        #expect(truth.malformed.isSubset(of: mirror.quarantined), comment)
        truth.malformed = []
        let found = mirror.truth
        #expect(found.hosts == truth.hosts, comment)
        #expect(found.applications == truth.applications, comment)
        #expect(found.vulnerabilities == truth.vulnerabilities, comment)
        #expect(found.alerts == truth.alerts, comment)
        #expect(found.assessments == truth.assessments, comment)
    }

    @Test("a quiet account is read whole, in pages of any size", arguments: [1, 7, 1_000])
    func quiet(pageSize: Int) async throws {
        var fleet = FalconFleetSettings()
        fleet.devices = 25
        let simulator = FalconSimulator(fleet)
        try await FalconStage.with(simulator, settings: ["page_size": "\(pageSize)", "requests_per_minute": "100000"]) {
            stage in
            var mirror = Mirror()
            var none = Interruptions(random: SplitMix(1))
            try await sync(stage, simulator, &mirror, .full, &none)
            compare(mirror, simulator, "page size \(pageSize)")
        }
    }

    @Test(
        "three syncs under faults, kills and changes end in exactly the truth", arguments: 1...12 as ClosedRange<UInt64>
    )
    func faults(seed: UInt64) async throws {
        var fleet = FalconFleetSettings()
        fleet.devices = 60
        fleet.seed = seed
        var faults = FaultPlan.rough
        faults.seed = seed
        faults.throttleSeconds = 0
        var account = FalconAccount()
        account.quota = 1_000_000
        account.tokenQuota = 1_000_000
        account.lostCursorStatus = seed.isMultiple(of: 2) ? 400 : 404
        let simulator = FalconSimulator(fleet, account, faults)
        let settings = ["page_size": "9", "overlap_seconds": "0", "requests_per_minute": "100000"]
        try await FalconStage.with(simulator, settings: settings) { stage in
            var mirror = Mirror()
            var trouble = Interruptions(random: SplitMix(seed), kills: 0.1, changes: 0.1)
            try await sync(stage, simulator, &mirror, .full, &trouble)
            simulator.live(20, seed: seed &* 31)
            try await sync(stage, simulator, &mirror, .changes, &trouble)
            simulator.live(20, seed: seed &* 37)
            trouble.changes = 0
            try await sync(stage, simulator, &mirror, .full, &trouble)
            compare(mirror, simulator, "seed \(seed)")
        }
    }

    @Test("changes alone suffice for all but what disappeared", arguments: 1...6 as ClosedRange<UInt64>)
    func changesSuffice(seed: UInt64) async throws {
        var fleet = FalconFleetSettings()
        fleet.devices = 40
        fleet.seed = seed
        let simulator = FalconSimulator(fleet)
        let settings = ["page_size": "9", "overlap_seconds": "0", "requests_per_minute": "100000"]
        try await FalconStage.with(simulator, settings: settings) { stage in
            var mirror = Mirror()
            var trouble = Interruptions(random: SplitMix(seed), changes: 0.2)
            try await sync(stage, simulator, &mirror, .full, &trouble)
            simulator.live(15, seed: seed &* 31)
            trouble.changes = 0
            try await sync(stage, simulator, &mirror, .changes, &trouble)
            let truth = simulator.truth
            let found = mirror.truth
            #expect(truth.hosts.allSatisfy { found.hosts[$0.key] == $0.value })
            #expect(truth.applications.allSatisfy { found.applications[$0.key] == $0.value })
            #expect(truth.alerts == found.alerts)
            #expect(truth.vulnerabilities.isSubset(of: found.vulnerabilities))
        }
    }

    @Test("the next page is not asked for before the one before is dealt with")
    func backPressure() async throws {
        var fleet = FalconFleetSettings()
        fleet.devices = 30
        let simulator = FalconSimulator(fleet)
        let vendor = ScriptedVendor { request, _ in simulator.answer(request) }
        try await FalconStage.with(vendor, settings: ["page_size": "10"]) { stage in
            var pages = 0
            for try await batch in stage.connector.run(.devices, after: .none, .full) {
                pages += 1
                #expect(batch.reports.count == 10)
                try await Task.sleep(for: .milliseconds(20))
                #expect(vendor.requests("/devices/combined/devices/v1").count == pages)
            }
            #expect(pages == 3)
        }
    }

    @Test("a vendor that forgets every paging token ends in a sentence, not in a loop")
    func forgetful() async throws {
        var fleet = FalconFleetSettings()
        fleet.devices = 30
        var faults = FaultPlan.none
        faults.lostCursor = 1
        let simulator = FalconSimulator(fleet, FalconAccount(), faults)
        try await FalconStage.with(simulator, settings: ["page_size": "10"]) { stage in
            do {
                for try await _ in stage.connector.run(.compliance, after: .none, .full) {}
                #expect(Bool(false), "it ended")
            } catch let error as ConnectorError {
                guard case .cursorsExpire(_, .compliance, _) = error else { return #expect(Bool(false), "\(error)") }
            }
        }
    }

    @Test("what an API client may not read is named, one by one")
    func check() async throws {
        var account = FalconAccount()
        account.scopes = [.hostsRead, .alertsRead]
        try await FalconStage.with(FalconSimulator(FalconFleetSettings(), account)) { stage in
            let checks = try await stage.connector.check()
            #expect(checks.map(\.isGranted) == [true, false, false, true, false])
            #expect(checks[1].problem?.contains("“Assets: Read”") == true)
        }
        try await FalconStage.with(FalconSimulator(FalconFleetSettings()), secret: "wrong") { stage in
            await #expect(throws: ConnectorError.self) { try await stage.connector.check() }
        }
    }
}
