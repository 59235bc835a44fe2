import FoundationEssentials

/// Proxies as the environment names them: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, in either
/// case. https://about.gitlab.com/blog/we-need-to-talk-no-proxy/ describes what tools agree on.
public struct ProxyList: Sendable {
    /// Where a proxy is, and who we are to it.
    public struct Proxy: Sendable {
        public let host: String
        public let port: Int
        public let user: String?
        public let password: String?
    }

    /// A variable that is no proxy's address.
    public struct Refusal: Error {
        /// `HTTPS_PROXY`
        public let name: String
        public let reason: String
    }

    private var byScheme: [String: Proxy] = [:]
    private var exceptions: [String] = []

    /// No proxy.
    public init() {}

    /// - Throws: when a proxy's address is not of the form `http://HOST:PORT`.
    public init(environment: [String: String]) throws(Refusal) {
        func value(_ name: String) -> String? {
            let text = environment[name] ?? environment[name.lowercased()]
            return text.flatMap { $0.isEmpty ? nil : $0 }
        }
        for (scheme, name) in [("http", "HTTP_PROXY"), ("https", "HTTPS_PROXY")] {
            guard let text = value(name) ?? value("ALL_PROXY") else { continue }
            byScheme[scheme] = try Self.proxy(text, name: name)
        }
        exceptions = (value("NO_PROXY") ?? "").split(whereSeparator: { $0 == "," || $0 == " " }).map {
            $0.lowercased()
        }
    }

    private static func proxy(_ text: String, name: String) throws(Refusal) -> Proxy {
        guard let url = URL(string: text.contains("://") ? text : "http://\(text)"), url.scheme == "http",
            let host = url.host(), !host.isEmpty
        else { throw Refusal(name: name, reason: "it is not of the form http://HOST:PORT") }
        return Proxy(host: host, port: url.port ?? 80, user: url.user(), password: url.password())
    }

    /// The schemes of addresses that go through a proxy.
    public var schemes: [String] { byScheme.keys.sorted() }

    /// The proxy of a scheme.
    public func proxy(scheme: String) -> Proxy? { byScheme[scheme] }

    /// The scheme whose proxy an address goes through; nil: it goes directly.
    public func scheme(for url: String) -> String? {
        guard let url = URL(string: url), let host = url.host()?.lowercased(), let scheme = url.scheme,
            byScheme[scheme] != nil, !isException(host)
        else { return nil }
        return scheme
    }

    /// `.example.org` and `example.org` both mean the domain and all below it; `*` means every host.
    private func isException(_ host: String) -> Bool {
        exceptions.contains { entry in
            let domain = entry.hasPrefix(".") ? String(entry.dropFirst()) : entry
            return entry == "*" || host == domain || host.hasSuffix(".\(domain)")
        }
    }
}
