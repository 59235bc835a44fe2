import Connectors
import Domain
import Simulators
import Testing

@Suite("Reading a whole SentinelOne console")
struct SentinelOneSyncTests {
    private func compare(_ mirror: Mirror, _ simulator: SentinelOneSimulator, _ comment: Comment) {
        var truth = simulator.truth
        #expect(truth.malformed.isSubset(of: mirror.quarantined), comment)
        truth.malformed = []
        let found = mirror.sentinelOneTruth
        #expect(found.agents == truth.agents, comment)
        #expect(found.applications == truth.applications, comment)
        #expect(found.risks == truth.risks, comment)
        #expect(found.threats == truth.threats, comment)
        #expect(found.firewalls == truth.firewalls, comment)
    }

    @Test("a quiet console is read whole, in pages of any size", arguments: [1, 7, 1_000])
    func quiet(pageSize: Int) async throws {
        var fleet = SentinelOneFleetSettings()
        fleet.devices = 15
        let simulator = SentinelOneSimulator(fleet)
        try await SentinelOneStage.with(simulator, settings: ["page_size": "\(pageSize)"]) { stage in
            var mirror = Mirror()
            var reading = AccountReading(random: SplitMix(1))
            try await reading.sync(stage.connector, &mirror, .full)
            compare(mirror, simulator, "page size \(pageSize)")
        }
    }

    @Test(
        "three syncs under faults, kills and changes end in exactly the truth", arguments: 1...8 as ClosedRange<UInt64>)
    func faults(seed: UInt64) async throws {
        var fleet = SentinelOneFleetSettings()
        fleet.devices = 40
        fleet.seed = seed
        var faults = FaultPlan.rough
        faults.seed = seed
        faults.throttleSeconds = 0
        var account = SentinelOneAccount()
        account.quota = 1_000_000
        account.namesLastCursor = seed.isMultiple(of: 2)
        account.escapesCursors = !seed.isMultiple(of: 3)
        let simulator = SentinelOneSimulator(fleet, account, faults)
        let settings = ["page_size": "9", "software_agents": "4", "overlap_seconds": "0"]
        try await SentinelOneStage.with(simulator, settings: settings) { stage in
            var mirror = Mirror()
            var reading = AccountReading(random: SplitMix(seed), kills: 0.1, changes: 0.1) {
                simulator.live(1, seed: $0)
            }
            try await reading.sync(stage.connector, &mirror, .full)
            simulator.live(20, seed: seed &* 31)
            try await reading.sync(stage.connector, &mirror, .changes)
            simulator.live(20, seed: seed &* 37)
            reading.changes = 0
            try await reading.sync(stage.connector, &mirror, .full)
            compare(mirror, simulator, "seed \(seed)")
        }
    }

    @Test("changes alone suffice for all but what disappeared")
    func changesSuffice() async throws {
        var fleet = SentinelOneFleetSettings()
        fleet.devices = 30
        let simulator = SentinelOneSimulator(fleet)
        let vendor = ScriptedVendor { request, _ in simulator.answer(request) }
        try await SentinelOneStage.with(vendor, settings: ["page_size": "9", "overlap_seconds": "0"]) { stage in
            var mirror = Mirror()
            var reading = AccountReading(random: SplitMix(1))
            try await reading.sync(stage.connector, &mirror, .full)
            simulator.live(15, seed: 31)
            let before = vendor.requests("/web/api/v2.1/agents/applications").count
            try await reading.sync(stage.connector, &mirror, .changes)
            #expect(vendor.requests("/web/api/v2.1/agents/applications").count - before < before)
            let truth = simulator.truth
            let found = mirror.sentinelOneTruth
            #expect(truth.agents.allSatisfy { found.agents[$0.key] == $0.value })
            #expect(truth.applications.isSubset(of: found.applications))
            #expect(truth.threats == found.threats)
            #expect(truth.risks.isSubset(of: found.risks))
        }
    }

    @Test("only the sites that are asked for are read")
    func sites() async throws {
        let simulator = SentinelOneSimulator(SentinelOneFleetSettings())
        try await SentinelOneStage.with(simulator, settings: ["site_ids": SentinelOneAccount.siteID(1)]) { stage in
            let devices = try await stage.first(.devices)
            let vulnerabilities = try await stage.first(.vulnerabilities)
            #expect(devices.reports.count == 50 && vulnerabilities.reports.count == 150)
        }
    }

    @Test("the token's end and what it may not read are told")
    func check() async throws {
        var account = SentinelOneAccount()
        account.permissions = [.endpointsView]
        account.tokenLifetime = 3 * 86_400
        let simulator = SentinelOneSimulator(SentinelOneFleetSettings(), account)
        try await SentinelOneStage.with(simulator) { stage in
            let checks = try await stage.connector.check()
            #expect(checks.map(\.isGranted) == [false, true, false, false])
            #expect(checks[0].permission.hasPrefix("API token, good until 20"))
            #expect(checks[0].problem?.contains("Make a new one") == true)
            #expect(checks[2].problem?.contains("“Application Management: View”") == true)
        }
        account.tokenLifetime = 90 * 86_400
        try await SentinelOneStage.with(SentinelOneSimulator(SentinelOneFleetSettings(), account)) { stage in
            let checks = try await stage.connector.check()
            #expect(checks[0].isGranted)
        }
        try await SentinelOneStage.with(simulator, token: "wrong") { stage in
            await #expect(throws: ConnectorError.self) { try await stage.connector.check() }
        }
    }
}
