import Connectors
import Domain
import Foundation
import Simulators
import Testing

@Suite("Reading a whole Sophos account")
struct SophosSyncTests {
    private func compare(_ mirror: Mirror, _ simulator: SophosSimulator, _ comment: Comment) {
        var truth = simulator.truth
        #expect(truth.malformed.isSubset(of: mirror.quarantined), comment)
        truth.malformed = []
        let found = mirror.sophosTruth
        #expect(found.endpoints == truth.endpoints, comment)
        #expect(found.alerts == truth.alerts, comment)
        #expect(found.healths == truth.healths, comment)
    }

    @Test(
        "tenants, partners and organisations are read whole",
        arguments: [SophosAccount.Kind.tenant, .partner, .organization], [3, 500])
    func quiet(kind: SophosAccount.Kind, pageSize: Int) async throws {
        var fleet = SophosFleetSettings()
        fleet.devices = 10
        let simulator = SophosSimulator(fleet, SophosStage.account(kind, tenants: kind == .tenant ? 1 : 5))
        let settings = ["page_size": "\(pageSize)", "alert_page_size": "\(pageSize)"]
        try await SophosStage.with(simulator, settings: settings) { stage in
            #expect(stage.connector.streams == [.devices, .alerts, .compliance])
            var mirror = Mirror()
            var reading = AccountReading(random: SplitMix(1))
            try await reading.sync(stage.connector, &mirror, .full)
            compare(mirror, simulator, "\(kind)")
            #expect(mirror.deviceReports.count == (kind == .tenant ? 10 : 50))
        }
    }

