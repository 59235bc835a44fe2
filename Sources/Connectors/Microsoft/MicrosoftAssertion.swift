import Crypto
import CryptoExtras
import FoundationEssentials

/// A short token, signed with a certificate's key, that proves to Microsoft's identity platform who asks.
enum MicrosoftAssertion {
    /// As it is written in a token's header.
    enum Algorithm: String, Sendable, CaseIterable {
        case ps256 = "PS256"
        case rs256 = "RS256"
    }

    static let type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    /// Seconds that it is good for.
    private static let lifetime = 600.0

    /// - Parameter audience: the address that it is sent to.
    static func make(
        _ certificate: MicrosoftCertificate, client: String, audience: String, id: UUID, now: Date
    ) throws -> String {
        var header: [(String, RequestJSON)] = [
            ("alg", .text(certificate.algorithm.rawValue)), ("typ", "JWT"),
            ("x5t#S256", .text(base64url(SHA256.hash(data: certificate.certificate)))),
        ]
        // What was usual before SHA-256, for authorities that look for nothing else beside RS256.
        if certificate.algorithm == .rs256 {
            header.append(("x5t", .text(base64url(Insecure.SHA1.hash(data: certificate.certificate)))))
        }
        let second = Int(now.timeIntervalSince1970)
        let claims: [(String, RequestJSON)] = [
            ("aud", .text(audience)), ("iss", .text(client)), ("sub", .text(client)),
            ("jti", .text(id.uuidString.lowercased())), ("nbf", .number(second)), ("iat", .number(second)),
            ("exp", .number(second + Int(lifetime))),
        ]
        let signed = "\(base64url(RequestJSON.object(header).bytes)).\(base64url(RequestJSON.object(claims).bytes))"
        let padding: _RSA.Signing.Padding = certificate.algorithm == .ps256 ? .PSS : .insecurePKCS1v1_5
        let signature = try certificate.key.signature(for: SHA256.hash(data: Array(signed.utf8)), padding: padding)
        return "\(signed).\(base64url(signature.rawRepresentation))"
    }

    /// RFC 4648 section 5, without padding.
    static func base64url(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
