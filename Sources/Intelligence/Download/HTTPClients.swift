import AsyncHTTPClient
import NIOCore

/// The clients of one downloader: one that connects directly and one for each proxy.
struct HTTPClients: Sendable {
    private let direct: HTTPClient
    private let proxied: [String: HTTPClient]
    private let proxies: ProxySettings

    init(_ settings: DownloadSettings) {
        proxies = settings.proxies
        var configuration = HTTPClient.Configuration()
        configuration.timeout = .init(
            connect: TimeAmount(settings.connectTimeout), read: TimeAmount(settings.readTimeout))
        direct = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        var proxied: [String: HTTPClient] = [:]
        for scheme in settings.proxies.schemes {
            configuration.proxy = settings.proxies.proxy(scheme: scheme)
            proxied[scheme] = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        }
        self.proxied = proxied
    }

    func client(for url: String) -> HTTPClient {
        proxies.scheme(for: url).flatMap { proxied[$0] } ?? direct
    }

    func close() async throws {
        try await direct.shutdown()
        for client in proxied.values { try await client.shutdown() }
    }
}
