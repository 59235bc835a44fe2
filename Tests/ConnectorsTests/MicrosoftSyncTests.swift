import Connectors
import Domain
import Foundation
import Simulators
import Testing

@Suite("Reading a whole directory of Microsoft's")
struct MicrosoftSyncTests {
    private struct Interruptions {
        var random: SplitMix
        /// Of batches after which the reader is killed before it stores them.
        var kills = 0.0
        /// Of pages between which the directory changes.
        var changes = 0.0
    }

    /// Reads all streams to their end, going on after each failure as the next sync would.
    private func sync(
        _ stage: MicrosoftStage, _ simulator: MicrosoftSimulator, _ mirror: inout MicrosoftMirror,
        _ extent: StreamCheckpoint.Extent, _ trouble: inout Interruptions
    ) async throws {
        for stream in stage.connector.streams {
            var attempts = 0
            var checkpoint = mirror.checkpoint(stream).next(extent, overlap: stage.connector.overlap)
            while !checkpoint.isComplete {
                do {
                    let batch = try await stage.connector.batch(of: stream, at: checkpoint)
                    if Double.random(in: 0..<1, using: &trouble.random) < trouble.kills { continue }
                    mirror.store(batch, of: stream)
                    checkpoint = batch.next
                    if Double.random(in: 0..<1, using: &trouble.random) < trouble.changes {
                        simulator.live(1, seed: trouble.random.next())
                    }
                } catch let error as ConnectorError {
                    attempts += 1
                    guard attempts < 200 else { throw error }
                }
            }
        }
    }

    private func compare(_ mirror: MicrosoftMirror, _ simulator: MicrosoftSimulator, _ comment: Comment) {
        var truth = simulator.truth
        #expect(truth.malformed.isSubset(of: mirror.quarantined), comment)
        truth.malformed = []
        let found = mirror.truth
        #expect(found.devices == truth.devices, comment)
        #expect(found.software == truth.software, comment)
        #expect(found.vulnerabilities == truth.vulnerabilities, comment)
        #expect(found.alerts == truth.alerts, comment)
        #expect(found.compliance == truth.compliance, comment)
    }

    private func fleet(_ devices: Int, seed: UInt64 = 1) -> MicrosoftFleetSettings {
        var fleet = MicrosoftFleetSettings()
        fleet.devices = devices
        fleet.seed = seed
        return fleet
    }

    @Test("a quiet directory is read whole, in pages of any size", arguments: [1, 7, 1_000])
    func quiet(pageSize: Int) async throws {
        let simulator = MicrosoftSimulator(fleet(25), MicrosoftStage.unlimited())
        let settings = ["page_size": "\(pageSize)", "export_page_size": "\(pageSize)"]
        try await MicrosoftStage.with(simulator, settings: settings) { stage in
            #expect(stage.connector.streams == ConnectorStream.allCases)
            var mirror = MicrosoftMirror()
            var none = Interruptions(random: SplitMix(1))
            try await sync(stage, simulator, &mirror, .full, &none)
            compare(mirror, simulator, "page size \(pageSize)")
        }
    }

