import Connectors
import Domain
import Foundation
import Simulators
import Testing

/// Recorded answers are served as they are, and the connector reads them.
@Suite("Falcon's own answers")
struct FalconSampleTests {
    private func batch(
        _ stream: ConnectorStream, _ names: [String: String]
    ) async throws -> (batch: ConnectorBatch, vendor: ScriptedVendor) {
        var bodies: [String: [UInt8]] = [:]
        for (path, name) in names { bodies[path] = try fixture("crowdstrike/\(name).json") }
        let vendor = ScriptedVendor { [bodies] request, _ in
            if request.path == "/oauth2/token" { return ScriptedVendor.token }
            return bodies[request.path].map { SimulatedAnswer(status: 200, body: $0) }
                ?? SimulatedAnswer(status: 404)
        }
        var batch: ConnectorBatch?
        try await FalconStage.with(vendor) { batch = try await $0.first(stream) }
        return (try #require(batch), vendor)
    }

    @Test("a token is a token, though its status is 201")
    func token() async throws {
        let body = try fixture("crowdstrike/oauth2_token_201.json")
        let vendor = ScriptedVendor { request, _ in
            request.path == "/oauth2/token" ? SimulatedAnswer(status: 201, body: body) : ScriptedVendor.noHosts
        }
        try await FalconStage.with(vendor) { _ = try await $0.first(.devices) }
        #expect(vendor.requests.last?.header("Authorization") == "Bearer [REDACTED]")
    }

    @Test("a Mac")
    func mac() async throws {
        let (batch, _) = try await batch(.devices, ["/devices/combined/devices/v1": "devices_entities_v2"])
        #expect(batch.quarantined.isEmpty)
        guard case .devices(let devices) = batch.reports, let device = devices.first else {
            return #expect(Bool(false), "no device")
        }
        #expect(device.sourceID == "f353c7636e944ec3877933f4c14bb942")
        #expect(device.hostname == "Analysts-MacBook-Pro.local")
        #expect(device.os.type == "macos" && device.os.version == "13" && device.os.build == "22G90")
        #expect(device.macAddresses == ["88:66:5a:1d:cf:16"] && device.addresses == ["192.168.243.57"])
        #expect(device.serialNumber == "C02FF0H4MD6Q" && device.kind == "workstation")
        #expect(device.isolation == .none && device.isHealthy == true && device.agentVersion == "7.02.17302.0")
        #expect(device.policies.count == 6 && device.policies.values.allSatisfy { $0 })
        #expect(device.modified == Date(timeIntervalSince1970: 1_694_532_823))
        #expect(batch.next.isComplete && batch.next.records == 1)
    }

    @Test("a Windows machine of the older form, with policies not yet applied")
    func windows() async throws {
        let (batch, _) = try await batch(.devices, ["/devices/combined/devices/v1": "devices_entities_v1"])
        guard case .devices(let devices) = batch.reports, let device = devices.first else {
            return #expect(Bool(false), "no device")
        }
        #expect(device.hostname == "Sample-Detect-2" && device.os.version == "6.1.7601" && device.os.id == "windows")
        #expect(device.isHealthy == nil && device.serialNumber == nil)
        #expect(device.policies == ["prevention": false, "sensor_update": false, "device_control": false])
    }

    @Test("applications: what has a name is read, files that only ran are set aside")
    func applications() async throws {
        let (batch, vendor) = try await batch(
            .software, ["/discover/combined/applications/v1": "discover_applications_entities_v1"])
        #expect(batch.quarantined.isEmpty)
        #expect(batch.reports.count == 21 && batch.setAside == 79)
        guard case .software(let software) = batch.reports, let first = software.first else { return }
        #expect(first.deviceID == "f353c7636e944ec3877933f4c14bb942")
        #expect(first.package.name == "Game Center" && first.package.version == "1.0")
        #expect(first.package.type == "macos-app" && first.package.signer == "Apple")
        #expect(first.package.architecture == "x86_64")
        #expect(first.paths == ["/System/Library/CoreServices/Game Center.app"])
        // The plus sign of a filter must not become a blank.
        let filter = vendor.requests.last?.value("filter")
        #expect(filter == "last_updated_timestamp:>='1970-01-01T00:00:00.000Z'")
    }

    @Test("vulnerabilities, whose last page has a paging token all the same")
    func vulnerabilities() async throws {
        let (batch, vendor) = try await batch(
            .vulnerabilities, ["/spotlight/combined/vulnerabilities/v1": "spotlight_combined_vulnerabilities_v1"])
        #expect(batch.quarantined.isEmpty && batch.reports.count == 5)
        #expect(batch.next.isComplete)
        guard case .vulnerabilities(let found) = batch.reports, let first = found.first else { return }
        #expect(first.deviceID == "8fc65315612b4f6b96d356ad11cd0e6a" && first.vulnerability == "CVE-2023-2725")
        #expect(first.status == .open && first.severity == .high && first.score == 8.8)
        #expect(first.products == ["Chrome"] && first.isKnownExploited == false && !first.isSuppressed)
        #expect(vendor.requests.last?.value("filter")?.hasSuffix("+status:!'closed'") == true)
    }

    @Test("assessments: ids by score, then what was looked at")
    func assessments() async throws {
        let (batch, vendor) = try await batch(
            .compliance,
            [
                "/zero-trust-assessment/queries/assessments/v1": "zta_query_by_score_v1",
                "/zero-trust-assessment/entities/assessments/v1": "zta_entities_v1",
            ])
        #expect(batch.quarantined.isEmpty)
        guard case .compliance(let reports) = batch.reports, let report = reports.first else {
            return #expect(Bool(false), "no report")
        }
        #expect(report.deviceID == "4a027b0c95404062be4148c989dcf4ce" && report.score == 19)
        #expect(report.checks.first?.title == "macOS version is ≥11.0" && report.checks.first?.isMet == true)
        #expect(report.checks.contains { $0.isMet == nil } && report.checks.contains { $0.isMet == false })
        #expect(vendor.requests.last?.values("ids") == ["4a027b0c95404062be4148c989dcf4ce"])
    }

    @Test("an answer with status 200 that holds only errors is an error")
    func errorsOnly() async throws {
        let vendor = ScriptedVendor { request, _ in
            request.path == "/oauth2/token"
                ? ScriptedVendor.token
                : ScriptedVendor.json(#"{"resources":null,"errors":[{"code":403,"message":"no scope"}]}"#)
        }
        try await FalconStage.with(vendor) { stage in
            guard case .permission(_, "Hosts: Read", "no scope") = await stage.failure() else {
                return #expect(Bool(false), "not an error")
            }
        }
    }

    @Test("a record that makes no sense is quarantined as it came, and its page goes on")
    func quarantine() async throws {
        let body = """
            {"resources":[{"device_id":"a","hostname":"one"},{"device_id":"b","hostname":["two"]},17,
            {"hostname":"three"},{"device_id":"d","hostname":"\\ud800"},{"device_id":"e"}],
            "errors":[{"code":404,"message":"gone","id":"f"}]}
            """
        let vendor = ScriptedVendor { request, _ in
            request.path == "/oauth2/token" ? ScriptedVendor.token : ScriptedVendor.json(body)
        }
        try await FalconStage.with(vendor) { stage in
            let batch = try await stage.first(.devices)
            guard case .devices(let devices) = batch.reports else { return }
            #expect(devices.map(\.sourceID) == ["a", "e"] && devices.last?.hostname == "e")
            #expect(batch.quarantined.map(\.sourceID) == ["b", nil, nil, "d", "f"])
            #expect(batch.quarantined.first?.field == "hostname")
            #expect(batch.quarantined.first?.reason == "must be a string, not a list")
            #expect(batch.quarantined.first?.json == #"{"device_id":"b","hostname":["two"]}"#)
            #expect(batch.next.records == 6)
        }
    }
}