    @Test(
        "three syncs under faults, kills and changes end in exactly the truth", arguments: 1...8 as ClosedRange<UInt64>)
    func faults(seed: UInt64) async throws {
        var fleet = SophosFleetSettings()
        fleet.devices = 12
        fleet.seed = seed
        var faults = FaultPlan.rough
        faults.seed = seed
        faults.throttleSeconds = 0
        let kind: SophosAccount.Kind = seed.isMultiple(of: 3) ? .tenant : .partner
        var account = SophosStage.account(kind, tenants: kind == .tenant ? 1 : 3)
        account.lostKeyStatus = seed.isMultiple(of: 2) ? 400 : 404
        let simulator = SophosSimulator(fleet, account, faults)
        let settings = ["page_size": "5", "alert_page_size": "3", "overlap_seconds": "0"]
        try await SophosStage.with(simulator, settings: settings) { stage in
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

    @Test("a run of changes asks for what was seen since, and for a day of events at most")
    func changes() async throws {
        var fleet = SophosFleetSettings()
        fleet.devices = 30
        let simulator = SophosSimulator(fleet, SophosStage.account())
        let vendor = ScriptedVendor { request, _ in simulator.answer(request) }
        try await SophosStage.with(vendor, settings: ["overlap_seconds": "0"]) { stage in
            var mirror = Mirror()
            var reading = AccountReading(random: SplitMix(1))
            try await reading.sync(stage.connector, &mirror, .full)
            simulator.live(15, seed: 31)
            try await reading.sync(stage.connector, &mirror, .changes)
            let truth = simulator.truth
            let found = mirror.sophosTruth
            #expect(truth.endpoints.allSatisfy { found.endpoints[$0.key] == $0.value })
            #expect(truth.alerts.isSubset(of: found.alerts))
            let asked = vendor.requests("/endpoint/v1/endpoints")
            #expect(asked.first?.value("lastSeenAfter") == nil && asked.last?.value("lastSeenAfter") != nil)
            // Alerts that were dealt with are missing in what is listed, and are forgotten at once.
            #expect(truth.alerts == found.alerts)
        }
        for request in vendor.requests("/siem/v1/events") {
            let from = try #require(request.value("from_date").flatMap { Double($0) })
            #expect(Date().timeIntervalSince1970 - from < 86_400)
        }
    }

    @Test("which tenants are read is a setting; ids of two tenants never meet")
    func tenants() async throws {
        var fleet = SophosFleetSettings()
        fleet.devices = 4
        let simulator = SophosSimulator(fleet, SophosStage.account(.partner, tenants: 3))
        let ids = simulator.tenantIDs
        for (settings, expected) in [
            (["tenants": "Tenant 1, \(ids[2])"], [ids[1], ids[2]]),
            (["exclude_tenants": "tenant 1"], [ids[0], ids[2]]),
        ] {
            try await SophosStage.with(simulator, settings: settings) { stage in
                var mirror = Mirror()
                var reading = AccountReading(random: SplitMix(1))
                try await reading.sync(stage.connector, &mirror, .full)
                let tenants = Set(
                    mirror.deviceReports.keys.compactMap { $0.split(separator: "/").first.map(String.init) })
                #expect(tenants == Set(expected) && mirror.deviceReports.count == 8)
            }
        }
        try await SophosStage.with(simulator, settings: ["tenants": "nobody"]) { stage in
            await #expect(throws: ConnectorError.self) { try await stage.first(.devices) }
        }
    }

    @Test("events are alerts from the weight on that settings say, or never")
    func events() async throws {
        var fleet = SophosFleetSettings()
        fleet.alertsPerDevice = 0
        fleet.eventsPerDevice = 1
        let simulator = SophosSimulator(fleet, SophosStage.account())
        var counts: [Int] = []
        for word in ["never", "critical", "low"] {
            try await SophosStage.with(simulator, settings: ["event_severity": word]) { stage in
                var mirror = Mirror()
                var reading = AccountReading(random: SplitMix(1))
                try await reading.sync(stage.connector, &mirror, .full)
                counts.append(mirror.alertReports.count)
            }
        }
        #expect(counts[0] == 0 && 0 < counts[1] && counts[1] < counts[2] && counts[2] < 100)
    }

    @Test("the vendor's limits are kept: nobody is told to wait")
    func limits() async throws {
        var fleet = SophosFleetSettings()
        fleet.devices = 20
        var account = SophosStage.account()
        account.limits = [(requests: 20, seconds: 1)]
        let simulator = SophosSimulator(fleet, account)
        let vendor = ScriptedVendor { request, _ in simulator.answer(request) }
        let refusals = Counter()
        let counted = ScriptedVendor { request, _ in
            let answer = vendor.answer(request)
            if answer.status == 429 { _ = refusals.next() }
            return answer
        }
        try await SophosStage.with(counted, settings: ["page_size": "1", "requests_per_second": "20"]) { stage in
            var pages = 0
            for try await _ in stage.connector.run(.devices, after: .none, .full) { pages += 1 }
            #expect(pages == 20)
        }
        #expect(refusals.next() == 0)
    }

    @Test("what a credential may not read is told; a tenant's data is asked for at Sophos alone")
    func check() async throws {
        var account = SophosStage.account(.partner, tenants: 2)
        account.roles = [.endpointsRead, .alertsRead]
        let simulator = SophosSimulator(SophosFleetSettings(), account)
        try await SophosStage.with(simulator) { stage in
            let checks = try await stage.connector.check()
            #expect(checks.map(\.isGranted) == [true, true, true, false])
            #expect(checks[0].permission == "Tenants: Read, 2 read")
            #expect(checks[3].problem?.contains("“SIEM integration: Read”") == true)
        }
        account.dataURL = "https://evil.example"
        try await SophosStage.with(SophosSimulator(SophosFleetSettings(), account)) { stage in
            do {
                _ = try await stage.first(.devices)
                #expect(Bool(false), "it was asked")
            } catch let error as ConnectorError {
                #expect(error.message.contains("is no address of Sophos"))
            }
        }
        try await SophosStage.with(simulator, secret: "wrong") { stage in
            do {
                _ = try await stage.connector.check()
            } catch let error as ConnectorError {
                guard case .credentials = error else { return #expect(Bool(false), "\(error)") }
            }
        }
    }
}
