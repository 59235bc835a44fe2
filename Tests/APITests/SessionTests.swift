import API
import Domain
import FoundationEssentials
import Identity
import Logging
import Store
import Testing
import TestSupport

@Suite("Browser sessions and the end of access", .database)
struct SessionTests {
    private let form = "Content-Type: application/x-www-form-urlencoded"

    private func signIn(_ api: TestAPI, _ email: String = "admin@alpha.test") async throws -> String {
        let body = "email=\(email)&password=\(TestTenant.password.replacing(" ", with: "+"))&return_to=%2Fendpoints"
        let reply = try await api.send("POST", "/sign-in", headers: [form], body: Array(body.utf8))
        #expect(reply.status == 303 && reply["location"] == "/endpoints", "\(reply.status)")
        let cookie = try #require(reply["set-cookie"])
        #expect(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax") && cookie.contains("; Path=/"))
        return String(cookie.prefix { $0 != ";" })
    }

    private func csrfToken(_ cookie: String) throws -> String {
        try #require(cookie.split(separator: "=", maxSplits: 1).last.flatMap { SessionToken(String($0)) }).csrfToken
    }

    @Test("a session reads, and writes only with its own CSRF token from this site's pages")
    func crossSite() async throws {
        try await TestAPI.run { api in
            let cookie = try await signIn(api)
            let other = try await signIn(api, "analyst@alpha.test")
            #expect(try await api.send("GET", "/api/me", headers: ["Cookie: \(cookie)"]).status == 200)
            let body = "{\"name\":\"x\",\"role\":\"viewer\"}"
            func post(_ headers: String...) async throws -> Int {
                try await api.send(
                    "POST", "/api/tokens", token: nil, json: body, headers: ["Cookie: a=b; \(cookie)"] + headers
                ).status
            }
            let good = "X-CSRF-Token: \(try csrfToken(cookie))"
            #expect(try await post() == 403)
            #expect(try await post("X-CSRF-Token: nonsense") == 403)
            #expect(try await post("X-CSRF-Token: \(try csrfToken(other))") == 403)
            #expect(try await post(good, "Sec-Fetch-Site: cross-site") == 403)
            #expect(try await post(good, "Origin: https://evil.example") == 403)
            #expect(try await post(good, "Sec-Fetch-Site: same-origin") == 201)
            #expect(try await post(good) == 201)
        }
    }

    @Test("signing out ends the session, and a stolen cookie with it")
    func signOut() async throws {
        try await TestAPI.run { api in
            let cookie = try await signIn(api)
            let body = Array("csrf_token=\(try csrfToken(cookie))".utf8)
            #expect(try await api.send("GET", "/api/me", headers: ["Cookie: \(cookie)"]).status == 200)
            let reply = try await api.send("POST", "/sign-out", headers: [form, "Cookie: \(cookie)"], body: body)
            #expect(reply.status == 303 && reply["set-cookie"]?.contains("Max-Age=0") == true)
            #expect(try await api.send("GET", "/api/me", headers: ["Cookie: \(cookie)"]).status == 401)
        }
    }

    @Test("a wrong password and an unknown address get the same answer")
    func refusals() async throws {
        try await TestAPI.run { api in
            var answers: [String] = []
            for email in ["admin@alpha.test", "nobody@alpha.test"] {
                let body = Array("email=\(email)&password=wrong".utf8)
                let reply = try await api.send("POST", "/sign-in", headers: [form], body: body)
                #expect(reply.status == 401 && reply["set-cookie"] == nil)
                answers.append(reply.text.replacing(email, with: ""))
            }
            #expect(answers[0] == answers[1])
        }
    }

    private static let foreignTargets = ["https://evil.example/", "//evil.example", "/\\evil"]

    @Test("people are sent on within this site only")
    func openRedirects() async throws {
        try await TestAPI.run { api in
            for target in Self.foreignTargets {
                let escaped = target.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
                let password = TestTenant.password.replacing(" ", with: "+")
                let body = "email=admin%40alpha.test&password=\(password)&return_to=\(escaped)"
                let reply = try await api.send("POST", "/sign-in", headers: [form], body: Array(body.utf8))
                #expect(reply.status == 303 && reply["location"] == "/")
            }
        }
    }

