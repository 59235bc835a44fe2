import Domain
import FoundationEssentials
import Identity
import Postgres
import Store
import TestSupport
import Testing

@Suite("Users, tokens and sessions", .database)
struct AccessTests {
    let database = TestDatabase.current
    var store: Store { database.store }
    var tenant: TenantID { database.a.id }

    private func principal(_ token: AccessToken, in tenant: TenantID? = nil) async throws -> Principal? {
        try await store.tokens.holder(hash: token.digest, tenant: tenant ?? token.tenant)?.principal
    }

    private func makeToken(role: Role = .viewer, expiresAt: Date? = nil) async throws -> (AccessToken, TokenID) {
        let token = AccessToken.make(for: tenant)
        let id = TokenID.make()
        try await store.tokens.create(
            id: id, name: "ci", role: role, hash: token.digest, expiresAt: expiresAt, tenant: tenant)
        return (token, id)
    }

    @Test("a token gives its role in its tenant, and nothing in another")
    func token() async throws {
        let (token, id) = try await makeToken(role: .analyst)
        let found = try #require(try await principal(token))
        #expect(found == Principal(tenant: tenant, role: .analyst, subject: .token(id), name: "ci"))
        #expect(try await principal(token, in: database.b.id) == nil)
        #expect(try await principal(AccessToken.make(for: tenant)) == nil)
    }

    @Test("no table holds a token, a session's cookie or a password")
    func secrets() async throws {
        let (token, _) = try await makeToken()
        let cookie = SessionToken.make(for: tenant)
        let user = try #require(database.a.users[.admin])
        try await store.sessions.create(
            hash: cookie.digest, user: user.id, tenant: tenant, expiresAt: Date(timeIntervalSinceNow: 60))
        let catalogue = Catalogue(database: store.owner)
        for table in try await catalogue.tables() {
            for secret in [token.text, cookie.text, TestTenant.password] {
                for form in [secret, Data(secret.utf8).map { String($0, radix: 16) }.joined()] {
                    let rows = try await store.owner.query(
                        "SELECT FROM \(table) AS t WHERE strpos(t::text, $1) > 0", [.text(form)])
                    #expect(rows.isEmpty, "\(table)")
                }
            }
        }
    }

    @Test("a token ends when it expires and when it is revoked")
    func tokenEnds() async throws {
        let (expired, _) = try await makeToken(expiresAt: Date(timeIntervalSinceNow: -1))
        #expect(try await principal(expired) == nil)
        let (revoked, id) = try await makeToken()
        await #expect(throws: StoreError.notFound(kind: "token", id: id.description)) {
            try await store.tokens.revoke(id, tenant: database.b.id)
        }
        #expect(try await principal(revoked) != nil)
        try await store.tokens.revoke(id, tenant: tenant)
        #expect(try await principal(revoked) == nil)
        #expect(try await !store.tokens.list(tenant: tenant).contains { $0.id == id })
    }

    @Test("a session gives its user, until it ends, expires, or its user is disabled")
    func session() async throws {
        let user = try #require(database.a.users[.analyst])
        func make(for seconds: Double) async throws -> [UInt8] {
            let cookie = SessionToken.make(for: tenant)
            try await store.sessions.create(
                hash: cookie.digest, user: user.id, tenant: tenant, expiresAt: Date(timeIntervalSinceNow: seconds))
            return cookie.digest
        }
        let (ended, expired, living) = (try await make(for: 60), try await make(for: -1), try await make(for: 60))
        let found = try await store.sessions.holder(hash: living, tenant: tenant)?.principal
        #expect(found == Principal(tenant: tenant, role: .analyst, subject: .user(user.id), name: user.email))
        #expect(try await store.sessions.holder(hash: living, tenant: database.b.id)?.principal == nil)
        #expect(try await store.sessions.holder(hash: expired, tenant: tenant)?.principal == nil)
        try await store.sessions.end(hash: ended, tenant: tenant)
        #expect(try await store.sessions.holder(hash: ended, tenant: tenant)?.principal == nil)
        #expect(try await store.sessions.holder(hash: living, tenant: tenant)?.principal != nil)
        try await store.users.disable(user.id, tenant: tenant)
        #expect(try await store.sessions.holder(hash: living, tenant: tenant)?.principal == nil)
    }

    @Test("an address may sign in to every tenant that has it, and is unique in each")
    func credentials() async throws {
        for tenant in [database.a, database.b] {
            _ = try await store.users.create(
                email: " Consultant@Example.org ", role: .viewer, passwordHash: "$hash", tenant: tenant.id)
        }
        await #expect(throws: StoreError.duplicate(kind: "user", name: "consultant@example.org")) {
            try await store.users.create(
                email: "consultant@example.org", role: .admin, passwordHash: "$hash", tenant: tenant)
        }
        let found = try await store.users.credentials(email: "CONSULTANT@example.org")
        #expect(Set(found.map(\.tenant)) == [database.a.id, database.b.id])
    }

    @Test(
        "what is no address is no user",
        arguments: ["", "nobody", "a b@c.org", String(repeating: "a", count: 250) + "@c.org"])
    func badAddress(email: String) async throws {
        let error = await #expect(throws: StoreError.self) {
            try await store.users.create(email: email, role: .viewer, passwordHash: "$hash", tenant: tenant)
        }
        #expect(error?.code == "request.invalid")
    }

    @Test("a user of another tenant can be neither found nor disabled")
    func otherTenant() async throws {
        let theirs = try #require(database.b.users[.admin])
        #expect(try await store.users.find(theirs.id, tenant: tenant) == nil)
        await #expect(throws: StoreError.notFound(kind: "user", id: theirs.id.description)) {
            try await store.users.disable(theirs.id, tenant: tenant)
        }
        #expect(try await store.users.find(theirs.id, tenant: database.b.id) == theirs)
    }
}
