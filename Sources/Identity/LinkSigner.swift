import Crypto
import Domain

/// Signs what an address says under a key of its own, derived from the one that secrets are sealed with: whoever has the
/// address may use it, and nobody can write another.
public struct LinkSigner: Sendable {
    private let key: SymmetricKey

    /// - Parameter purpose: apart from any other use of the secret.
    public init(_ box: SecretBox, purpose: String) { key = box.derivedKey("link.\(purpose)") }

    /// A code for the fields, which are told apart whatever is in them.
    public func code(_ fields: [String]) -> String {
        Base64URL.encode(HMAC<SHA256>.authenticationCode(for: Self.message(fields), using: key))
    }

    /// In a time that does not depend on where a wrong code differs.
    public func isValid(_ code: String, of fields: [String]) -> Bool {
        guard let bytes = Base64URL.decode(code.utf8) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(bytes, authenticating: Self.message(fields), using: key)
    }

    private static func message(_ fields: [String]) -> [UInt8] {
        fields.flatMap { Array("\($0.utf8.count):".utf8) + Array($0.utf8) }
    }
}
