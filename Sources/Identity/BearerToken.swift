import Crypto
import Domain
import FoundationEssentials

/// What tells one kind of token from another: the prefix, by which people and secret scanners
/// recognise it.
public protocol TokenKind: Sendable {
    static var prefix: String { get }
}

/// Marks tokens of programs: `Authorization: Bearer gar_…`.
public enum AccessKind: TokenKind {
    public static let prefix = "gar_"
}

/// Marks tokens of browser sessions, kept in a cookie.
public enum SessionKind: TokenKind {
    public static let prefix = "gas_"
}

public typealias AccessToken = BearerToken<AccessKind>
public typealias SessionToken = BearerToken<SessionKind>

/// A secret whose holder is let in: prefix, the tenant's UUID and 256 random bits, both in
/// base64url. It names its tenant so that its row can be looked up under row-level security; naming
/// another tenant changes the digest, so it finds nothing there.
///
/// Printing one shows `gar_…`: only `text` gives the secret.
public struct BearerToken<Kind: TokenKind>: Sendable, Hashable, CustomStringConvertible,
    CustomDebugStringConvertible, CustomReflectable
{
    public let tenant: TenantID
    let secret: [UInt8]

    private static var secretBytes: Int { 32 }
    /// 22 characters hold a UUID, 43 hold the secret.
    private static var tenantCharacters: Int { 22 }
    private static var secretCharacters: Int { 43 }

    /// A new one. Show its `text` once and store its `digest`.
    public static func make(for tenant: TenantID) -> Self {
        Self(tenant: tenant, secret: SecureRandom.bytes(secretBytes))
    }

    private init(tenant: TenantID, secret: [UInt8]) {
        self.tenant = tenant
        self.secret = secret
    }

    /// Nil unless `text` is exactly the form of this kind. That says nothing about its validity.
    public init?(_ text: String) {
        guard text.utf8.starts(with: Kind.prefix.utf8) else { return nil }
        let body = text.utf8.dropFirst(Kind.prefix.utf8.count)
        guard body.count == Self.tenantCharacters + Self.secretCharacters,
            let tenant = Base64URL.decode(body.prefix(Self.tenantCharacters)),
            let secret = Base64URL.decode(body.dropFirst(Self.tenantCharacters))
        else { return nil }
        self.init(tenant: TenantID(UUID(bytes: tenant)), secret: secret)
    }

    /// The whole token, as its holder keeps it.
    public var text: String { Kind.prefix + Base64URL.encode(tenant.uuid.bytes) + Base64URL.encode(secret) }

    /// SHA-256 of `text`, 32 bytes: what is stored and looked up. A slow hash would add nothing, as
    /// the secret cannot be guessed.
    public var digest: [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

    /// Whether a stored digest is this token's; compared in constant time.
    public func matches(digest stored: some Collection<UInt8>) -> Bool { ConstantTime.areEqual(digest, stored) }

    public var description: String { Kind.prefix + "…" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["tenant": tenant]) }

    public static func == (left: Self, right: Self) -> Bool {
        left.tenant == right.tenant && ConstantTime.areEqual(left.secret, right.secret)
    }
}

extension UUID {
    fileprivate init(bytes: [UInt8]) {
        var raw: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        withUnsafeMutableBytes(of: &raw) { $0.copyBytes(from: bytes.prefix($0.count)) }
        self.init(uuid: raw)
    }

    /// Its 16 bytes in network order.
    var bytes: [UInt8] { withUnsafeBytes(of: uuid) { Array($0) } }
}
