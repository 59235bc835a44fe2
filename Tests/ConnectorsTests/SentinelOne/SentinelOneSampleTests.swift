import Connectors
import Domain
import Foundation
import Simulators
import Testing

/// Published answers are served as they are, and the connector reads them.
@Suite("SentinelOne's answers")
struct SentinelOneSampleTests {
    private func batch(
        _ stream: ConnectorStream, _ names: [String: String]
    ) async throws -> (batch: ConnectorBatch, vendor: ScriptedVendor) {
        var bodies: [String: [UInt8]] = [:]
        for (path, name) in names { bodies["/web/api/v2.1\(path)"] = try fixture("sentinelone/\(name).json") }
        let vendor = ScriptedVendor { [bodies] request, _ in
            bodies[request.path].map { SimulatedAnswer(status: 200, body: $0) } ?? SimulatedAnswer(status: 404)
        }
        var batch: ConnectorBatch?
        try await SentinelOneStage.with(vendor) { batch = try await $0.first(stream) }
        return (try #require(batch), vendor)
    }

    @Test("agents, whose last page has no nextCursor at all")
    func agents() async throws {
        let (batch, vendor) = try await batch(.devices, ["/agents": "search_agents_multiple"])
        #expect(batch.quarantined.isEmpty && batch.next.isComplete)
        guard case .devices(let devices) = batch.reports, let device = devices.first else {
            return #expect(Bool(false), "no device")
        }
        #expect(devices.count == 2)
        // An id of 19 digits is a text: as a number it would lose its end.
        #expect(device.sourceID == "0000000000000000002" && device.hostname == "Hostname1")
        #expect(device.isolation == .isolated && device.isHealthy == true && device.kind == "server")
        #expect(device.macAddresses == ["10:b0:d0:63:c2:26"])
        #expect(device.addresses == ["2.2.3.4", "2001:db8:8:4::2"] && device.externalAddress == "1.2.3.4")
        #expect(device.domain == nil && device.lastUser == nil && device.os.version == "6.2.9200")
        #expect(device.modified == Date(timeIntervalSince1970: 1_672_531_200))
        let query = vendor.requests.first
        #expect(query?.value("limit") == "1000" && query?.value("sortBy") == "updatedAt")
        #expect(query?.header("Authorization") == "ApiToken garrison-simulated-token")
    }

    @Test("how an agent is set up")
    func posture() async throws {
        let (batch, _) = try await batch(.compliance, ["/agents": "search_agents_single"])
        guard case .compliance(let reports) = batch.reports, let report = reports.first else {
            return #expect(Bool(false), "no report")
        }
        let met = Dictionary(uniqueKeysWithValues: report.checks.map { ($0.id, $0.isMet) })
        #expect(met["firewall"] == true && met["disk_encryption"] == false && met["applications_patched"] == true)
        #expect(met["protect_mode"] == true && met["not_infected"] == true)
    }

    @Test("applications of an agent")
    func applications() async throws {
        let (batch, vendor) = try await batch(
            .software,
            ["/agents": "search_agents_single", "/agents/applications": "apps_by_agent_ids_success"])
        #expect(batch.quarantined.isEmpty)
        guard case .software(let software) = batch.reports, let first = software.first else {
            return #expect(Bool(false), "no software")
        }
        #expect(software.count == 2 && first.deviceID == "0000000000000000001")
        #expect(first.package.name == "Example App1" && first.package.version == "1.0.4.5")
        #expect(first.package.vendor == "Microsoft Corporation" && first.package.type == "windows-program")
        #expect(vendor.requests.last?.value("ids") == "0000000000000000001")
    }

    @Test("threats of the older, flat form, with a cursor that comes escaped")
    func flatThreats() async throws {
        let (batch, _) = try await batch(.alerts, ["/threats": "threats"])
        #expect(batch.quarantined.isEmpty && !batch.next.isComplete)
        #expect(batch.next.cursor?.hasSuffix("ifQ==") == true || batch.next.cursor?.hasSuffix("==") == true)
        guard case .alerts(let alerts) = batch.reports, let alert = alerts.first else {
            return #expect(Bool(false), "no alert")
        }
        #expect(alert.deviceID == "11111111111111111" && alert.title == "example.txt" && alert.status == .new)
        #expect(alert.mitigation == .mitigated && alert.verdict == nil && alert.sha256 == nil)
        let (summary, _) = try await self.batch(.alerts, ["/threats": "get_threat_summary_page_1"])
        guard case .alerts(let resolved) = summary.reports else { return }
        #expect(resolved.first?.status == .resolved && summary.next.cursor == "abcd")
        let (none, _) = try await self.batch(.alerts, ["/threats": "threats_not_found"])
        #expect(none.reports.count == 0 && none.next.isComplete)
    }

    @Test("a cursor is sent as it is meant, and without the order that it holds")
    func cursor() async throws {
        let first = try fixture("sentinelone/threats.json")
        let last = try fixture("sentinelone/threats_not_found.json")
        let vendor = ScriptedVendor { request, _ in
            SimulatedAnswer(status: 200, body: request.value("cursor") == nil ? first : last)
        }
        try await SentinelOneStage.with(vendor) { stage in
            for try await _ in stage.connector.run(.alerts, after: .none, .full) {}
        }
        let second = try #require(vendor.requests.last)
        #expect(second.value("cursor")?.hasSuffix("==") == true && second.value("sortBy") == nil)
    }

    @Test("what was affected is read from the published answers")
    func affected() async throws {
        let answers = [
            try fixture("sentinelone/affected_1.json"), try fixture("sentinelone/mark_as_benign_success.json"),
        ]
        for answer in answers {
            let vendor = ScriptedVendor { _, _ in SimulatedAnswer(status: 200, body: answer) }
            try await SentinelOneStage.with(vendor) { stage in
                let receipt = try await stage.connector.perform(SentinelOneStage.request(.isolate(device: "1")))
                #expect(receipt.state == .pending)
            }
        }
    }

    @Test("an error says what the console said", arguments: [400, 403])
    func errors(status: Int) async throws {
        let body = #"{"errors":[{"code":4000010,"detail":"limit: Too large","title":"Validation Error"}]}"#
        let vendor = ScriptedVendor { _, _ in ScriptedVendor.json(body, status: status) }
        try await SentinelOneStage.with(vendor) { stage in
            do {
                _ = try await stage.first(.devices)
            } catch let error as ConnectorError {
                #expect(error.message.contains("Validation Error: limit: Too large"))
            }
        }
        #expect(vendor.requests.count == 1)
    }

    @Test("threats of version 2.1: the agent as it is now, techniques, words that are new")
    func nestedThreats() async throws {
        let body = """
            {"data":[{"id":"9","threatInfo":{"threatName":"a.exe","classification":"Ransomware","confidenceLevel":"n/a",
            "analystVerdict":"suspicious","incidentStatus":"snoozed","mitigationStatus":"puzzled",
            "createdAt":"2026-01-01T00:00:00.123456Z","updatedAt":"2026-01-02T00:00:00Z","sha256":"ab"},
            "agentRealtimeInfo":{"agentId":"7"},"agentDetectionInfo":{"agentId":"6"},
            "indicators":[{"tactics":[{"name":"Execution","techniques":[{"name":"T1059.001"}]}]}]},
            {"id":"10","threatInfo":{}}],"pagination":{"nextCursor":null}}
            """
        let vendor = ScriptedVendor { _, _ in ScriptedVendor.json(body) }
        try await SentinelOneStage.with(vendor) { stage in
            let batch = try await stage.first(.alerts)
            guard case .alerts(let alerts) = batch.reports, let alert = alerts.first else {
                return #expect(Bool(false), "no alert")
            }
            #expect(alert.deviceID == "7" && alert.severity == .critical && alert.status == .unknown)
            #expect(alert.verdict == nil && alert.mitigation == .unknown && alert.sha256 == "ab")
            #expect(alert.techniques.map(\.techniqueID) == ["T1059.001"])
            #expect(batch.quarantined.map(\.field) == ["threatInfo.createdAt"])
        }
    }
}