    @Test(
        "three syncs under faults, kills and changes end in exactly the truth", arguments: 1...10 as ClosedRange<UInt64>
    )
    func faults(seed: UInt64) async throws {
        var faults = FaultPlan.rough
        faults.seed = seed
        faults.throttleSeconds = 0
        let account = MicrosoftStage.unlimited {
            $0.lostLinkStatus = seed.isMultiple(of: 2) ? 400 : 410
            $0.graphSaysRetryAfter = seed.isMultiple(of: 3)
            $0.inlinesSettings = seed.isMultiple(of: 5)
        }
        let simulator = MicrosoftSimulator(fleet(60, seed: seed), account, faults)
        let settings = [
            "page_size": "9", "export_page_size": "40", "overlap_seconds": "0", "vulnerability_overlap_hours": "0",
            "alerts": seed.isMultiple(of: 2) ? "graph" : "defender",
        ]
        try await MicrosoftStage.with(simulator, settings: settings) { stage in
            var mirror = MicrosoftMirror()
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

    @Test("changes alone suffice for all but what disappeared", arguments: 1...4 as ClosedRange<UInt64>)
    func changesSuffice(seed: UInt64) async throws {
        let simulator = MicrosoftSimulator(fleet(40, seed: seed), MicrosoftStage.unlimited())
        let settings = [
            "page_size": "9", "export_page_size": "30", "overlap_seconds": "0", "vulnerability_overlap_hours": "0",
        ]
        try await MicrosoftStage.with(simulator, settings: settings) { stage in
            var mirror = MicrosoftMirror()
            var trouble = Interruptions(random: SplitMix(seed), changes: 0.1)
            try await sync(stage, simulator, &mirror, .full, &trouble)
            simulator.live(15, seed: seed &* 31)
            trouble.changes = 0
            try await sync(stage, simulator, &mirror, .changes, &trouble)
            let truth = simulator.truth
            let found = mirror.truth
            #expect(truth.devices.allSatisfy { found.devices[$0.key] == $0.value })
            #expect(truth.software.isSubset(of: found.software))
            #expect(truth.vulnerabilities.isSubset(of: found.vulnerabilities))
            #expect(truth.alerts == found.alerts)
            #expect(truth.compliance.allSatisfy { found.compliance[$0.key] == $0.value })
        }
    }

    @Test("a machine that both know comes twice, with the same id of the directory")
    func joined() async throws {
        let simulator = MicrosoftSimulator(fleet(30), MicrosoftStage.unlimited())
        try await MicrosoftStage.with(simulator) { stage in
            let devices = try await stage.all(.devices).devices
            for (machine, managed) in simulator.joined {
                #expect(devices[machine]?.product == "defender" && devices[managed]?.product == "intune")
                #expect(devices[machine]?.directoryID == devices[managed]?.directoryID)
                #expect(devices[machine]?.macAddresses == devices[managed]?.macAddresses)
            }
        }
    }

    @Test("either of the two can be left out")
    func switches() async throws {
        let simulator = MicrosoftSimulator(fleet(20), MicrosoftStage.unlimited { $0.hasIntune = false })
        try await MicrosoftStage.with(simulator, settings: ["intune": "false"]) { stage in
            #expect(stage.connector.streams == [.devices, .software, .vulnerabilities, .alerts])
            let mirror = try await stage.all(.devices)
            #expect(mirror.devices.values.allSatisfy { $0.product == "defender" } && mirror.setAside > 0)
        }
        try await MicrosoftStage.with(simulator, settings: ["page_size": "5"]) { stage in
            guard case .refused(_, 400, let reason)? = await stage.failure(.compliance) else {
                return #expect(Bool(false), "there is Intune")
            }
            #expect(reason.contains("Request not applicable to target tenant"))
        }
        let other = MicrosoftSimulator(fleet(20), MicrosoftStage.unlimited())
        try await MicrosoftStage.with(other, settings: ["defender": "false"]) { stage in
            #expect(stage.connector.streams == [.devices, .software, .compliance])
            let mirror = try await stage.all(.devices)
            #expect(mirror.devices.values.allSatisfy { $0.product == "intune" })
        }
    }

    @Test("where no machine has reported lately, there are none, and that is no failure")
    func dormant() async throws {
        let simulator = MicrosoftSimulator(fleet(20), MicrosoftStage.unlimited { $0.isDormant = true })
        try await MicrosoftStage.with(simulator, settings: ["intune": "false"]) { stage in
            let batch = try await stage.first(.devices)
            #expect(batch.reports.count == 0 && batch.next.isComplete)
            #expect(try await stage.connector.check().allSatisfy(\.isGranted))
        }
    }

    @Test("what an application may not read is named, one by one")
    func check() async throws {
        let account = MicrosoftStage.unlimited { $0.roles = [.machineRead, .alertRead, .devicesRead] }
        try await MicrosoftStage.with(MicrosoftSimulator(fleet(5), account)) { stage in
            let checks = try await stage.connector.check()
            #expect(
                Dictionary(checks.map { ($0.permission, $0.isGranted) }) { $1 } == [
                    "WindowsDefenderATP: Machine.Read.All": true, "WindowsDefenderATP: Software.Read.All": false,
                    "WindowsDefenderATP: Vulnerability.Read.All": false, "WindowsDefenderATP: Alert.Read.All": true,
                    "Microsoft Graph: DeviceManagementManagedDevices.Read.All": true,
                    "Microsoft Graph: DeviceManagementConfiguration.Read.All": false,
                ])
            let refused = checks.first { $0.permission.contains("Configuration") }?.problem
            // The object that Intune puts into its message is not for people.
            #expect(refused?.contains("following roles") == true && refused?.contains("_version") == false)
            guard case .permission? = await stage.failure(.compliance) else {
                return #expect(Bool(false), "compliance was read")
            }
        }
    }

    @Test("compliance comes with its reasons, baselines and required applications")
    func compliance() async throws {
        let simulator = MicrosoftSimulator(fleet(30), MicrosoftStage.unlimited())
        try await MicrosoftStage.with(simulator, settings: ["security_baselines": "true"]) { stage in
            let reports = try await stage.all(.compliance).compliance
            let unmet = try #require(reports.values.first { $0.state == "noncompliant" })
            #expect(unmet.checks.map(\.title) == ["Disks are encrypted", "Require BitLocker"])
            #expect(unmet.requiredApps == ["Company Portal": "installed", "VPN client": "failed"])
            #expect(reports.values.contains { $0.baseline == "notSecure" })
            #expect(reports.values.contains { $0.baseline == "secure" && $0.checks.allSatisfy { $0.isMet == true } })
        }
    }
}
