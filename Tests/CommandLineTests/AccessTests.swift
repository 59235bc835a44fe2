import Foundation
import TestSupport
import Testing

@Suite("Tenants, users and tokens from the command line", .database, .blocking)
struct AccessTests {
    private let password = "a password of the test\n"

    private func garrison(_ arguments: String..., input: String = "") throws -> GarrisonProcess {
        try GarrisonProcess.run(
            arguments, environment: ["DATABASE_URL": TestDatabase.current.url], input: input)
    }

    private func audit(_ tenant: String) throws -> [String] {
        let events: [[String: Any]] = try garrison("audit", "list", "--tenant", tenant, "--json").json()
        return events.compactMap { $0["action"] as? String }
    }

    @Test("a tenant is created, found by name and by id, and deleted only with --yes")
    func tenants() throws {
        let created = try garrison("tenant", "create", "Umbrella Corporation")
        #expect(created.status == 0 && created.output.lines.count == 1)
        let id = try #require(created.output.lines.first)
        let list: [[String: Any]] = try garrison("tenant", "list", "--json").json()
        #expect(list.compactMap { $0["name"] as? String } == ["Umbrella Corporation", "alpha", "beta"])
        #expect(list.compactMap { $0["created_at"] as? String }.allSatisfy { $0.hasSuffix("Z") })
        #expect(try garrison("tenant", "list").output.contains("\(id)  "))
        #expect(try audit(id) == ["tenant.create"])

        let refused = try garrison("tenant", "delete", id)
        #expect(refused.status == 1 && refused.complaints.contains("with 0 endpoint(s) for good; repeat with --yes."))
        #expect(try garrison("tenant", "delete", "Umbrella Corporation", "--yes").status == 0)
        #expect(try garrison("tenant", "list").output.contains("Umbrella") == false)
    }

