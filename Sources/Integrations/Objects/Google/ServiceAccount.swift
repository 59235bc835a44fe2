import Crypto
import CryptoExtras
import FoundationEssentials

/// The key of a Google service account, from the file that GOOGLE_APPLICATION_CREDENTIALS names.
package struct ServiceAccount: Sendable {
    let email: String
    let keyID: String
    /// Where tokens are issued.
    let tokenURL: String
    private let key: _RSA.Signing.PrivateKey

    private struct Document: Decodable {
        let type: String
        let client_email: String
        let private_key: String
        let private_key_id: String?
        let token_uri: String?
    }

    static let variable = "GOOGLE_APPLICATION_CREDENTIALS"

    /// - Throws: `ObjectError.noCredentials`, `.setting`.
    init(environment: [String: String]) throws(ObjectError) {
        guard let path = environment[Self.variable], !path.isEmpty else {
            throw .noCredentials(store: "gs", variables: Self.variable)
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .setting(name: Self.variable, reason: "the file \(path) cannot be read")
        }
        try self.init(data)
    }

    /// - Parameter json: the file's content.
    package init(_ json: Data) throws(ObjectError) {
        func defect(_ reason: String) -> ObjectError { .setting(name: Self.variable, reason: reason) }
        guard let document = try? JSONDecoder().decode(Document.self, from: json), document.type == "service_account"
        else { throw defect("the file is not the key of a service account") }
        guard let key = try? _RSA.Signing.PrivateKey(pemRepresentation: document.private_key) else {
            throw defect("its private_key is no RSA key in PEM")
        }
        self.key = key
        email = document.client_email
        keyID = document.private_key_id ?? ""
        tokenURL = document.token_uri ?? "https://oauth2.googleapis.com/token"
        let isLocal = tokenURL.hasPrefix("http://127.0.0.1:") || tokenURL.hasPrefix("http://localhost:")
        guard tokenURL.hasPrefix("https://") || isLocal else { throw defect("its token_uri is not https") }
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256.
    func signature(_ text: String) throws -> Data {
        try key.signature(for: SHA256.hash(data: Array(text.utf8)), padding: .insecurePKCS1v1_5).rawRepresentation
    }

    /// A statement of who asks, to be exchanged for a token. RFC 7523.
    func assertion(scope: String, now: Date) throws -> String {
        let second = Int(now.timeIntervalSince1970)
        let header = ["alg": "RS256", "kid": keyID, "typ": "JWT"]
        let claims = Claims(iss: email, scope: scope, aud: tokenURL, iat: second, exp: second + 3_600)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = "\(Self.base64url(try encoder.encode(header))).\(Self.base64url(try encoder.encode(claims)))"
        return "\(text).\(Self.base64url(try signature(text)))"
    }

    private struct Claims: Encodable {
        let iss: String
        let scope: String
        let aud: String
        let iat: Int
        let exp: Int
    }

    /// RFC 4648 section 5, without padding.
    private static func base64url(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
