import Connectors
import Domain
import Foundation
import Simulators
import Testing

/// Recorded and documented answers are served as they are, and the connector reads them.
@Suite("Microsoft's own answers")
struct MicrosoftSampleTests {
    private func batch(
        _ stream: ConnectorStream, _ path: String, _ name: String, _ settings: [String: String] = [:]
    ) async throws -> ConnectorBatch {
        let body = try fixture("microsoft/\(name).json")
        return try await batch(stream, path, body, settings)
    }

    private func batch(
        _ stream: ConnectorStream, _ path: String, _ body: [UInt8], _ settings: [String: String]
    ) async throws -> ConnectorBatch {
        let vendor = ScriptedVendor { request, _ in
            if request.path.hasSuffix("/oauth2/v2.0/token") { return ScriptedVendor.token }
            return request.path == path ? SimulatedAnswer(status: 200, body: body) : SimulatedAnswer(status: 404)
        }
        var batch: ConnectorBatch?
        try await MicrosoftStage.with(vendor, settings: settings) { batch = try await $0.first(stream) }
        return try #require(batch)
    }

    @Test("a machine of Defender's")
    func machine() async throws {
        let batch = try await batch(.devices, "/api/machines", "machines_list")
        guard case .devices(let devices) = batch.reports, let device = devices.first else {
            return #expect(Bool(false), "no device")
        }
        #expect(batch.quarantined.isEmpty && devices.count == 1)
        #expect(device.sourceID == "1e5bc9d7e413ddd7902c2932e418702b84d0cc07" && device.product == "defender")
        #expect(device.hostname == "mymachine1" && device.domain == "contoso.com")
        #expect(device.os.version == "10.0.18209" && device.os.name == "Microsoft Windows 10")
        #expect(device.os.prettyName == "Windows10" && device.health == "Active" && device.isHealthy == true)
        #expect(device.risk == 30 && device.exposure == "Medium" && device.tags == ["test tag 1", "test tag 2"])
        #expect(device.directoryID == "80fe8ff8-2624-418e-9591-41f0491218f9")
        #expect(device.addresses == ["172.17.230.209"] && device.externalAddress == "167.220.196.71")
        // Seven digits behind the seconds.
        let seen = try #require(device.lastSeen)
        #expect(abs(seen.timeIntervalSince1970 - 1_533_221_703.779_185_6) < 0.001)
    }

    @Test("an alert with its evidence")
    func alert() async throws {
        let alert = String(decoding: try fixture("microsoft/alert_get_with_evidence.json"), as: UTF8.self)
        let batch = try await batch(.alerts, "/api/alerts", Array("{\"value\":[\(alert)]}".utf8), [:])
        guard case .alerts(let alerts) = batch.reports, let alert = alerts.first else {
            return #expect(Bool(false), "no alert")
        }
        #expect(alert.sourceID == "da637472900382838869_1364969609")
        #expect(alert.deviceID == "111e6dd8c833c8a052ea231ec1b19adaf497b625")
        #expect(alert.severity == .low && alert.status == .new && alert.verdict == nil)
        #expect(alert.category == "Execution" && alert.threat == nil && alert.product == "WindowsDefenderAtp")
        #expect(alert.techniques.map(\.techniqueID) == ["T1064", "T1085", "T1220"])
        #expect(alert.filePath == "c:\\temp\\suspicious.dll" && alert.user == "DOMAIN\\temp123")
        #expect(alert.sha256 == "dc0ade0c95d6db98882bc8fa6707e64353cd6f7767ff48d6a81a6c2aef21c608")
    }

    @Test("vulnerabilities by machine, and what became of one")
    func vulnerabilities() async throws {
        let path = "/api/machines/SoftwareVulnerabilitiesByMachine"
        let all = try await batch(.vulnerabilities, path, "machinesVulnerabilities")
        guard case .vulnerabilities(let found) = all.reports, found.count == 2 else {
            return #expect(Bool(false), "no vulnerabilities")
        }
        #expect(found[1].vulnerability == "CVE-2016-3348" && found[1].severity == .low && found[1].status == .open)
        #expect(found[1].deviceID == "7a704e17d1c2977c0e7b665fb18ae6e1fe7f3283")
        #expect(found[1].products == ["microsoft windows_server_2012_r2 6.3.9600.19728"])
        let delta = try await batch(.vulnerabilities, path, "SoftwareVulnerabilityChangesByMachine_delta")
        guard case .vulnerabilities(let changed) = delta.reports, let fixed = changed.first else {
            return #expect(Bool(false), "no vulnerability")
        }
        #expect(fixed.status == .closed && fixed.vulnerability == "CVE-2020-26971" && fixed.severity == .high)
        #expect(fixed.exploitability == "NoExploit" && fixed.deviceID == "01aa8c73065bb12345918693f3f94ce322107d24")
        #expect(fixed.closed.map { abs($0.timeIntervalSince1970 - 1_604_398_414.847_688) < 0.001 } == true)
        #expect(delta.next.cursor?.hasPrefix("vulnerabilities https://wpatdadi-eus-stg.cloudapp.net/") == true)
    }

