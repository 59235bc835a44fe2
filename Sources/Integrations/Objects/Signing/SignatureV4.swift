import Crypto
import FoundationEssentials

/// What Amazon's Signature Version 4 and Google's V4 signing process have in common: the text that is signed.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>,
/// <https://cloud.google.com/storage/docs/authentication/canonical-requests>
struct SignatureV4: Sendable {
    /// `AWS4-HMAC-SHA256`
    let algorithm: String
    /// Of the names of query parameters: `X-Amz-`.
    let prefix: String
    /// Region, service and the closing word, `us-east-1/s3/aws4_request`.
    let scope: String

    /// The payload of a request whose content is not known when it is signed.
    static let unsigned = "UNSIGNED-PAYLOAD"

    /// A request as it is signed.
    struct Canonical {
        let text: String
        /// `host;range;x-amz-date`
        let signedHeaders: String
    }

    /// - Parameters:
    ///   - path: encoded.
    ///   - query: not encoded.
    ///   - headers: all that are signed.
    static func canonical(
        _ method: String, path: String, query: [(name: String, value: String)],
        headers: [(name: String, value: String)], payload: String
    ) -> Canonical {
        // By the bytes of the encoded names, then of the encoded values.
        let query = query.map { (PercentEncoding.encode($0.name), PercentEncoding.encode($0.value)) }
            .sorted { $0.0 == $1.0 ? precedes($0.1, $1.1) : precedes($0.0, $1.0) }
            .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
        let headers = headers.map { ($0.name.lowercased(), collapsed($0.value)) }.sorted { precedes($0.0, $1.0) }
        let names = headers.map(\.0).joined(separator: ";")
        let lines = headers.map { "\($0.0):\($0.1)\n" }.joined()
        return Canonical(
            text: [method, path, query, lines, names, payload].joined(separator: "\n"), signedHeaders: names)
    }

    func credentialScope(_ date: Date) -> String { "\(WireTime.basic(date).prefix(8))/\(scope)" }

    func stringToSign(_ canonical: Canonical, _ date: Date) -> String {
        [
            algorithm, WireTime.basic(date), credentialScope(date),
            SHA256.hash(data: Array(canonical.text.utf8)).hexadecimal,
        ].joined(separator: "\n")
    }

    /// The parameters that an address signed by its query has besides the signature.
    func parameters(
        account: String, date: Date, seconds: Int, signedHeaders: [String], session: String? = nil
    ) -> [(name: String, value: String)] {
        var parameters = [
            ("\(prefix)Algorithm", algorithm), ("\(prefix)Credential", "\(account)/\(credentialScope(date))"),
            ("\(prefix)Date", WireTime.basic(date)), ("\(prefix)Expires", String(seconds)),
            (
                "\(prefix)SignedHeaders",
                signedHeaders.map { $0.lowercased() }.sorted(by: Self.precedes).joined(separator: ";")
            ),
        ]
        if let session { parameters.append(("\(prefix)Security-Token", session)) }
        return parameters.map { (name: $0.0, value: $0.1) }
    }

    private static func precedes(_ one: String, _ other: String) -> Bool {
        one.utf8.lexicographicallyPrecedes(other.utf8)
    }

    /// Without blanks around it, and with single ones in it.
    private static func collapsed(_ value: String) -> String {
        value.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
    }
}
