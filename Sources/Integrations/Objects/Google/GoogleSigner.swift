import FoundationEssentials

/// V4 signed URLs. <https://cloud.google.com/storage/docs/access-control/signed-urls>
package struct GoogleSigner: Sendable {
    let account: ServiceAccount
    let now: @Sendable () -> Date

    package init(account: ServiceAccount, now: @escaping @Sendable () -> Date = { Date() }) {
        self.account = account
        self.now = now
    }

    private static let signature = SignatureV4(
        algorithm: "GOOG4-RSA-SHA256", prefix: "X-Goog-", scope: "auto/storage/goog4_request")

    /// What is signed, and the address that carries the signature.
    package struct Signed {
        package let canonical: String
        package let text: String
        package let url: String
    }

    /// - Parameters:
    ///   - path: encoded.
    ///   - headers: have to be sent as they are.
    package func sign(
        _ method: String, origin: String, path: String, query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)] = [], seconds: Int
    ) throws -> Signed {
        let date = now()
        // Without its port, whatever is sent: so Google's own vectors have it.
        let host = ObjectRequest.host(of: origin).split(separator: ":").first ?? ""
        let all = [(name: "host", value: String(host))] + headers
        let payload = headers.first { $0.name.lowercased() == "x-goog-content-sha256" }?.value
        let parameters = Self.signature.parameters(
            account: account.email, date: date, seconds: seconds, signedHeaders: all.map(\.name))
        let canonical = SignatureV4.canonical(
            method, path: path, query: parameters + query, headers: all, payload: payload ?? SignatureV4.unsigned)
        let text = Self.signature.stringToSign(canonical, date)
        let signed = try account.signature(text).hexadecimal
        return Signed(
            canonical: canonical.text, text: text,
            url: "\(origin)\(path)?\(PercentEncoding.query(parameters + query))&X-Goog-Signature=\(signed)")
    }
}
