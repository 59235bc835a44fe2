import Crypto
import FoundationEssentials
import NIOHTTP1

/// Shared Key authorisation, and shared access signatures made with the same key.
/// <https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key>
package struct AzureSigner: RequestSigner {
    let account: String
    let credentials: AzureCredentials
    var now: @Sendable () -> Date = { Date() }

    /// Of the protocol: what requests and their signatures mean.
    static let version = "2021-12-02"

    package func sign(_ request: inout ObjectRequest) {
        request.headers.replaceOrAdd(name: "x-ms-date", value: WireTime.http(now()))
        request.headers.replaceOrAdd(name: "x-ms-version", value: Self.version)
        switch credentials {
        case .token(let token): request.token = token.value
        case .key(let key):
            let signature = Self.signature(Self.stringToSign(request, account: account), key)
            request.headers.replaceOrAdd(name: "Authorization", value: "SharedKey \(account):\(signature)")
        }
    }

    static func signature(_ text: String, _ key: SymmetricKey) -> String {
        HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key).base64
    }

    /// What the key signs of a request.
    package static func stringToSign(_ request: ObjectRequest, account: String) -> String {
        let size = request.body?.readableBytes ?? 0
        var lines = [request.method.rawValue]
        for name in [
            "Content-Encoding", "Content-Language", "Content-Length", "Content-MD5", "Content-Type", "Date",
            "If-Modified-Since", "If-Match", "If-None-Match", "If-Unmodified-Since", "Range",
        ] {
            // An empty body's length is left away, since version 2015-02-21.
            let length = size == 0 ? "" : String(size)
            lines.append(name == "Content-Length" ? length : request.headers.first(name: name) ?? "")
        }
        lines += request.headers(beginning: "x-ms-").sorted { $0.name < $1.name }.map { header in
            "\(header.name):\(header.value.split { $0 == " " || $0 == "\t" }.joined(separator: " "))"
        }
        lines.append("/\(account)\(request.path)")
        lines += request.query.map { ($0.name.lowercased(), $0.value) }.sorted { $0.0 < $1.0 }.map { "\($0.0):\($0.1)" }
        return lines.joined(separator: "\n")
    }

    /// The query of an address by which one blob may be used until a moment.
    /// <https://learn.microsoft.com/rest/api/storageservices/create-service-sas>
    /// - Parameter permissions: `r`, or `cw` to create and to write.
    static func accessSignature(
        account: String, container: String, blob: String, permissions: String, expires: Date, isSecure: Bool,
        key: SymmetricKey
    ) -> [(name: String, value: String)] {
        let end = WireTime.extended(expires)
        let schemes = isSecure ? "https" : "https,http"
        let text = [
            permissions, "", end, "/blob/\(account)/\(container)/\(blob)", "", "", schemes, version, "b", "", "", "",
            "", "", "", "",
        ].joined(separator: "\n")
        return [
            ("sv", version), ("sr", "b"), ("sp", permissions), ("se", end), ("spr", schemes),
            ("sig", signature(text, key)),
        ]
    }
}