    /// Two servers on one database, as behind a load balancer.
    private func withTwoServers(_ body: (TestAPI, TestAPI) async throws -> Void) async throws {
        let database = TestDatabase.current
        var logger = Logger(label: "garrison.tests")
        logger.logLevel = .critical
        let other = try await Store.connect(database.url, connections: 1, logger: logger)
        let outcome: Result<Void, any Error>
        do {
            try await TestAPI.run { first in
                try await TestAPI.run(store: other) { second in try await body(first, second) }
            }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await other.close()
        try outcome.get()
    }

    /// Notifications need a moment to arrive, however short.
    private func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
        for _ in 0..<600 {
            if try await condition() { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    @Test("a revoked token is refused at once by this process and, as soon as it hears of it, by every other")
    func revocation() async throws {
        let database = TestDatabase.current
        try await withTwoServers { first, second in
            let admin = database.a.tokens[.admin]
            let made = try await first.send(
                "POST", "/api/tokens", token: admin, json: "{\"name\":\"x\",\"role\":\"viewer\"}")
            let (token, path) = (try made.json["token"]?.text, try #require(made["location"]))
            for api in [first, second] { #expect(try await api.send("GET", "/api/me", token: token).status == 200) }
            #expect(try await first.send("DELETE", path, token: admin).status == 204)
            #expect(try await first.send("GET", "/api/me", token: token).status == 401)
            #expect(try await eventually { try await second.send("GET", "/api/me", token: token).status == 401 })
            #expect(try await first.send("GET", "/api/me", token: admin).status == 200)
        }
    }

    @Test("disabling a user and setting a password end the user's sessions everywhere")
    func disabling() async throws {
        let database = TestDatabase.current
        try await withTwoServers { first, second in
            let viewer = "Cookie: \(try await signIn(first, "viewer@alpha.test"))"
            let analyst = "Cookie: \(try await signIn(first, "analyst@alpha.test"))"
            for api in [first, second] {
                for cookie in [viewer, analyst] {
                    #expect(try await api.send("GET", "/api/me", headers: [cookie]).status == 200)
                }
            }
            let id = try #require(database.a.users[.viewer]?.id)
            #expect(try await first.send("DELETE", "/api/users/\(id)", token: database.a.tokens[.admin]).status == 204)
            let hash = try PasswordHash(password: "another good password")
            try await database.store.users.setPassword(
                hash: hash.encoded, email: "analyst@alpha.test", tenant: database.a.id)
            for cookie in [viewer, analyst] {
                #expect(try await first.send("GET", "/api/me", headers: [cookie]).status == 401)
                #expect(
                    try await eventually { try await second.send("GET", "/api/me", headers: [cookie]).status == 401 })
            }
        }
    }

    @Test("a token ends at its time, also when it is remembered")
    func expiry() async throws {
        let database = TestDatabase.current
        let token = AccessToken.make(for: database.a.id)
        try await database.store.tokens.create(
            name: "short", role: .viewer, hash: token.digest, expiresAt: Date(timeIntervalSinceNow: 2),
            tenant: database.a.id)
        try await TestAPI.run { api async throws in
            #expect(try await api.send("GET", "/api/me", token: token.text).status == 200)
            #expect(try await eventually { try await api.send("GET", "/api/me", token: token.text).status == 401 })
        }
    }

    @Test("a change made by another process is in the next answer, however cached")
    func cacheAcrossProcesses() async throws {
        let database = TestDatabase.current
        try await withTwoServers { first, second in
            let token = database.a.tokens[.viewer]
            for api in [first, second] {
                #expect(try await api.send("GET", "/api/endpoints", token: token)["x-total-count"] == "0")
            }
            try await database.addEndpoints(3, in: database.a)
            #expect(try await first.send("GET", "/api/endpoints", token: token)["x-total-count"] == "3")
            #expect(
                try await eventually {
                    try await second.send("GET", "/api/endpoints", token: token)["x-total-count"] == "3"
                })
        }
    }

    @Test("pages and data say what browsers must not do with them, and over TLS that they must stay there")
    func securityHeaders() async throws {
        try await TestAPI.run { services in
            services.rateLimiter = nil
            services.forwardedProtocolHeader = .init("X-Forwarded-Proto")
        } _: { api in
            for path in ["/sign-in", "/docs", "/api/me", "/nothing", "/healthz", "/docs/reference.js"] {
                let reply = try await api.send("GET", path, headers: ["X-Forwarded-Proto: https"])
                let policy = try #require(reply["content-security-policy"], "\(path)")
                #expect(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe-inline"), "\(path)")
                #expect(reply["x-content-type-options"] == "nosniff" && reply["referrer-policy"] != nil, "\(path)")
                #expect(reply["strict-transport-security"]?.hasPrefix("max-age=") == true, "\(path)")
                let plain = try await api.send("GET", path, headers: ["X-Forwarded-Proto: http"])
                #expect(plain["strict-transport-security"] == nil, "\(path)")
            }
        }
    }
}
