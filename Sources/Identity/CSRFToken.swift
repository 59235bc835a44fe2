import Crypto

extension BearerToken where Kind == SessionKind {
    /// What a page's forms carry to prove that this site made them: an HMAC under the session's
    /// secret, which another site cannot know and which needs no storage. It ends with the session.
    public var csrfToken: String { Base64URL.encode(Self.code(key)) }

    /// Whether a form's field is this session's; compared in constant time.
    public func isValid(csrfToken text: String) -> Bool {
        guard let code = Base64URL.decode(text.utf8) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Self.csrfPurpose, using: key)
    }

    private var key: SymmetricKey { SymmetricKey(data: secret) }

    /// Keeps this use of the secret apart from any other.
    private static var csrfPurpose: [UInt8] { Array("garrison csrf 1".utf8) }

    private static func code(_ key: SymmetricKey) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: csrfPurpose, using: key))
    }
}
