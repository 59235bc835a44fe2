import Connectors
import Domain
import Foundation
import Simulators
import Testing

@Suite("An unknown EDR by its declaration")
struct GenericSyncTests {
    private func compare(_ mirror: Mirror, _ simulator: UnknownEDR, _ comment: Comment) {
        var truth = simulator.truth
        #expect(truth.malformed.isSubset(of: mirror.quarantined), comment)
        truth.malformed = []
        let found = mirror.unknownTruth
        #expect(found.machines == truth.machines, comment)
        #expect(found.packages == truth.packages, comment)
        #expect(found.weaknesses == truth.weaknesses, comment)
        #expect(found.detections == truth.detections, comment)
        #expect(found.checks == truth.checks, comment)
    }

    @Test("the declaration of the documentation reads all of it, in five styles of paging")
    func documented() async throws {
        let simulator = UnknownEDR()
        try await GenericStage.with(try GenericStage.documented(), simulator) { stage in
            #expect(stage.connector.streams == ConnectorStream.allCases)
            var mirror = Mirror()
            var reading = AccountReading(random: SplitMix(1))
            try await reading.sync(stage.connector, &mirror, .full)
            compare(mirror, simulator, "documented")
            #expect(mirror.quarantined.isEmpty)
            let device = try #require(mirror.deviceReports[simulator.machineIDs[0]])
            #expect(device.os.id == "windows" && device.os.type == "windows" && device.os.version == "1.0")
            #expect(device.macAddresses == ["02:00:00:00:00:00"] && device.addresses == ["10.3.0.0"])
            #expect(device.tags == ["a", "b", "0"] && device.modified == device.lastSeen)
            let weakness = try #require(mirror.vulnerabilityReports["w-3"])
            #expect(weakness.score == 7.5 && weakness.severity == .high)
            #expect(weakness.detected == Date(timeIntervalSince1970: 1_767_261_600))
            let detection = try #require(mirror.alertReports["1000"])
            #expect(detection.severity == .critical && detection.techniques.map(\.techniqueID) == ["T1059", "T1204"])
        }
    }

