import AsyncHTTPClient
import Domain
import NIOCore

/// The clients of a transport: one that connects directly and one for each proxy.
struct TransportClients: Sendable {
    private let direct: HTTPClient
    private let proxied: [String: HTTPClient]
    private let proxies: ProxyList

    init(_ settings: TransportSettings) {
        var configuration = HTTPClient.Configuration()
        // Requests carry secrets: where they go is the session's decision.
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(
            connect: TimeAmount(settings.connectTimeout), read: TimeAmount(settings.readTimeout))
        // How often to try is the session's decision, too.
        configuration.connectionPool.retryConnectionEstablishment = false
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

    func client(for origin: VendorOrigin) -> HTTPClient {
        proxies.scheme(for: origin.text).flatMap { proxied[$0] } ?? direct
    }

    func close() async throws {
        try await direct.shutdown()
        for client in proxied.values { try await client.shutdown() }
    }
}
