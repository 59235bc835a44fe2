import AsyncHTTPClient
import Domain
import NIOCore

/// The clients of one store: one that connects directly and one for each proxy.
struct ObjectClients: Sendable {
    private let direct: HTTPClient
    private let proxied: [String: HTTPClient]
    private let proxies: ProxyList

    init(_ settings: TransferSettings) {
        var configuration = HTTPClient.Configuration()
        // A signature is good for one host; and a signed request is not for whoever is named by an answer.
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.timeout = .init(
            connect: TimeAmount(settings.connectTimeout), read: TimeAmount(settings.idleTimeout),
            write: TimeAmount(settings.idleTimeout))
        // How often to try is the courier's decision.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        direct = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        proxies = settings.proxies
        var proxied: [String: HTTPClient] = [:]
        for scheme in proxies.schemes {
            guard let proxy = proxies.proxy(scheme: scheme) else { continue }
            let authorization = proxy.user.map {
                HTTPClient.Authorization.basic(username: $0, password: proxy.password ?? "")
            }
            configuration.proxy = .server(host: proxy.host, port: proxy.port, authorization: authorization)
            proxied[scheme] = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        }
        self.proxied = proxied
    }

    func client(for origin: String) -> HTTPClient {
        proxies.scheme(for: origin).flatMap { proxied[$0] } ?? direct
    }

    func close() async {
        try? await direct.shutdown()
        for client in proxied.values { try? await client.shutdown() }
    }
}