    @Test(
        "three syncs under faults, kills and changes end in exactly the truth", arguments: 1...8 as ClosedRange<UInt64>)
    func faults(seed: UInt64) async throws {
        var settings = UnknownEDRSettings()
        settings.seed = seed
        var faults = FaultPlan.rough
        faults.seed = seed
        faults.throttleSeconds = 0
        let simulator = UnknownEDR(settings, faults)
        try await GenericStage.with(try GenericStage.documented(), simulator) { stage in
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

    @Test("a run of changes asks since when, in the form that is declared, and a full one does not")
    func changes() async throws {
        let simulator = UnknownEDR()
        let vendor = ScriptedVendor { request, _ in simulator.answer(request) }
        try await GenericStage.with(try GenericStage.documented(), vendor) { stage in
            var mirror = Mirror()
            var reading = AccountReading(random: SplitMix(1))
            try await reading.sync(stage.connector, &mirror, .full)
            simulator.live(10, seed: 7)
            try await reading.sync(stage.connector, &mirror, .changes)
            #expect(simulator.truth.detections == mirror.unknownTruth.detections)
        }
        let machines = vendor.requests("/v1/machines")
        #expect(machines.first?.value("seen_since") == nil)
        #expect(machines.last?.value("seen_since").flatMap { Int($0) } != nil)
        #expect(vendor.requests("/v1/detections").last?.value("changed_since")?.hasSuffix("Z") == true)
        let first = try #require(vendor.requests("/v1/weaknesses/search").first)
        #expect(String(decoding: first.body, as: UTF8.self) == #"{"limit":9,"filter":{"open":true}}"#)
    }

    @Test("who we are is said in each declared way", arguments: ["bearer", "basic", "header", "oauth2"])
    func authentication(type: String) async throws {
        let ways: [String: UnknownEDRSettings.Access] = [
            "bearer": .bearer, "basic": .basic, "header": .key, "oauth2": .token,
        ]
        var settings = UnknownEDRSettings()
        settings.access = try #require(ways[type])
        let details = [
            "header": "  header: X-Api-Key\n  prefix: \"key \"\n",
            "oauth2": "  token_url: /oauth2/token\n  scope: read write\n",
        ]
        let declaration = try GenericStage.documented().replacing(
            "  type: oauth2\n  token_url: /oauth2/token\n  scope: read write\n",
            with: "  type: \(type)\n\(details[type] ?? "")")
        try await GenericStage.with(declaration, UnknownEDR(settings)) { stage in
            let checks = try await stage.connector.check()
            #expect(checks.map(\.isGranted) == [true, true, true, true, true])
            #expect(checks[0].permission == "machines.read")
        }
        try await GenericStage.with(declaration, UnknownEDR(settings), secret: "wrong") { stage in
            do {
                _ = try await stage.connector.check()
                #expect(Bool(false), "it was taken")
            } catch let error as ConnectorError {
                guard case .credentials(let vendor, let reason) = error else { return #expect(Bool(false), "\(error)") }
                #expect(vendor == "Unknown EDR" && ["who are you?", "bad client"].contains(reason))
            }
        }
    }

    @Test("a next page on another host is not followed: credentials stay")
    func strangers() async throws {
        let stranger = ScriptedVendor { _, _ in ScriptedVendor.json("{}") }
        let server = try await SimulatorServer.start(stranger)
        var settings = UnknownEDRSettings()
        settings.strayHost = server.url
        try await GenericStage.with(try GenericStage.documented(), UnknownEDR(settings)) { stage in
            for stream in [ConnectorStream.alerts, .compliance] {
                do {
                    _ = try await stage.first(stream)
                    #expect(Bool(false), "it was followed")
                } catch let error as ConnectorError {
                    #expect(error.message.contains("names a next page that is not at"))
                }
            }
        }
        #expect(stranger.requests.isEmpty)
        try await server.stop()
    }

    @Test("published answers of real vendors are read by declarations")
    func published() async throws {
        let declaration = """
            name: Sophos by hand
            streams:
              devices:
                path: /endpoint/v1/endpoints
                query: {pageFromKey: "{cursor}"}
                paging: {style: cursor, next: pages.nextKey}
                records: items
                fields:
                  source_id: id
                  hostname: hostname
                  os.id: {path: os.platform, lowercase: true}
                  os.name: os.name
                  os.version: {join: [os.majorVersion, os.minorVersion, os.build], with: "."}
                  mac_addresses: macAddresses[]
                  addresses: ipv4Addresses
                  is_healthy: {path: health.overall, words: {good: "true", bad: "false", suspicious: "false"}}
                  isolation: {path: isolation.status, words: {notIsolated: none}, otherwise: isolated}
                  last_user: [associatedPerson.viaLogin, associatedPerson.name]
                  policies.tamper_protection: tamperProtectionEnabled
                  last_seen: lastSeenAt
            """
        let body = try fixture("sophos/get_endpoints_in_group.json")
        let vendor = ScriptedVendor { _, _ in SimulatedAnswer(status: 200, body: body) }
        try await GenericStage.with(declaration, vendor) { stage in
            let batch = try await stage.first(.devices)
            #expect(batch.quarantined.isEmpty)
            #expect(batch.next.cursor == "WyIxMDhmMzc4YS01MTE2LTQ3ODktYTNiYi1jZDFjMDc5NjY5ZmYiXQ==")
            guard case .devices(let devices) = batch.reports, let device = devices.first else {
                return #expect(Bool(false), "no device")
            }
            #expect(device.os.version == "10.0.19042" && device.macAddresses == ["01:00:2a:11:1e:22"])
            #expect(
                device.isHealthy == false && device.isolation == .none && device.policies == ["tamper_protection": true]
            )
            #expect(device.lastSeen == Date(timeIntervalSince1970: 1_672_731_934.802))
        }
        let threats = """
            name: SentinelOne by hand
            streams:
              alerts:
                path: /threats
                records: data
                fields:
                  source_id: id
                  device_id: agentId
                  title: [threatName, classification]
                  severity: {constant: high}
                  status: {path: resolved, words: {"true": resolved, "false": new}}
                  detected: createdAt
            """
        let flat = try fixture("sentinelone/threats.json")
        try await GenericStage.with(threats, ScriptedVendor { _, _ in SimulatedAnswer(status: 200, body: flat) }) {
            stage in
            let batch = try await stage.first(.alerts)
            guard case .alerts(let alerts) = batch.reports else { return }
            #expect(alerts.map(\.title) == ["example.txt"] && alerts[0].status == .new && batch.next.isComplete)
        }
    }

    @Test("a record that cannot be read is quarantined as it came, with our field")
    func quarantine() async throws {
        let declaration = """
            name: N
            streams:
              devices:
                path: /d
                format: ndjson
                fields: {source_id: a, hostname: b, last_seen: {path: c, date: epoch_s}}
            """
        let body = """
            {"a":"1","b":"one","c":1767225600}
            {"a":"2","b":{"x":1}}

            {"a":"3","b":"three","c":"soon"}
            {"a":4,"c":null}
            nonsense
            {"b":"no id"}
            """
        try await GenericStage.with(declaration, ScriptedVendor { _, _ in ScriptedVendor.json(body) }) { stage in
            let batch = try await stage.first(.devices)
            guard case .devices(let devices) = batch.reports else { return }
            #expect(devices.map(\.sourceID) == ["1", "4"] && devices.last?.hostname == "4")
            #expect(batch.quarantined.map(\.sourceID) == ["2", "3", nil, nil])
            #expect(batch.quarantined.map(\.field) == ["hostname", "last_seen", "", "source_id"])
            #expect(batch.quarantined[1].json == #"{"a":"3","b":"three","c":"soon"}"#)
        }
    }
}
