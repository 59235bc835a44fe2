import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// Browser sessions.
    public var sessions: SessionStore { SessionStore(database: app, access: access) }
}

/// Browser sessions; only the cookie's SHA-256 is stored.
public struct SessionStore: Sendable {
    let database: Database
    let access: AccessEpochs

    public func create(hash: [UInt8], user: UserID, tenant: TenantID, expiresAt: Date) async throws {
        _ = try await database.query(
            "INSERT INTO sessions (tenant_id, token_hash, user_id, expires_at) VALUES ($1, $2, $3, $4)",
            [.id(tenant), .bytes(hash), .id(user), .timestamptz(expiresAt)], tenant: tenant)
    }

    /// Who a session is, and until when; nil when it is unknown or over, or its user is disabled.
    public func holder(hash: [UInt8], tenant: TenantID) async throws -> CredentialHolder? {
        let rows = try await database.query(
            """
            SELECT u.id, u.email, u.role, s.expires_at
            FROM sessions AS s
            JOIN users AS u ON u.tenant_id = s.tenant_id AND u.id = s.user_id
            WHERE s.tenant_id = $1 AND s.token_hash = $2 AND s.expires_at > now() AND u.disabled_at IS NULL
            """, [.id(tenant), .bytes(hash)], tenant: tenant)
        guard let row = rows.first, let role = Role(rawValue: try row.decode(2)) else { return nil }
        return CredentialHolder(
            principal: Principal(
                tenant: tenant, role: role, subject: .user(try row.decode(0)), name: try row.decode(1)),
            expiresAt: try row.decode(3))
    }

    /// Ends a session in every process, and forgets those of the tenant that are over.
    public func end(hash: [UInt8], tenant: TenantID) async throws {
        _ = try await database.run(
            [
                Statement(
                    "DELETE FROM sessions WHERE tenant_id = $1 AND (token_hash = $2 OR expires_at < now())",
                    [.id(tenant), .bytes(hash)]),
                Store.accessNotice(tenant),
            ], tenant: tenant)
        access.advance(tenant)
    }
}
