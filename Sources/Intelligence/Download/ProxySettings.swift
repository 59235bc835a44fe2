import AsyncHTTPClient
import Domain

/// The proxies that feeds are fetched through.
public struct ProxySettings: Sendable {
    private let list: ProxyList

    /// No proxy.
    public init() { list = ProxyList() }

    /// - Throws: `IntelligenceError.setting` when a proxy's address is not of the form `http://HOST:PORT`.
    public init(environment: [String: String]) throws(IntelligenceError) {
        do {
            list = try ProxyList(environment: environment)
        } catch {
            throw .setting(name: error.name, reason: error.reason)
        }
    }

    /// The schemes of addresses that go through a proxy.
    var schemes: [String] { list.schemes }

    /// The proxy of a scheme.
    func proxy(scheme: String) -> HTTPClient.Configuration.Proxy? {
        guard let proxy = list.proxy(scheme: scheme) else { return nil }
        let authorization = proxy.user.map {
            HTTPClient.Authorization.basic(username: $0, password: proxy.password ?? "")
        }
        return .server(host: proxy.host, port: proxy.port, authorization: authorization)
    }

    /// The scheme whose proxy an address goes through; nil: it goes directly.
    func scheme(for url: String) -> String? { list.scheme(for: url) }
}
