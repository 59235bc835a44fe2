import CryptoExtras
import Domain
import FoundationEssentials

/// A password as it is stored: scrypt (RFC 7914) with its parameters and salt in one text,
/// `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`.
///
/// Making and verifying take about a fifth of a second of one core and 32 MiB by design: call them
/// from a thread that may block, never from an event loop or a cooperative task.
public struct PasswordHash: Sendable, Hashable {
    /// Characters.
    public static let minimumLength = 12
    /// Bounds the work that a request can cause.
    public static let maximumBytes = 1024

    /// The text to store. Not a secret like the password, but nothing to show either.
    public let encoded: String

    private let parameters: ScryptParameters
    private let salt: [UInt8]
    private let hash: [UInt8]

    /// Hashes a new password under a fresh salt. Throws `passwordTooShort` or `passwordTooLong`.
    public init(password: String) throws(IdentityError) {
        guard password.count >= Self.minimumLength else { throw .passwordTooShort(password.count) }
        let salt = SecureRandom.bytes(16)
        let hash = try ScryptParameters.current.derive(password, salt: salt)
        self.init(parameters: .current, salt: salt, hash: hash)
    }

    /// Reads a stored text; nil when it is none, or its parameters would cost more than any this
    /// program has ever written.
    public init?(encoded: String) {
        let parts = encoded.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt",
            let parameters = ScryptParameters(parts[2]),
            let salt = Base64URL.decode(parts[3].utf8), salt.count >= 16,
            let hash = Base64URL.decode(parts[4].utf8), hash.count == ScryptParameters.hashBytes
        else { return nil }
        self.init(parameters: parameters, salt: salt, hash: hash)
    }

    private init(parameters: ScryptParameters, salt: [UInt8], hash: [UInt8]) {
        self.parameters = parameters
        self.salt = salt
        self.hash = hash
        encoded = "$scrypt$\(parameters)$\(Base64URL.encode(salt))$\(Base64URL.encode(hash))"
    }

    /// Whether `password` is the one that was hashed; compared in constant time.
    public func verify(_ password: String) -> Bool {
        guard let candidate = try? parameters.derive(password, salt: salt) else { return false }
        return ConstantTime.areEqual(candidate, hash)
    }

    /// Made with weaker parameters than new ones: hash the password again at the next sign-in.
    public var isOutdated: Bool { parameters != .current }

    /// For a sign-in with an unknown name: takes as long as a wrong password, so that the duration
    /// does not tell which names exist. Always false.
    public static func rejectUnknownUser(_ password: String) -> Bool {
        _ = try? ScryptParameters.current.derive(password, salt: [UInt8](repeating: 0, count: 16))
        return false
    }
}
