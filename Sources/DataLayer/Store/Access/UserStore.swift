import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// The people who sign in.
    public var users: UserStore { UserStore(store: self) }
}

/// Users of a tenant. Passwords arrive hashed; this module never sees one.
public struct UserStore: Sendable {
    let store: Store

    /// - Throws: `StoreError.duplicate` when the address is in use in this tenant, `.invalid` when it is
    ///   not an address.
    /// - Parameter principal: who does it, for the audit trail; nil where nobody does, as in tests.
    public func create(
        email: String, role: Role, passwordHash: String, tenant: TenantID, by principal: Principal? = nil
    ) async throws -> User {
        let email = email.trimmingWhitespace().lowercased()
        guard email.contains("@"), email.count <= 254, !email.contains(where: \.isWhitespace) else {
            throw StoreError.invalid(field: "email", reason: "“\(email)” is not an e-mail address")
        }
        do {
            let insertion = Statement(
                """
                INSERT INTO users (tenant_id, id, email, role, password_hash)
                VALUES ($1, $2, $3, $4, $5)
                RETURNING id, email, role, created_at
                """,
                [.id(tenant), .id(UserID.make()), .text(email), .text(role.rawValue), .text(passwordHash)])
            let entry = try principal.map {
                try AuditEntry("user.create", object: email, detail: ["role": role.rawValue], by: $0).statement()
            }
            return try User(try await store.app.run([insertion] + (entry.map { [$0] } ?? []), tenant: tenant)[0][0])
        } catch let error as PostgresError where error.isUniqueViolation {
            throw StoreError.duplicate(kind: "user", name: email)
        }
    }

    public func list(tenant: TenantID) async throws -> [User] {
        try await store.app.query(
            "SELECT id, email, role, created_at FROM users WHERE tenant_id = $1 AND disabled_at IS NULL ORDER BY email",
            [.id(tenant)], tenant: tenant
        ).map(User.init)
    }

    public func find(_ id: UserID, tenant: TenantID) async throws -> User? {
        try await store.app.query(
            "SELECT id, email, role, created_at FROM users WHERE tenant_id = $1 AND id = $2 AND disabled_at IS NULL",
            [.id(tenant), .id(id)], tenant: tenant
        ).first.map(User.init)
    }

    /// A person as sign-in needs them.
    public struct Credential: Sendable {
        public let tenant: TenantID
        public let user: User
        public let passwordHash: String
    }

    /// Everyone with this address, over all tenants (a consultant may work for several): sign-in
    /// happens before a tenant is known, so this reads under the system role.
    public func credentials(email: String) async throws -> [Credential] {
        try await store.system.query(
            """
            SELECT id, email, role, created_at, tenant_id, password_hash
            FROM users
            WHERE email = $1 AND disabled_at IS NULL AND password_hash IS NOT NULL
            ORDER BY created_at
            LIMIT 20
            """, [.text(email.trimmingWhitespace().lowercased())], tenant: nil
        ).map { row in
            Credential(tenant: try row.decode(4), user: try User(row), passwordHash: try row.decode(5))
        }
    }

    /// Replaces the stored hash by another of the same password; the user's sessions go on.
    public func rehash(_ id: UserID, to hash: String, tenant: TenantID) async throws {
        _ = try await store.app.query(
            "UPDATE users SET password_hash = $3 WHERE tenant_id = $1 AND id = $2",
            [.id(tenant), .id(id), .text(hash)],
            tenant: tenant)
    }

    /// Also ends the user's sessions: whoever knew the old password is out.
    /// - Throws: `StoreError.notFound`.
    /// - Parameter principal: who does it, for the audit trail; nil where nobody does, as in tests.
    public func setPassword(
        hash: String, email: String, tenant: TenantID, by principal: Principal? = nil
    ) async throws {
        let email = email.trimmingWhitespace().lowercased()
        let entry = try principal.map { try AuditEntry("user.password", object: email, by: $0).statement() }
        try await store.app.transaction(tenant: tenant) { connection in
            let results = try await connection.run(
                [
                    Statement(
                        "UPDATE users SET password_hash = $3 WHERE tenant_id = $1 AND email = $2 RETURNING id",
                        [.id(tenant), .text(email), .text(hash)]),
                    Statement(
                        """
                        DELETE FROM sessions AS s
                        USING users AS u
                        WHERE u.tenant_id = $1 AND u.email = $2 AND s.tenant_id = u.tenant_id AND s.user_id = u.id
                        """, [.id(tenant), .text(email)]),
                    Store.accessNotice(tenant),
                ] + (entry.map { [$0] } ?? []))
            if results[0].isEmpty { throw StoreError.notFound(kind: "user", id: email) }
        }
        store.access.advance(tenant)
    }

    /// Ends the user's access at once in every process; what they did stays attributed to them.
    /// - Throws: `StoreError.notFound`.
    /// - Parameter principal: who does it, for the audit trail; nil where nobody does, as in tests.
    public func disable(_ id: UserID, tenant: TenantID, by principal: Principal? = nil) async throws {
        try await store.app.transaction(tenant: tenant) { connection in
            let results = try await connection.run([
                Statement(
                    "UPDATE users SET disabled_at = now() WHERE tenant_id = $1 AND id = $2 AND disabled_at IS NULL RETURNING id",
                    [.id(tenant), .id(id)]),
                Statement("DELETE FROM sessions WHERE tenant_id = $1 AND user_id = $2", [.id(tenant), .id(id)]),
                Store.accessNotice(tenant),
            ])
            if results[0].isEmpty { throw StoreError.notFound(kind: "user", id: id.description) }
            if let principal {
                try await connection.run([
                    AuditEntry("user.disable", object: id.description, by: principal).statement()
                ])
            }
        }
        store.access.advance(tenant)
    }
}

extension User {
    init(_ row: Row) throws {
        self.init(
            id: try row.decode(0), email: try row.decode(1), role: Role(rawValue: try row.decode(2)) ?? .viewer,
            createdAt: try row.decode(3))
    }
}
