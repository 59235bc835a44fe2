import FoundationEssentials

/// Where the server is: `https://garrison.example`, with a path where it has one.
package struct ServerAddress: Sendable, Hashable {
    let text: String
    let host: String
    package let port: Int
    let isEncrypted: Bool
    private let prefix: String

    /// - Parameter allowsPlainHTTP: takes `http` also where it leaves this machine.
    package init(_ text: String, allowsPlainHTTP: Bool) throws(AgentError) {
        guard let url = URL(string: text), let host = url.host(percentEncoded: false), !host.isEmpty,
            let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme), url.query() == nil
        else { throw .address(text, reason: "it must be a URL such as https://garrison.example") }
        isEncrypted = scheme == "https"
        let isHere = ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host)
        guard isEncrypted || isHere || allowsPlainHTTP else {
            throw .address(
                text,
                reason: "without TLS anybody in between reads and changes what is sent; use https, or "
                    + "--allow-plain-http where the network itself is trusted")
        }
        self.host = host
        port = url.port ?? (isEncrypted ? 443 : 80)
        prefix = url.path().hasSuffix("/") ? String(url.path().dropLast()) : url.path()
        self.text = text
    }

    package func url(_ route: String) -> String {
        let name = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        return "\(isEncrypted ? "https" : "http")://\(name):\(port)\(prefix)\(route)"
    }
}
