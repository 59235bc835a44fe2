import API
import Domain
import Testing
import TestSupport

@Suite("Limits on what one client may ask", .database)
struct LimitTests {
    private static let strict = RateLimiter.Rates(
        principal: Rate(perSecond: 0.01, burst: 3), anonymous: Rate(perSecond: 0.01, burst: 3),
        failures: Rate(perSecond: 0.01, burst: 2), account: Rate(perSecond: 0.01, burst: 2))

    @Test("a token that asks too much gets 429 with Retry-After, and no other token does")
    func principals() async throws {
        let database = TestDatabase.current
        try await TestAPI.run {
            $0.rateLimiter = RateLimiter(Self.strict)
        } _: { api in
            let token = database.a.tokens[.viewer]
            for _ in 0..<3 { #expect(try await api.send("GET", "/api/me", token: token).status == 200) }
            let refused = try await api.send("GET", "/api/me", token: token)
            #expect(refused.status == 429 && refused.problem == "rate.exceeded")
            #expect(refused["retry-after"].flatMap { Int($0) } ?? 0 > 0)
            #expect(try await api.send("GET", "/api/me", token: database.a.tokens[.admin]).status == 200)
            #expect(try await api.send("GET", "/api/me", token: database.b.tokens[.viewer]).status == 200)
            // Whoever watches the server is never in the way of its limits.
            for _ in 0..<10 { #expect(try await api.send("GET", "/healthz").status == 200) }
        }
    }

    @Test("answers that are ready cost nothing")
    func cachedAnswers() async throws {
        let database = TestDatabase.current
        try await database.addEndpoints(1, in: database.a)
        try await TestAPI.run {
            $0.rateLimiter = RateLimiter(Self.strict)
        } _: { api async throws in
            for _ in 0..<10 {
                #expect(try await api.send("GET", "/api/endpoints", token: database.a.tokens[.viewer]).status == 200)
            }
        }
    }

    @Test("wrong tokens and anonymous requests from one address are limited")
    func strangers() async throws {
        let database = TestDatabase.current
        try await TestAPI.run {
            $0.rateLimiter = RateLimiter(Self.strict)
        } _: { api in
            var statuses: [Int] = []
            for _ in 0..<4 { statuses.append(try await api.send("GET", "/api/me", token: "gar_wrong").status) }
            #expect(statuses == [401, 401, 429, 429])
            statuses = []
            for _ in 0..<5 { statuses.append(try await api.send("GET", "/api/me").status) }
            #expect(statuses == [401, 401, 401, 429, 429])
            #expect(try await api.send("GET", "/api/me", token: database.a.tokens[.viewer]).status == 200)
        }
    }

    @Test("an account's password can be guessed only so often, from wherever; another account is free")
    func passwords() async throws {
        var rates = Self.strict
        rates.anonymous = Rate(perSecond: 1000, burst: 1000)
        rates.failures = Rate(perSecond: 1000, burst: 1000)
        try await TestAPI.run {
            $0.rateLimiter = RateLimiter(rates)
        } _: { api in
            func attempt(_ email: String, _ password: String) async throws -> Reply {
                let form = "email=\(email)&password=\(password.replacing(" ", with: "+"))"
                return try await api.send(
                    "POST", "/sign-in", headers: ["Content-Type: application/x-www-form-urlencoded"],
                    body: Array(form.utf8))
            }
            #expect(try await attempt("admin@alpha.test", "wrong").status == 401)
            #expect(try await attempt("ADMIN@alpha.test", "wrong").status == 401)
            let refused = try await attempt("admin@alpha.test", TestTenant.password)
            #expect(refused.status == 429 && refused["retry-after"] != nil)
            #expect(try await attempt("viewer@alpha.test", TestTenant.password).status == 303)
            // An address that nobody has is treated no differently.
            #expect(try await attempt("nobody@alpha.test", "wrong").status == 401)
            #expect(try await attempt("nobody@alpha.test", "wrong").status == 401)
            #expect(try await attempt("nobody@alpha.test", "wrong").status == 429)
        }
    }

    @Test("a handler that takes longer than its route may is cut off with 503")
    func timeouts() async throws {
        let slow = Route<NoInput, NoContent>(
            .get, "/slow", "Slow", tag: "Tests", access: .permission(.read),
            limits: RouteLimits(timeout: .milliseconds(50))
        ) { _, _ in
            try await Task.sleep(for: .seconds(600))
            return NoContent()
        }
        let database = TestDatabase.current
        try await TestAPI.run(more: [slow.erased]) { api in
            let reply = try await api.send("GET", "/slow", token: database.a.tokens[.viewer])
            #expect(reply.status == 503 && reply.problem == "request.timed_out" && reply["retry-after"] != nil)
        }
    }

    @Test("an error that nobody foresaw tells the client nothing but the request's name")
    func unexpected() async throws {
        struct Secret: Error { let text = "hunter2" }
        let broken = Route<NoInput, NoContent>(
            .get, "/broken", "Broken", tag: "Tests", access: .permission(.read)
        ) { _, _ in throw Secret() }
        let database = TestDatabase.current
        try await TestAPI.run(more: [broken.erased]) { api in
            let reply = try await api.send("GET", "/broken", token: database.a.tokens[.viewer])
            #expect(reply.status == 500 && reply.problem == "server.unexpected")
            #expect(!reply.text.contains("hunter2") && !reply.text.contains("Secret"))
        }
    }
}
