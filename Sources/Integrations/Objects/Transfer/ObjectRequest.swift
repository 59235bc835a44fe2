import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// A request before it is signed.
package struct ObjectRequest: Sendable {
    let method: HTTPMethod
    /// `https://host:port`
    let origin: String
    /// Encoded already.
    let path: String
    /// Not encoded.
    var query: [(name: String, value: String)] = []
    package var headers = HTTPHeaders()
    package var body: ByteBuffer?
    /// Appended to the address as it is: a shared access signature.
    var token: String?
    /// Whether an account goes with it; a session's own address is its permission.
    var isSigned = true

    package init(_ method: HTTPMethod, origin: String, path: String, query: [(name: String, value: String)] = []) {
        self.method = method
        self.origin = origin
        self.path = path
        self.query = query
    }

    var host: String { Self.host(of: origin) }

    /// With its port, as the `Host` header has it.
    static func host(of origin: String) -> String {
        origin.firstRange(of: "://").map { String(origin[$0.upperBound...]) } ?? origin
    }

    var url: String {
        let parts = [PercentEncoding.query(query), token ?? ""].filter { !$0.isEmpty }
        return origin + path + (parts.isEmpty ? "" : "?" + parts.joined(separator: "&"))
    }

    var clientRequest: HTTPClientRequest {
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.headers = headers
        if let body { request.body = .bytes(body) }
        return request
    }

    /// Of this prefix, in lower case, with the values as they are sent.
    func headers(beginning prefix: String) -> [(name: String, value: String)] {
        headers.lazy.map { ($0.name.lowercased(), $0.value) }.filter { $0.0.hasPrefix(prefix) }
            .map { (name: $0.0, value: $0.1) }
    }
}

/// An answer that was read to its end.
struct ObjectAnswer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: ByteBuffer

    func header(_ name: String) -> String? { headers.first(name: name) }
    var text: String { String(buffer: body) }
}

/// Puts an account's proof on a request.
package protocol RequestSigner: Sendable {
    func sign(_ request: inout ObjectRequest) async throws
    /// Called when the proof was refused as old: whether another one may help.
    func renew() async -> Bool
}

extension RequestSigner {
    package func renew() async -> Bool { false }
}