    @Test("how alerts become incidents is printed and changed, and a change is in the trail")
    func incidents() throws {
        func settings(_ options: String...) throws -> GarrisonProcess {
            try GarrisonProcess.run(
                ["incident", "settings", "--tenant", "alpha"] + options,
                environment: ["DATABASE_URL": TestDatabase.current.url])
        }
        #expect(try settings().output.contains("alerts within 1d are one incident"))
        #expect(try !audit("alpha").contains("incident.settings"))
        let changed: [String: Any] = try settings("--window", "12h", "--resolve-at-vendor", "off", "--json").json()
        #expect(changed["window_minutes"] as? Int == 720 && changed["resolves_at_vendor"] as? Bool == false)
        #expect(try settings().output.contains("within 12h") && settings().output.contains("left as they are"))
        #expect(try audit("alpha").contains("incident.settings"))
        for window in ["4m", "31d", "90s", "long"] { #expect(try settings("--window", window).status == 2) }
    }

    @Test("a name that is taken or impossible is refused")
    func badTenants() throws {
        let twice = try garrison("tenant", "create", "alpha")
        #expect(twice.status == 1 && twice.complaints.contains("already a tenant “alpha”"))
        #expect(try garrison("tenant", "create", " ").status == 1)
        #expect(try garrison("tenant", "create", String(repeating: "x", count: 101)).status == 1)
    }

    @Test(
        "a tenant that is mistyped is asked about, a strange one is explained",
        arguments: [
            ("alhpa", "Is “alpha” meant?"), ("Beta", "Is “beta” meant?"), ("umbrella", "`garrison tenant list`"),
        ])
    func suggestions(name: String, advice: String) throws {
        for command in [["token", "list"], ["user", "list"], ["audit", "verify"], ["scan"]] {
            let result = try GarrisonProcess.run(
                command + ["--tenant", name], environment: ["DATABASE_URL": TestDatabase.current.url])
            #expect(result.status == 1)
            #expect(result.complaints.contains("there is no tenant “\(name)”") && result.complaints.contains(advice))
        }
    }

    @Test("a token is printed alone, works until it is revoked, and lists never show it")
    func tokens() async throws {
        let created = try garrison(
            "token", "create", "--tenant", "alpha", "--role", "analyst", "--name", "ci", "--days", "7")
        let token = try #require(created.output.lines.first)
        #expect(created.output == token + "\n" && created.complaints.isEmpty)
        let listed = try garrison("token", "list", "--tenant", "alpha", "--json")
        let tokens: [[String: Any]] = try listed.json()
        let ci = try #require(tokens.first { $0["name"] as? String == "ci" })
        #expect(ci["role"] as? String == "analyst" && ci["expires_at"] is String)
        #expect(!listed.output.contains(token) && !listed.output.contains("hash"))
        #expect(try garrison("token", "list", "--tenant", "beta").output.contains("  ci\n") == false)

        let id = try #require(ci["id"] as? String)
        #expect(try garrison("token", "revoke", "--tenant", "beta", id).complaints.contains("no token"))
        #expect(try garrison("token", "revoke", "--tenant", "alpha", id).status == 0)
        #expect(try garrison("token", "revoke", "--tenant", "alpha", id).status == 1)
        #expect(try garrison("token", "list", "--tenant", "alpha").output.contains("  ci\n") == false)
        #expect(try audit("alpha") == ["token.revoke", "token.create"])
    }

    @Test("a user is created with a password from standard input, gets another, and is disabled")
    func users() throws {
        let created = try garrison(
            "user", "create", "--tenant", "alpha", "--role", "viewer", "Eve@Example.org", input: password)
        #expect(created.status == 0 && created.output.lines.count == 1)
        let users: [[String: Any]] = try garrison("user", "list", "--tenant", "alpha", "--json").json()
        #expect(users.contains { $0["email"] as? String == "eve@example.org" && $0["role"] as? String == "viewer" })
        #expect(try !garrison("user", "list", "--tenant", "alpha", "--json").output.contains("scrypt"))

        let changed = try garrison(
            "user", "password", "--tenant", "alpha", "eve@example.org", input: "another long one\n")
        #expect(changed.status == 0)
        #expect(try garrison("user", "disable", "--tenant", "alpha", "eve@example.org").status == 0)
        #expect(try garrison("user", "list", "--tenant", "alpha").output.contains("eve@") == false)
        #expect(try audit("alpha") == ["user.disable", "user.password", "user.create"])
    }

    @Test(
        "a password that is missing or too short is refused, and nothing is made",
        arguments: [("", "no password was given"), ("\n", "no password was given"), ("short\n", "at least 12")])
    func badPasswords(input: String, reason: String) throws {
        let result = try garrison(
            "user", "create", "--tenant", "alpha", "--role", "viewer", "eve@example.org", input: input)
        #expect(result.status == 1 && result.complaints.contains(reason))
        #expect(try !garrison("user", "list", "--tenant", "alpha").output.contains("eve@"))
    }

    @Test("a user who is mistyped is asked about")
    func unknownUser() throws {
        let result = try garrison("user", "disable", "--tenant", "alpha", "viewr@alpha.test")
        #expect(result.status == 1 && result.complaints.contains("Is viewer@alpha.test meant?"))
    }

    @Test("the audit trail verifies, and does not once an entry was changed behind the program's back")
    func audit() async throws {
        for name in ["one", "two", "three"] {
            _ = try garrison("token", "create", "--tenant", "alpha", "--role", "viewer", "--name", name)
        }
        let intact = try garrison("audit", "verify", "--tenant", "alpha")
        #expect(intact.status == 0 && intact.output == "The audit trail of “alpha” is intact.\n")
        let owner = TestDatabase.current.store.owner
        _ = try await owner.run([
            .init("ALTER TABLE audit_events DISABLE TRIGGER ALL"),
            .init("ALTER TABLE audit_events NO FORCE ROW LEVEL SECURITY"),
            .init("UPDATE audit_events SET object = 'forged' WHERE detail ->> 'name' = 'two'"),
            .init("ALTER TABLE audit_events FORCE ROW LEVEL SECURITY"),
            .init("ALTER TABLE audit_events ENABLE TRIGGER ALL"),
        ])
        let broken = try garrison("audit", "verify", "--tenant", "alpha", "--json")
        #expect(broken.status == 1 && broken.complaints.contains("is broken at entry"))
        #expect(try broken.json(as: [String: Any].self)["intact"] as? Bool == false)
    }
}