    @Test("devices of Intune, with year 1 for never and a directory's id of zeros for none")
    func managed() async throws {
        let path = "/v1.0/deviceManagement/managedDevices"
        let settings = ["defender": "false"]
        let batch = try await batch(.devices, path, "managedDevices_beta", settings)
        guard case .devices(let devices) = batch.reports, devices.count == 2 else {
            return #expect(Bool(false), "no devices")
        }
        #expect(batch.quarantined.isEmpty)
        #expect(
            devices[0].complianceState == "noncompliant" && devices[0].os.id == "ios" && devices[0].os.version == "14.4"
        )
        #expect(devices[0].directoryID == "683dbff1-c8ff-4996-91ae-85484de46cfc" && devices[0].kind == "mobile")
        #expect(devices[1].directoryID == nil && devices[1].os.version == "11.2.1" && devices[1].os.build == "20D74")
        #expect(devices[1].enrollment == "retireIssued")
        let windows = try await self.batch(.devices, path, "get_devices", settings)
        guard case .devices(let machines) = windows.reports, let machine = machines.first else { return }
        #expect(machine.os.version == "10.0.19044" && machine.os.build == "10.0.19044.3084")
        #expect(machine.macAddresses == ["00:50:56:94:9d:3e"] && machine.primaryUser == "user2@example.com")
        #expect(machine.complianceState == "compliant" && machine.enrollment == "registered")
    }

    @Test("applications that Intune found on a device, out of a batch")
    func detectedApps() async throws {
        let device = String(
            decoding: try fixture("microsoft/managedDevice_expand_detectedApps_beta.json"), as: UTF8.self)
        let vendor = ScriptedVendor { request, _ in
            switch request.path {
            case "/v1.0/deviceManagement/managedDevices":
                ScriptedVendor.json(#"{"value":[{"id":"683dbff1-c8ff-4996-91ae-85484de46cfc"}]}"#)
            case "/beta/$batch":
                ScriptedVendor.json(
                    "{\"responses\":[{\"id\":\"0\",\"status\":200,\"headers\":{},\"body\":\(device)}]}")
            default: ScriptedVendor.token
            }
        }
        try await MicrosoftStage.with(vendor, settings: ["defender": "false"]) { stage in
            let batch = try await stage.first(.software)
            guard case .software(let software) = batch.reports, let first = software.first else {
                return #expect(Bool(false), "no software")
            }
            #expect(batch.quarantined.isEmpty && software.count > 10)
            #expect(first.package.name == "Comp Portal" && first.package.version == "4.13.0")
            #expect(first.deviceID == "683dbff1-c8ff-4996-91ae-85484de46cfc")
        }
    }

    @Test("a part of a batch that is put off is asked for again, and the others are not")
    func batchParts() async throws {
        let vendor = ScriptedVendor { request, ordinal in
            if request.path.hasSuffix("/token") { return ScriptedVendor.token }
            if request.path == "/v1.0/deviceManagement/managedDevices" {
                return ScriptedVendor.json(#"{"value":[{"id":"a"},{"id":"b"}]}"#)
            }
            let body = String(decoding: request.body, as: UTF8.self)
            guard body.contains("\"id\":\"0\"") else {
                let app = #"{"id":"x","displayName":"B","version":"1"}"#
                return ScriptedVendor.json(
                    "{\"responses\":[{\"id\":\"1\",\"status\":200,\"body\":{\"detectedApps\":[\(app)]}}]}")
            }
            return ScriptedVendor.json(
                #"{"responses":[{"id":"1","status":429,"headers":{"Retry-After":"0"},"body":{}},"#
                    + #"{"id":"0","status":404,"body":{"error":{"code":"NotFound"}}}]}"#)
        }
        try await MicrosoftStage.with(vendor, settings: ["defender": "false"]) { stage in
            let batch = try await stage.first(.software)
            #expect(batch.reports.count == 1 && batch.next.isComplete)
            let bodies = vendor.requests("/beta/$batch").map { String(decoding: $0.body, as: UTF8.self) }
            #expect(bodies.count == 2 && !bodies[1].contains("\"id\":\"0\""))
        }
    }

    @Test("an action as documented is done, and one that Defender does not know is not yet known")
    func action() async throws {
        let body = try fixture("microsoft/machineaction_isolate_succeeded.json")
        let missing = try fixture("microsoft/error_404_ResourceNotFound.json")
        let vendor = ScriptedVendor { request, _ in
            if request.path.hasSuffix("/token") { return ScriptedVendor.token }
            return request.path.hasSuffix("a4e")
                ? SimulatedAnswer(status: 200, body: body) : SimulatedAnswer(status: 404, body: missing)
        }
        try await MicrosoftStage.with(vendor) { stage in
            let request = ActionRequest(id: UUID(), action: .isolate(device: "7b1f"), comment: "")
            let receipt = ActionReceipt(reference: "5382f7ea-7557-4ab7-9782-d50480024a4e", state: .pending)
            let state = try await stage.connector.state(of: request, receipt)
            #expect(state == .completed("Isolate succeeded."))
            let unknown = ActionReceipt(reference: "0", state: .inProgress)
            let next = try await stage.connector.state(of: request, unknown)
            #expect(next == .inProgress)
        }
    }

    @Test("what is no listing is not taken for an empty one")
    func noListing() async throws {
        let vendor = ScriptedVendor { request, _ in
            request.path.hasSuffix("/token") ? ScriptedVendor.token : ScriptedVendor.json("{}")
        }
        try await MicrosoftStage.with(vendor) { stage in
            guard case .broken? = await stage.failure() else { return #expect(Bool(false), "it was read") }
        }
    }
}
