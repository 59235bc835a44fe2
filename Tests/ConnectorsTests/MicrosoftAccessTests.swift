import Connectors
import Domain
import Foundation
import Simulators
import Testing

@Suite("Microsoft's credentials, clouds and addresses")
struct MicrosoftAccessTests {
    private var simulator: MicrosoftSimulator { MicrosoftSimulator(MicrosoftFleetSettings()) }

    private func pem() throws -> String { String(decoding: try fixture("microsoft/certificate.pem"), as: UTF8.self) }

    @Test("a certificate is as good as a secret, with either algorithm", arguments: ["PS256", "RS256"])
    func certificate(algorithm: String) async throws {
        let pem = try pem()
        let account = MicrosoftStage.unlimited { $0.certificate = pem }
        let simulator = MicrosoftSimulator(MicrosoftFleetSettings(), account)
        let settings = ["certificate_algorithm": algorithm]
        try await MicrosoftStage.with(simulator, settings: settings, secrets: ["certificate": pem]) { stage in
            let batch = try await stage.first(.devices)
            #expect(batch.reports.count > 0)
        }
    }

    @Test("a certificate that the application does not have is refused in Microsoft's words")
    func strangeCertificate() async throws {
        let pem = try pem()
        try await MicrosoftStage.with(simulator, secrets: ["certificate": pem]) { stage in
            guard case .credentials(_, let reason)? = await stage.failure() else {
                return #expect(Bool(false), "it was taken")
            }
            #expect(reason.hasPrefix("AADSTS700027: ") && !reason.contains("Trace ID"))
        }
    }

