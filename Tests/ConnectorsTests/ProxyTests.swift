import Connectors
import Domain
import Simulators
import Testing

@Suite("Vendors behind a proxy")
struct ProxyTests {
    @Test("an account is read through a tunnel, and the proxy learns who we are to it")
    func tunnel() async throws {
        try await ConnectProxy.with { proxy in
            var transport = TransportSettings.quick
            transport.proxies = try ProxyList(environment: [
                "http_proxy": "http://user:secret@127.0.0.1:\(proxy.port)"
            ])
            let simulator = FalconSimulator(FalconFleetSettings())
            try await FalconStage.with(simulator, settings: ["page_size": "30"], transport: transport) { stage in
                var devices = 0
                for try await batch in stage.connector.run(.devices, after: .none, .full) {
                    devices += batch.reports.count
                }
                #expect(devices == 100)
                let target = stage.url.replacing("http://", with: "")
                #expect(!proxy.requests.isEmpty)
                #expect(proxy.requests.allSatisfy { $0.hasPrefix("CONNECT \(target) HTTP/1.1\r\n") })
                #expect(
                    proxy.requests.allSatisfy {
                        $0.lowercased().contains("proxy-authorization: basic dXNlcjpzZWNyZXQ=".lowercased())
                    })
            }
        }
    }

    @Test("hosts that NO_PROXY names are reached directly, and proxies are by scheme")
    func exceptions() async throws {
        try await ConnectProxy.with { proxy in
            let address = "http://127.0.0.1:\(proxy.port)"
            for environment in [["ALL_PROXY": address, "NO_PROXY": "127.0.0.1"], ["HTTPS_PROXY": address]] {
                var transport = TransportSettings.quick
                transport.proxies = try ProxyList(environment: environment)
                try await FalconStage.with(FalconSimulator(FalconFleetSettings()), transport: transport) { stage in
                    _ = try await stage.first(.devices)
                }
            }
            #expect(proxy.requests.isEmpty)
        }
    }

    @Test("a vendor's own address is asked of the proxy for HTTPS, and a proxy that cannot reach it is said so")
    func https() async throws {
        try await ConnectProxy.with { proxy in
            var transport = TransportSettings.quick
            transport.attempts = 1
            transport.proxies = try ProxyList(environment: ["HTTPS_PROXY": "127.0.0.1:\(proxy.port)"])
            let settings = ["base_url": "https://console.invalid"]
            try await FalconStage.with(FalconSimulator(FalconFleetSettings()), settings: settings, transport: transport)
            {
                stage in
                let failure = await stage.failure()
                #expect(failure != nil)
            }
            #expect(proxy.requests.first?.hasPrefix("CONNECT console.invalid:443 ") == true)
        }
    }

    @Test("an address of a proxy that makes no sense is refused by its name")
    func refusal() {
        #expect(
            throws: ConnectorError.setting(name: "HTTPS_PROXY", reason: "it is not of the form http://HOST:PORT")
        ) { try TransportSettings(environment: ["https_proxy": "socks5://127.0.0.1:1080"]) }
    }
}
