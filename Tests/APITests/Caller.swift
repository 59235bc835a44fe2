import Domain
import Identity
import TestSupport
import Testing

/// Who sends a request.
enum Caller: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case anonymous
    case unknownToken = "unknown token"
    case expiredToken = "expired token"
    case revokedToken = "revoked token"
    case viewer, analyst, admin

    var testDescription: String { rawValue }

    /// What the caller may do; nil when nobody knows them.
    var role: Role? {
        switch self {
        case .viewer: .viewer
        case .analyst: .analyst
        case .admin: .admin
        case .anonymous, .unknownToken, .expiredToken, .revokedToken: nil
        }
    }

    /// The caller's token in the tenant.
    func token(_ database: TestDatabase, in tenant: TestTenant) async throws -> String? {
        switch self {
        case .anonymous: return nil
        case .viewer, .analyst, .admin: return role.flatMap { tenant.tokens[$0] }
        case .unknownToken: return AccessToken.make(for: tenant.id).text
        case .expiredToken, .revokedToken: break
        }
        let (token, id) = (AccessToken.make(for: tenant.id), TokenID.make())
        try await database.store.tokens.create(
            id: id, name: rawValue, role: .admin, hash: token.digest,
            expiresAt: self == .expiredToken ? Seed.moment : nil, tenant: tenant.id)
        if self == .revokedToken { try await database.store.tokens.revoke(id, tenant: tenant.id) }
        return token.text
    }
}