    @Test("what is no certificate with its key is refused by name")
    func noCertificate() async throws {
        let pem = try pem()
        let key = try #require(pem.range(of: "-----BEGIN PRIVATE KEY-----"))
        for (text, words) in [
            ("", "is missing"), ("hello", "BEGIN CERTIFICATE"), (String(pem[..<key.lowerBound]), "BEGIN PRIVATE KEY"),
            (
                String(pem[..<key.lowerBound])
                    + "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----", "encrypted"
            ),
            (String(pem[..<key.lowerBound]) + "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "RSA"),
        ] {
            await #expect(
                performing: {
                    try await MicrosoftStage.with(simulator, secrets: ["certificate": text]) { _ in }
                }, throws: { "\(($0 as? ConnectorError)?.message ?? "")".contains(words) })
        }
        await #expect(throws: ConnectorError.self) {
            try await MicrosoftStage.with(simulator, secrets: ["certificate": pem, "client_secret": "x"]) { _ in }
        }
    }

    @Test(
        "what is wrong with an application is said in Microsoft's words",
        arguments: [
            ("tenant_id", "nowhere.example.org", "AADSTS90002"), ("client_id", "nobody", "AADSTS700016"),
            ("graph_scope", "https://graph.microsoft.com/User.Read", "AADSTS1002012"),
            ("defender_scope", "https://mars.example.org/.default", "AADSTS500011"),
        ])
    func refusals(name: String, value: String, number: String) async throws {
        let settings = name == "graph_scope" ? [name: value, "defender": "false"] : [name: value]
        try await MicrosoftStage.with(simulator, settings: settings) { stage in
            guard case .credentials(_, let reason)? = await stage.failure() else {
                return #expect(Bool(false), "it was taken")
            }
            #expect(reason.hasPrefix("\(number): "))
            await #expect(throws: ConnectorError.self) { try await stage.connector.check() }
        }
        try await MicrosoftStage.with(simulator, secrets: ["client_secret": "not-the-secret"]) { stage in
            guard let error = await stage.failure(), case .credentials = error else {
                return #expect(Bool(false), "it was taken")
            }
            #expect(!error.message.contains("not-the-secret"))
        }
    }

    @Test("Microsoft's own refusal of a directory is understood")
    func recordedRefusal() async throws {
        let body = try fixture("microsoft/token_error_400_invalid_tenant.json")
        let vendor = ScriptedVendor { _, _ in SimulatedAnswer(status: 400, body: body) }
        try await MicrosoftStage.with(vendor) { stage in
            guard case .credentials("Microsoft Entra", let reason)? = await stage.failure() else {
                return #expect(Bool(false), "it was taken")
            }
            #expect(reason.hasPrefix("AADSTS90002: Tenant 'abc123testing' not found"))
        }
    }

    @Test("an application that Graph does not know is about the credentials; a missing service is not")
    func recordedFailures() async throws {
        for (name, status) in [("graph_error_401", 401), ("graph_error_400_no_intune", 400)] {
            let body = try fixture("microsoft/\(name).json")
            let vendor = ScriptedVendor { request, _ in
                request.path.hasSuffix("/token") ? ScriptedVendor.token : SimulatedAnswer(status: status, body: body)
            }
            try await MicrosoftStage.with(vendor, settings: ["defender": "false"]) { stage in
                switch await stage.failure() {
                case .credentials(_, let reason)?: #expect(status == 401 && reason.contains("IdentityNotFound"))
                case .refused(_, 400, let reason)?: #expect(reason.contains("not applicable to target tenant"))
                case let other: #expect(Bool(false), "\(String(describing: other))")
                }
            }
        }
    }

    @Test("a token for Graph opens nothing of Defender's: each is asked for its own")
    func audiences() async throws {
        let simulator = simulator
        let vendor = ScriptedVendor { request, _ in simulator.answer(request) }
        try await MicrosoftStage.with(vendor) { stage in
            _ = try await stage.all(.devices)
            let scopes = vendor.requests.filter { $0.path.hasSuffix("/token") }.map { request in
                request.form.first { $0.name == "scope" }?.value
            }
            #expect(
                scopes == ["https://api.securitycenter.microsoft.com/.default", "https://graph.microsoft.com/.default"])
        }
    }

    @Test(
        "each cloud asks for tokens of its own resources",
        arguments: [
            ("gcc", "https://api-gcc.securitycenter.microsoft.us/.default", "https://graph.microsoft.com/.default"),
            ("gcc_high", "https://api-gov.securitycenter.microsoft.us/.default", "https://graph.microsoft.us/.default"),
            ("dod", "https://api-gov.securitycenter.microsoft.us/.default", "https://dod-graph.microsoft.us/.default"),
            (
                "china", "https://api.securitycenter.microsoft.com/.default",
                "https://microsoftgraph.chinacloudapi.cn/.default"
            ),
        ])
    func clouds(cloud: String, defender: String, graph: String) async throws {
        let simulator = simulator
        let vendor = ScriptedVendor { request, _ in simulator.answer(request) }
        try await MicrosoftStage.with(vendor, settings: ["cloud": cloud]) { stage in
            _ = try await stage.all(.devices)
            let scopes = vendor.requests.filter { $0.path.hasSuffix("/token") }.map { request in
                request.form.first { $0.name == "scope" }?.value
            }
            #expect(scopes == [defender, graph])
        }
    }

    @Test("a cloud without Defender says what to do, and settings that cannot be are refused by name")
    func settings() async throws {
        let network = ConnectorNetwork()
        for (values, name) in [
            (["cloud": "china"], "defender"), (["cloud": "mars"], "cloud"), (["defender": "perhaps"], "defender"),
            (["defender": "false", "intune": "false"], "intune"),
            (["defender": "false", "alerts": "defender"], "alerts"),
            (["page_size": "0"], "page_size"), (["tenant_id": "a/b"], "tenant_id"),
            (["graph_url": "http://example.org"], "graph_url"), (["link_urls": "ftp://a"], "link_urls"),
        ] {
            let settings = ["tenant_id": "example.org", "client_id": "a"].merging(values) { $1 }
            let configuration = ConnectorConfiguration(settings: settings, secrets: ["client_secret": "b"])
            do {
                _ = try ConnectorKind.microsoft.connector(configuration, network)
                #expect(Bool(false), "\(values) was taken")
            } catch {
                guard case .setting(name, _) = error else { return #expect(Bool(false), "\(error)") }
            }
        }
        let configuration = ConnectorConfiguration(
            settings: ["tenant_id": "example.org", "client_id": "a", "cloud": "china", "defender": "false"],
            secrets: ["client_secret": "b"])
        #expect(throws: Never.self) { try ConnectorKind.microsoft.connector(configuration, network) }
        try await network.close()
    }

    @Test("the next page is followed to another host only where it may be, and our token goes nowhere else")
    func links() async throws {
        let stranger = ScriptedVendor { _, _ in SimulatedAnswer(status: 500) }
        let server = try await SimulatorServer.start(stranger)
        let host = String(server.url.dropFirst("http://".count))
        let account = MicrosoftStage.unlimited { $0.linkHost = host }
        var fleet = MicrosoftFleetSettings()
        fleet.devices = 30
        let simulator = MicrosoftSimulator(fleet, account)
        let settings = ["defender": "false", "page_size": "10"]
        try await MicrosoftStage.with(simulator, settings: settings) { stage in
            do {
                for try await _ in stage.connector.run(.devices, after: .none, .full) {}
                #expect(Bool(false), "it was followed")
            } catch let error as ConnectorError {
                guard case .setting("link_urls", let reason) = error else { return #expect(Bool(false), "\(error)") }
                #expect(reason.contains(host))
            }
        }
        #expect(stranger.requests.isEmpty)
        try await server.stop()
        // The same directory behind a second address that a person entered.
        let second = try await SimulatorServer.start(simulator)
        let allowed = settings.merging(["link_urls": second.url]) { $1 }
        try await MicrosoftStage.with(
            MicrosoftSimulator(
                fleet, MicrosoftStage.unlimited { $0.linkHost = String(second.url.dropFirst("http://".count)) }),
            settings: allowed
        ) { stage in
            // Its tokens are not the other's: that it is asked at all is what counts here.
            await #expect(throws: ConnectorError.self) { _ = try await stage.all(.devices) }
        }
        try await second.stop()
    }

    @Test("a vendor that forgets every link ends in a sentence, not in a loop")
    func forgetful() async throws {
        var faults = FaultPlan.none
        faults.lostCursor = 1
        let simulator = MicrosoftSimulator(MicrosoftFleetSettings(), MicrosoftStage.unlimited(), faults)
        try await MicrosoftStage.with(simulator, settings: ["page_size": "10", "defender": "false"]) { stage in
            do {
                for try await _ in stage.connector.run(.devices, after: .none, .full) {}
                #expect(Bool(false), "it ended")
            } catch let error as ConnectorError {
                guard case .cursorsExpire(_, .devices, _) = error else { return #expect(Bool(false), "\(error)") }
            }
        }
    }
}
