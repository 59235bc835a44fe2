import AsyncHTTPClient
import Domain
import NIOCore

/// The clients of a transport: one that connects directly and one for each proxy.
struct TransportClients: Sendable {
    private let direct: HTTPClient
    private let proxied: [String: HTTPClient]
    private let proxies: ProxyList
    private let targets: ConnectionTargets

    init(_ settings: TransportSettings) {
        var configuration = HTTPClient.Configuration()
        // Requests carry secrets: where they go is the session's decision.
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(
            connect: TimeAmount(settings.connectTimeout), read: TimeAmount(settings.readTimeout))
        // How often to try is the session's decision, too.
        configuration.connectionPool.retryConnectionEstablishment = false
        var guarded = configuration
        let look: @Sendable (any Channel) -> EventLoopFuture<Void> = {
            [refusal = settings.targets.refusalOfAddress] channel in
            guard let address = channel.remoteAddress?.ipAddress, let reason = refusal(address) else {
                return channel.eventLoop.makeSucceededVoidFuture()
            }
            channel.close(promise: nil)
            return channel.eventLoop.makeFailedFuture(BarredConnection(reason: reason))
        }
        guarded.http1_1ConnectionDebugInitializer = look
        guarded.http2ConnectionDebugInitializer = look
        direct = HTTPClient(eventLoopGroupProvider: .singleton, configuration: guarded)
        targets = settings.targets
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

    /// - Throws: `BarredConnection`. Where a proxy goes is its own decision.
    func client(for origin: VendorOrigin) async throws -> HTTPClient {
        if let proxy = proxies.scheme(for: origin.text).flatMap({ proxied[$0] }) { return proxy }
        if let reason = await targets.refusalOfHost(origin.bareHost) { throw BarredConnection(reason: reason) }
        return direct
    }

    func close() async throws {
        try await direct.shutdown()
        for client in proxied.values { try await client.shutdown() }
    }
}
