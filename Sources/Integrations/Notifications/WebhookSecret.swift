import Crypto
import FoundationEssentials

/// What a webhook's messages are signed with, as Standard Webhooks 1.0 writes it: `whsec_` and base64 of 24 to 64
/// bytes.
public struct WebhookSecret: Sendable {
    private static let prefix = "whsec_"
    private static let lengths = 24...64

    public let bytes: [UInt8]

    /// Nil when it is not one that was sealed here.
    public init?(bytes: [UInt8]) {
        guard Self.lengths.contains(bytes.count) else { return nil }
        self.bytes = bytes
    }

    /// Nil unless the text is a secret.
    public init?(_ text: String) {
        guard text.hasPrefix(Self.prefix), let data = Data(base64Encoded: String(text.dropFirst(Self.prefix.count)))
        else { return nil }
        self.init(bytes: Array(data))
    }

    private init(random: SymmetricKey) { bytes = random.withUnsafeBytes { Array($0) } }

    /// A new one, of 256 random bits.
    public static func make() -> WebhookSecret { WebhookSecret(random: SymmetricKey(size: .bits256)) }

    public var text: String { Self.prefix + Data(bytes).base64EncodedString() }

    /// The `webhook-signature` of a message.
    /// - Parameter timestamp: seconds since 1970, of the attempt.
    public func signature(id: String, timestamp: Int, body: [UInt8]) -> String {
        let signed = Array("\(id).\(timestamp).".utf8) + body
        let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: bytes))
        return "v1," + Data(code).base64EncodedString()
    }
}
