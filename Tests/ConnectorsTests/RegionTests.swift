import Connectors
import Domain
import Simulators
import Testing

@Suite("Clouds and addresses")
struct RegionTests {
    @Test("an account of another cloud is found by itself, and asked there from then on")
    func regionIsFound() async throws {
        var fleet = FalconFleetSettings()
        fleet.devices = 30
        let simulator = FalconSimulator(fleet)
        let home = try await SimulatorServer.start(simulator)
        var elsewhere = FalconAccount()
        elsewhere.home = (region: "us-2", url: home.url)
        let wrong = ScriptedVendor { [vendor = FalconSimulator(FalconFleetSettings(), elsewhere)] request, _ in
            vendor.answer(request)
        }
        let regions = ["region_urls": "us-2=\(home.url)", "page_size": "10"]
        try await FalconStage.with(wrong, settings: regions) { stage in
            var devices = 0
            for try await batch in stage.connector.run(.devices, after: .none, .full) { devices += batch.reports.count }
            #expect(devices == 30)
        }
        #expect(wrong.requests.map(\.path) == ["/oauth2/token"])
        try await home.stop()
    }

    @Test("a secret does not follow a redirect to an address that nobody entered")
    func strangersGetNothing() async throws {
        let stranger = ScriptedVendor { _, _ in ScriptedVendor.token }
        let server = try await SimulatorServer.start(stranger)
        let vendor = ScriptedVendor { [url = server.url] _, _ in
            SimulatedAnswer(status: 308, headers: [("Location", "\(url)/oauth2/token")])
        }
        try await FalconStage.with(vendor) { stage in
            guard case .broken = await stage.failure() else { return #expect(Bool(false), "it was followed") }
        }
        #expect(stranger.requests.isEmpty)
        try await server.stop()
    }

    @Test(
        "addresses without TLS are for this machine only",
        arguments: [
            ("https://api.example.org", true), ("http://127.0.0.1:8801", true), ("http://localhost:1", true),
            ("http://api.example.org", false), ("ftp://api.example.org", false), ("https://user:pw@example.org", false),
            ("http://169.254.169.254", false), ("", false), ("api.example.org", false),
        ])
    func addresses(address: String, isAllowed: Bool) async throws {
        let network = ConnectorNetwork()
        let settings = ["client_id": "a", "base_url": address].filter { !$0.value.isEmpty }
        let configuration = ConnectorConfiguration(settings: settings, secrets: ["client_secret": "b"])
        // Without an address it is the vendor's own.
        let isExpected = isAllowed || address.isEmpty
        let connector = try? ConnectorKind.falcon.connector(configuration, network)
        #expect((connector != nil) == isExpected)
        try await network.close()
    }

    @Test("settings that cannot be are refused by name")
    func settings() async throws {
        let network = ConnectorNetwork()
        for (name, value) in [("page_size", "0"), ("page_size", "many"), ("region", "mars"), ("colour", "red")] {
            let configuration = ConnectorConfiguration(
                settings: ["client_id": "a", name: value], secrets: ["client_secret": "b"])
            do {
                _ = try ConnectorKind.falcon.connector(configuration, network)
                #expect(Bool(false), "\(name)=\(value) was taken")
            } catch {
                guard case .setting(name, _) = error else { return #expect(Bool(false), "\(error)") }
            }
        }
        let missing = ConnectorConfiguration(settings: ["client_id": "a"], secrets: [:])
        #expect(throws: ConnectorError.setting(name: "client_secret", reason: "it is missing")) {
            try ConnectorKind.falcon.connector(missing, network)
        }
        try await network.close()
    }

    @Test("a provider's child account is named when a token is asked for, and otherwise nobody")
    func childAccount() async throws {
        for member in ["", "0123456789abcdef0123456789abcdef"] {
            let simulator = FalconSimulator(FalconFleetSettings())
            let vendor = ScriptedVendor { request, _ in simulator.answer(request) }
            try await FalconStage.with(vendor, settings: ["member_cid": member]) { stage in
                _ = try await stage.first(.devices)
            }
            let form = try #require(vendor.requests("/oauth2/token").first).form
            #expect(form.filter { $0.name == "member_cid" }.map(\.value) == [member].filter { !$0.isEmpty })
        }
    }

    @Test("kinds have ids of their own, and their fields, too")
    func kinds() {
        #expect(Set(ConnectorKind.all.map(\.id)).count == ConnectorKind.all.count)
        for kind in ConnectorKind.all {
            #expect(ConnectorKind.named(kind.id)?.title == kind.title)
            #expect(Set(kind.fields.map(\.name)).count == kind.fields.count)
        }
    }
}
