import Crypto
import CryptoExtras
import FoundationEssentials

/// A signed token that an application sends instead of its secret, as the identity platform reads it.
struct ClientAssertion: Sendable {
    struct Header: Decodable {
        var alg: String
        var x5t: String?
        var thumbprint: String?

        enum CodingKeys: String, CodingKey {
            case alg, x5t
            case thumbprint = "x5t#S256"
        }
    }

    struct Claims: Decodable {
        var aud: String
        var iss: String
        var sub: String
        var jti: String
        var nbf: Int
        var exp: Int
    }

    let header: Header
    let claims: Claims
    private let signed: String
    private let signature: Data

    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let head = Self.decode(parts[0]), let body = Self.decode(parts[1]),
            let signature = Self.decode(parts[2]), let header = try? JSONDecoder().decode(Header.self, from: head),
            let claims = try? JSONDecoder().decode(Claims.self, from: body)
        else { return nil }
        self.header = header
        self.claims = claims
        self.signature = signature
        signed = "\(parts[0]).\(parts[1])"
    }

    /// Whether it names the certificate and is signed with its key.
    func isSigned(by certificate: RegisteredCertificate) -> Bool {
        let sha256 = Self.encode(SHA256.hash(data: certificate.der))
        let sha1 = Self.encode(Insecure.SHA1.hash(data: certificate.der))
        guard header.thumbprint == sha256 || header.thumbprint == nil && header.x5t == sha1 else { return false }
        let padding: _RSA.Signing.Padding
        switch header.alg {
        case "PS256": padding = .PSS
        case "RS256": padding = .insecurePKCS1v1_5
        default: return false
        }
        return certificate.key.isValidSignature(
            .init(rawRepresentation: signature), for: SHA256.hash(data: Data(signed.utf8)), padding: padding)
    }

    private static func decode(_ text: String) -> Data? {
        let plain = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4))
    }

    private static func encode(_ bytes: some Sequence<UInt8>) -> String {
        String(
            Data(bytes).base64EncodedString().compactMap { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 == "=" ? nil : $0 })
    }
}
