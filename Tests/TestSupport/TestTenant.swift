import Domain
import Identity
import Store

/// A tenant with a user and a token of each role.
package struct TestTenant: Sendable {
    package let tenant: Tenant
    package let users: [Role: User]
    /// Bearer tokens, as their holders keep them.
    package let tokens: [Role: String]

    package var id: TenantID { tenant.id }

    /// Every user's.
    package static let password = "correct horse battery"
    static let names = ["alpha", "beta"]

    /// As its administrator: for calls that record who made them.
    package var administrator: Principal {
        Principal(tenant: id, role: .admin, subject: .system, name: Self.address(.admin, tenant.name))
    }

    /// Into the template, once; the users' tokens are made anew for each copy.
    static func make(_ name: String, _ store: Store) async throws {
        let tenant = try await store.tenants.create(name: name)
        for role in Role.allCases {
            _ = try await store.users.create(
                email: address(role, name), role: role, passwordHash: try passwordHash.get().encoded, tenant: tenant.id)
        }
    }

    static func both(_ store: Store) async throws -> (TestTenant, TestTenant) {
        (try await load(names[0], store), try await load(names[1], store))
    }

    private static func load(_ name: String, _ store: Store) async throws -> TestTenant {
        guard let tenant = try await store.tenants.find(name) else { throw TestFailure("no tenant \(name)") }
        let users = try await store.users.list(tenant: tenant.id)
        var tokens: [Role: String] = [:]
        for role in Role.allCases {
            let token = AccessToken.make(for: tenant.id)
            try await store.tokens.create(
                name: role.rawValue, role: role, hash: token.digest, expiresAt: nil, tenant: tenant.id)
            tokens[role] = token.text
        }
        // Each is its user's, who has the same role.
        _ = try await store.owner.query(
            """
            UPDATE tokens AS t
            SET created_by = u.id
            FROM users AS u
            WHERE t.tenant_id = $1 AND u.tenant_id = $1 AND u.role = t.name
            """, [.id(tenant.id)], tenant: tenant.id)
        return TestTenant(
            tenant: tenant, users: Dictionary(users.map { ($0.role, $0) }) { first, _ in first }, tokens: tokens)
    }

    private static func address(_ role: Role, _ tenant: String) -> String { "\(role.rawValue)@\(tenant).test" }

    /// Made once: it costs a fifth of a second by design.
    private static let passwordHash = Result { try PasswordHash(password: password) }
}
