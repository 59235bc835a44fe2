import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// API tokens.
    public var tokens: TokenStore { TokenStore(database: app, access: access) }
}

/// API tokens of a tenant; only their SHA-256 is stored.
public struct TokenStore: Sendable {
    let database: Database
    let access: AccessEpochs

    /// A token as lists show it.
    public struct Summary: Sendable {
        public let id: TokenID
        public let name: String
        public let role: Role
        public let createdAt: Date
        public let expiresAt: Date?
        public let lastUsedAt: Date?
        /// Nil for all that the role may.
        public let scope: TokenScope?

        package init(
            id: TokenID, name: String, role: Role, createdAt: Date, expiresAt: Date? = nil, lastUsedAt: Date? = nil,
            scope: TokenScope? = nil
        ) {
            self.id = id
            self.name = name
            self.role = role
            self.createdAt = createdAt
            self.expiresAt = expiresAt
            self.lastUsedAt = lastUsedAt
            self.scope = scope
        }
    }

    /// - Parameter principal: who does it, for the audit trail, and whose it is; nil where nobody does, as in tests.
    public func create(
        id: TokenID = .make(), name: String, role: Role, scope: TokenScope? = nil, hash: [UInt8], expiresAt: Date?,
        tenant: TenantID, by principal: Principal? = nil
    ) async throws {
        let insertion = Statement(
            """
            INSERT INTO tokens (tenant_id, id, name, role, token_hash, expires_at, scope, created_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            [
                .id(tenant), .id(id), .text(name), .text(role.rawValue), .bytes(hash), .of(expiresAt),
                .of(scope?.rawValue), .of(principal?.person?.uuid),
            ])
        var detail = ["name": name, "role": role.rawValue]
        detail["scope"] = scope?.rawValue
        let entry = try principal.map {
            try AuditEntry("token.create", object: id.description, detail: detail, by: $0).statement()
        }
        _ = try await database.run([insertion] + (entry.map { [$0] } ?? []), tenant: tenant)
    }

    public func list(tenant: TenantID) async throws -> [Summary] {
        try await database.query(
            """
            SELECT id, name, role, created_at, expires_at, last_used_at, scope
            FROM tokens
            WHERE tenant_id = $1 AND revoked_at IS NULL
            ORDER BY created_at DESC
            """, [.id(tenant)], tenant: tenant
        ).map { row in
            Summary(
                id: try row.decode(0), name: try row.decode(1), role: Role(rawValue: try row.decode(2)) ?? .viewer,
                createdAt: try row.decode(3), expiresAt: try row.decode(4), lastUsedAt: try row.decode(5),
                scope: try row.decode(6, as: String?.self).flatMap { TokenScope(rawValue: $0) })
        }
    }

    /// Who a token is, and until when; nil when it is unknown, expired or revoked.
    public func holder(hash: [UInt8], tenant: TenantID) async throws -> CredentialHolder? {
        let rows = try await database.query(
            """
            UPDATE tokens
            SET last_used_at = now()
            WHERE tenant_id = $1 AND token_hash = $2 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
            RETURNING id, name, role, expires_at, scope, created_by
            """, [.id(tenant), .bytes(hash)], tenant: tenant)
        guard let row = rows.first, let role = Role(rawValue: try row.decode(2)) else { return nil }
        let word: String? = try row.decode(4)
        let scope = word.flatMap { TokenScope(rawValue: $0) }
        // A scope that this version does not know is no leave to do everything.
        guard word == nil || scope != nil else { return nil }
        return CredentialHolder(
            principal: Principal(
                tenant: tenant, role: role, subject: .token(try row.decode(0)), name: try row.decode(1), scope: scope,
                owner: try row.decode(5)),
            expiresAt: try row.decode(3))
    }

    /// Takes effect at once in every process.
    /// - Throws: `StoreError.notFound`.
    /// - Parameter principal: who does it, for the audit trail; nil where nobody does, as in tests.
    public func revoke(_ id: TokenID, tenant: TenantID, by principal: Principal? = nil) async throws {
        try await database.transaction(tenant: tenant) { connection in
            let results = try await connection.run([
                Statement(
                    """
                    UPDATE tokens
                    SET revoked_at = now()
                    WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL
                    RETURNING id
                    """, [.id(tenant), .id(id)]),
                Store.accessNotice(tenant),
            ])
            if results[0].isEmpty { throw StoreError.notFound(kind: "token", id: id.description) }
            if let principal {
                try await connection.run([
                    AuditEntry("token.revoke", object: id.description, by: principal).statement()
                ])
            }
        }
        access.advance(tenant)
    }
}

/// Who a token or a session stands for.
public struct CredentialHolder: Sendable {
    public let principal: Principal
    /// Nil when it lasts until it is revoked.
    public let expiresAt: Date?
}
