import API
import Domain
import Identity
import Testing
import TestSupport

@Suite("Every route against every caller", .database)
struct AccessMatrixTests {
    @Test("a route lets in who has its permission and nobody else", arguments: Caller.allCases)
    func admits(_ caller: Caller) async throws {
        let database = TestDatabase.current
        let samples = try await RouteSamples.make(database, in: database.a, prefix: "alpha")
        let token = try await caller.token(database, in: database.a)
        try await TestAPI.run { api in
            for route in api.catalogue.routes {
                let reply = try await api.send(route, samples, token: token)
                let name = "\(route.method.rawValue) \(route.path)"
                guard case .permission(let permission) = route.access else {
                    #expect(AccessExceptions.open.contains(name), "\(name) is open and not in the list of exceptions")
                    #expect(reply.status < 500 && reply.status != 403, "\(name) as \(caller): \(reply.status)")
                    continue
                }
                check(reply, as: caller, permission, route.anonymousAnswer, name)
            }
        }
    }

    private func check(
        _ reply: Reply, as caller: Caller, _ permission: Permission, _ anonymousAnswer: AnonymousAnswer, _ name: String
    ) {
        guard let role = caller.role else {
            if case .redirect(let path) = anonymousAnswer {
                #expect(reply.status == 303 && reply["location"]?.hasPrefix(path) == true, "\(name): \(reply.status)")
            } else {
                let problem = caller == .anonymous ? "authentication.required" : "authentication.invalid"
                #expect(reply.status == 401 && reply.problem == problem, "\(name): \(reply.status) \(reply.text)")
                #expect(reply["www-authenticate"]?.hasPrefix("Bearer") == true, "\(name)")
            }
            return
        }
        if role.grants(permission) {
            #expect(reply.status < 400, "\(name) as \(caller): \(reply.status) \(reply.text.prefix(300))")
        } else {
            #expect(reply.status == 403, "\(name) as \(caller): \(reply.status)")
        }
    }

    @Test("another tenant's things are not there, whatever the route")
    func isolates() async throws {
        let database = TestDatabase.current
        let samples = try await RouteSamples.make(database, in: database.b, prefix: "betasecret")
        let secrets =
            ["betasecret", "\(samples.endpoint)", database.b.id.description] + samples.tokens.map(\.description)
            + samples.users.map(\.description)
        try await TestAPI.run { api in
            for route in api.catalogue.routes {
                let name = "\(route.method.rawValue) \(route.path)"
                let reply = try await api.send(route, samples, token: database.a.tokens[.admin])
                // What the caller sent may come back: it told nothing.
                let sent = samples.target(route) + String(decoding: samples.body(route)?.bytes ?? [], as: UTF8.self)
                for secret in secrets where !sent.contains(secret) {
                    #expect(!reply.text.contains(secret), "\(name) shows \(secret)")
                }
                if namesThings(route), AccessExceptions.shared[name] == nil {
                    #expect(reply.status == 404, "\(name): \(reply.status) \(reply.text.prefix(300))")
                }
            }
        }
        // Nothing of it was changed either.
        let store = database.store
        #expect(try await store.users.find(samples.users[0], tenant: database.b.id) != nil)
        #expect(try await store.tokens.list(tenant: database.b.id).contains { $0.id == samples.tokens[0] })
        #expect(try await store.endpoints.detail(samples.endpoint, tenant: database.b.id).criticality == "normal")
    }

    /// Whether requests of the route name something that belongs to a tenant.
    private func namesThings(_ route: AnyRoute) -> Bool {
        route.path.contains("{") || route.path.hasSuffix("/scan")
    }

    @Test("a token of one tenant does not become another's by naming it")
    func tokenIsBound() async throws {
        let database = TestDatabase.current
        let own = try #require(AccessToken(database.a.tokens[.admin] ?? ""))
        // The tenant is the token's first 22 characters behind the prefix.
        let other = try #require(database.b.tokens[.admin])
        let forged = String(other.prefix(4 + 22)) + String(own.text.dropFirst(4 + 22))
        try await TestAPI.run { api async throws in
            #expect(try await api.send("GET", "/api/me", token: forged).status == 401)
            #expect(try await api.send("GET", "/api/me", token: own.text).status == 200)
        }
    }

    @Test("every route that takes a body has a sample that it takes")
    func samplesAreComplete() async throws {
        let database = TestDatabase.current
        let samples = try await RouteSamples.make(database, in: database.a, prefix: "alpha")
        try await TestAPI.run { api in
            #expect(api.catalogue.defects == [])
            for route in api.catalogue.routes {
                if case .none = route.body { continue }
                #expect(samples.body(route) != nil, "\(route.method.rawValue) \(route.path) has no sample")
            }
        }
    }
}
