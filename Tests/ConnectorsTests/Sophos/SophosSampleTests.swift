import Connectors
import Domain
import Foundation
import Simulators
import Testing

/// Published answers are served as they are, and the connector reads them.
@Suite("Sophos' answers")
struct SophosSampleTests {
    /// A tenant whose requests are answered with fixtures, by path.
    private func vendor(_ names: [String: String], statuses: [String: Int] = [:]) throws -> ScriptedVendor {
        var bodies: [String: [UInt8]] = [:]
        for (path, name) in names { bodies[path] = try fixture("sophos/\(name).json") }
        return ScriptedVendor { [bodies] request, _ in
            switch request.path {
            case "/api/v2/oauth2/token": ScriptedVendor.token
            case "/whoami/v1":
                ScriptedVendor.json(
                    """
                    {"id":"5b0eba20-ab12-34cd-88be-3a4cdc6a70f8","idType":"tenant",\
                    "apiHosts":{"dataRegion":"http://\(request.header("Host") ?? "")"}}
                    """)
            default:
                bodies[request.path].map { SimulatedAnswer(status: statuses[request.path] ?? 200, body: $0) }
                    ?? SimulatedAnswer(status: 404)
            }
        }
    }

    private func batch(_ stream: ConnectorStream, _ names: [String: String]) async throws -> ConnectorBatch {
        var batch: ConnectorBatch?
        try await SophosStage.with(try vendor(names)) { batch = try await $0.first(stream) }
        return try #require(batch)
    }

    @Test("an endpoint with everything, and the key of the next page")
    func endpoint() async throws {
        let batch = try await batch(.devices, ["/endpoint/v1/endpoints": "get_endpoints_in_group"])
        #expect(batch.quarantined.isEmpty && !batch.next.isComplete)
        #expect(batch.next.cursor?.hasSuffix(" WyIxMDhmMzc4YS01MTE2LTQ3ODktYTNiYi1jZDFjMDc5NjY5ZmYiXQ==") == true)
        guard case .devices(let devices) = batch.reports, let device = devices.first else {
            return #expect(Bool(false), "no device")
        }
        #expect(device.sourceID == "9de5069c-5afe-602b-2ea0-a04b66beb2c0" && device.hostname == "DESKTOP-1234567")
        #expect(device.os.name == "Microsoft Windows 10 Home N" && device.os.version == "10.0.19042")
        #expect(device.macAddresses == ["01:00:2a:11:1e:22"] && device.addresses == ["198.51.100.1"])
        #expect(device.isolation == .none && device.isHealthy == false && device.health == "bad")
        #expect(device.lastUser == "DESKTOP-1234567\\Example User" && device.tags == ["Example Group"])
        #expect(device.kind == "workstation" && device.modified == Date(timeIntervalSince1970: 1_672_731_934.802))
    }

    @Test("an endpoint that was never heard of since it was installed")
    func unsynced() async throws {
        let batch = try await batch(.devices, ["/endpoint/v1/endpoints": "get_endpoint_id"])
        guard case .devices(let devices) = batch.reports, let device = devices.first else {
            return #expect(Bool(false), "no device")
        }
        #expect(batch.quarantined.isEmpty && batch.next.isComplete)
        #expect(device.isolation == .unknown && device.isHealthy == nil && device.os.version.isEmpty)
        let health = try await self.batch(.compliance, ["/endpoint/v1/endpoints": "get_endpoint_id"])
        #expect(health.reports.count == 0 && health.setAside == 1)
    }

    @Test("the health of an endpoint, service by service")
    func health() async throws {
        let batch = try await batch(.compliance, ["/endpoint/v1/endpoints": "get_endpoints_in_group"])
        guard case .compliance(let reports) = batch.reports, let report = reports.first else {
            return #expect(Bool(false), "no report")
        }
        let met = Dictionary(uniqueKeysWithValues: report.checks.map { ($0.id, $0.isMet) })
        #expect(report.state == "bad" && met["threats"] == true && met["tamper_protection"] == true)
        #expect(met["service:Sophos Anti-Virus"] == false && met["service:Sophos IPS"] == true)
        #expect(report.checks.last?.isMet == .some(nil) && report.checks.count == 19)
    }

    @Test("isolation and scans are taken as the published answers say")
    func actions() async throws {
        let device = "9de5069c-5afe-602b-2ea0-a04b66beb2c0"
        let vendor = try vendor(
            [
                "/endpoint/v1/endpoints/isolation": "enable_isolation",
                "/endpoint/v1/endpoints/\(device)/scans": "antivirus_scan",
            ], statuses: ["/endpoint/v1/endpoints/isolation": 202, "/endpoint/v1/endpoints/\(device)/scans": 201])
        try await SophosStage.with(vendor) { stage in
            let isolation = try await stage.connector.perform(SophosStage.request(.isolate(device: device)))
            #expect(isolation.state == .pending)
            let scan = try await stage.connector.perform(SophosStage.request(.scan(device: device, paths: [])))
            #expect(scan.state == .pending && scan.reference == "2023-04-19T11:00:00.239Z")
        }
        let isolation = try #require(vendor.requests("/endpoint/v1/endpoints/isolation").first)
        #expect(isolation.header("X-Tenant-ID") == "5b0eba20-ab12-34cd-88be-3a4cdc6a70f8")
        #expect(
            String(decoding: isolation.body, as: UTF8.self)
                == #"{"enabled":true,"comment":"because of a test","ids":["\#(device)"]}"#)
    }

    @Test("words of alerts and events, and what is new among them")
    func words() async throws {
        let alerts = """
            {"items":[{"id":"1","severity":"high","description":"Bad","category":"malware","raisedAt":"2026-01-01T00:00:00Z",
            "managedAgent":{"id":"9","type":"computer"},"allowedActions":["acknowledge"],"type":"T"},
            {"id":"2","severity":"puzzling","raisedAt":"2026-01-01T00:00:00Z"},{"id":"3"}],"pages":{}}
            """
        let events = """
            {"has_more":false,"next_cursor":"x","items":[
            {"id":"4","type":"Event::Endpoint::Threat::CleanedUp","severity":"high","created_at":"2026-01-01T00:00:00Z",
            "when":"2025-12-30T00:00:00Z","endpoint_id":"9","name":"cleaned"},
            {"id":"5","type":"Event::Endpoint::UpdateSuccess","severity":"none","created_at":"2026-01-01T00:00:00Z"}]}
            """
        let fixed = try vendor([:])
        let vendor = ScriptedVendor { request, _ in
            switch request.path {
            case "/common/v1/alerts": ScriptedVendor.json(alerts)
            case "/siem/v1/events": ScriptedVendor.json(events)
            default: fixed.answer(request)
            }
        }
        try await SophosStage.with(vendor) { stage in
            var mirror = Mirror()
            for try await batch in stage.connector.run(.alerts, after: .none, .full) {
                mirror.store(batch, of: .alerts)
            }
            let found = mirror.alertReports
            #expect(Set(found.keys) == ["1", "2", "4"] && mirror.quarantined == ["3"])
            #expect(found["1"]?.severity == .high && found["1"]?.deviceID == "9" && found["1"]?.status == .new)
            #expect(found["2"]?.severity == .medium)
            #expect(
                found["4"]?.status == .resolved && found["4"]?.detected == Date(timeIntervalSince1970: 1_767_052_800))
        }
    }
}
