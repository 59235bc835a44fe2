import Crypto
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Amazon's Signature Version 4, in a header or in an address.
package struct S3Signer: RequestSigner {
    let credentials: S3Credentials
    let region: String
    let now: @Sendable () -> Date

    package init(
        credentials: S3Credentials, region: String, now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.credentials = credentials
        self.region = region
        self.now = now
    }

    private var signature: SignatureV4 {
        SignatureV4(algorithm: "AWS4-HMAC-SHA256", prefix: "X-Amz-", scope: "\(region)/s3/aws4_request")
    }

    package func sign(_ request: inout ObjectRequest) {
        let date = now()
        let payload: String
        if let given = request.headers.first(name: "x-amz-content-sha256") {
            payload = given
        } else {
            payload = SHA256.digest(request.body ?? ByteBuffer()).hexadecimal
            request.headers.add(name: "x-amz-content-sha256", value: payload)
        }
        request.headers.replaceOrAdd(name: "Host", value: request.host)
        request.headers.replaceOrAdd(name: "x-amz-date", value: WireTime.basic(date))
        if let session = credentials.session {
            request.headers.replaceOrAdd(name: "x-amz-security-token", value: session.value)
        }
        let canonical = SignatureV4.canonical(
            request.method.rawValue, path: request.path, query: request.query,
            headers: request.headers.map { ($0.name, $0.value) }, payload: payload)
        let words = [
            "Credential=\(credentials.id)/\(signature.credentialScope(date))",
            "SignedHeaders=\(canonical.signedHeaders)",
            "Signature=\(hash(signature.stringToSign(canonical, date), date))",
        ]
        request.headers.add(name: "Authorization", value: "AWS4-HMAC-SHA256 \(words.joined(separator: ","))")
    }

    /// An address that carries its signature.
    /// - Parameter headers: have to be sent as they are.
    package func address(
        _ method: String, origin: String, path: String, headers: [(name: String, value: String)] = [], seconds: Int
    ) -> String {
        let date = now()
        let all = [(name: "host", value: ObjectRequest.host(of: origin))] + headers
        let query = signature.parameters(
            account: credentials.id, date: date, seconds: seconds, signedHeaders: all.map(\.name),
            session: credentials.session?.value)
        let canonical = SignatureV4.canonical(
            method, path: path, query: query, headers: all, payload: SignatureV4.unsigned)
        let signed = hash(signature.stringToSign(canonical, date), date)
        return "\(origin)\(path)?\(PercentEncoding.query(query))&X-Amz-Signature=\(signed)"
    }

    private func hash(_ text: String, _ date: Date) -> String {
        var key = SymmetricKey(data: Array("AWS4\(credentials.secret.value)".utf8))
        for part in signature.credentialScope(date).split(separator: "/") {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
        return HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key).hexadecimal
    }
}
