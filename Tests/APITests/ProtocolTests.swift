import API
import Domain
import Testing
import TestSupport

@Suite("HTTP as it should be", .database)
struct ProtocolTests {
    @Test("HEAD is GET without the body")
    func head() async throws {
        let database = TestDatabase.current
        try await database.addEndpoints(2, in: database.a)
        try await TestAPI.run { api in
            let token = database.a.tokens[.viewer]
            let get = try await api.send("GET", "/api/endpoints", token: token)
            let head = try await api.send("HEAD", "/api/endpoints", token: token)
            #expect(head.status == 200 && head.body.isEmpty)
            for name in ["content-length", "content-type", "etag", "x-total-count"] {
                #expect(head[name] == get[name] && head[name] != nil, "\(name)")
            }
        }
    }

    @Test("a method that a path does not take is 405 with Allow, and OPTIONS asks for it")
    func methods() async throws {
        let database = TestDatabase.current
        try await TestAPI.run { api in
            for (method, target, allow) in [
                ("PUT", "/api/endpoints", "GET, HEAD, OPTIONS"), ("DELETE", "/api/endpoints/scan", "PATCH, GET, POST"),
                ("PATCH", "/api/tokens", "GET, POST, HEAD, OPTIONS"),
            ] {
                let reply = try await api.send(method, target, token: database.a.tokens[.admin])
                #expect(
                    reply.status == 405 && reply.problem == "method.not_allowed", "\(method) \(target): \(reply.text)")
                let allowed = Set((reply["allow"] ?? "").split(separator: ", "))
                #expect(allowed.isSuperset(of: allow.split(separator: ", ")), "\(method) \(target): \(allowed)")
            }
            let options = try await api.send("OPTIONS", "/api/tokens")
            #expect(options.status == 204 && options["allow"] == "GET, POST, HEAD, OPTIONS")
        }
    }

    private static let absentPaths = [
        "/api/nothing", "/api/endpoints/", "/api//endpoints", "/api/endpoints/a/b/c", "/api/endpoints%2F", "/%00",
        "/..%2f..%2fetc/passwd", "/api/../etc/passwd", "/docs/../../x",
    ]

    @Test("a path that is not there is 404 with a problem document")
    func unknownPaths() async throws {
        let database = TestDatabase.current
        try await TestAPI.run { api in
            for path in Self.absentPaths {
                let reply = try await api.send("GET", path, token: database.a.tokens[.viewer])
                // A router that leaves out empty parts may find the list; it must never find anything else.
                if path == "/api/endpoints/" || path == "/api//endpoints", reply.status == 200 { continue }
                #expect(reply.status == 404 || reply.status == 400, "\(path): \(reply.status)")
                #expect(reply.problem != nil, "\(path): \(reply.text)")
            }
        }
    }

    private static let ids = [
        ("none", 400), ("%41", 400), ("00000000-0000-7000-8000-000000000000", 404), ("%00", 400), ("%ff", 400),
        ("%2", 400),
    ]

    @Test("an id in the path is decoded once, and refused when it is none")
    func pathParameters() async throws {
        let database = TestDatabase.current
        try await TestAPI.run { api in
            for (id, status) in Self.ids {
                let reply = try await api.send("GET", "/api/endpoints/\(id)", token: database.a.tokens[.viewer])
                #expect(reply.status == status, "\(reply.status) \(reply.text)")
            }
        }
    }

    @Test("a percent-encoded id names the same vulnerability")
    func encodedID() async throws {
        let database = TestDatabase.current
        try await database.addIntelligence()
        try await TestAPI.run { api in
            let encoded = SeedFeeds.exploited.replacing("-", with: "%2D")
            let reply = try await api.send("GET", "/api/vulnerabilities/\(encoded)", token: database.a.tokens[.viewer])
            #expect(reply.status == 200)
            #expect(try reply.json["cve_id"]?.text == SeedFeeds.exploited)
        }
    }

    @Test("every answer names its request, and the client's own name for it is kept when harmless")
    func requestIDs() async throws {
        let database = TestDatabase.current
        try await TestAPI.run { api in
            let given = try await api.send("GET", "/healthz", headers: ["X-Request-Id: trace-1.a"])
            #expect(given["x-request-id"] == "trace-1.a")
            let hostile = try await api.send("GET", "/healthz", headers: ["X-Request-Id: a b<script>"])
            #expect(hostile["x-request-id"]?.count == 16)
            let refused = try await api.send("GET", "/api/me")
            #expect(try refused.json["request_id"]?.text == refused["x-request-id"])
            let missing = try await api.send("GET", "/nothing", token: database.a.tokens[.viewer])
            #expect(try missing.json["request_id"]?.text == missing["x-request-id"])
        }
    }

    @Test("a client that has the current version gets 304, until something changes")
    func entityTags() async throws {
        let database = TestDatabase.current
        try await database.addEndpoints(1, in: database.a)
        try await TestAPI.run { api in
            let token = database.a.tokens[.viewer]
            for path in ["/api/endpoints", "/api/vulnerabilities"] {
                // Once from the database and once from the cache.
                for _ in 0..<2 {
                    let tag = try #require(try await api.send("GET", path, token: token)["etag"])
                    for value in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
                        let reply = try await api.send("GET", path, token: token, headers: ["If-None-Match: \(value)"])
                        #expect(reply.status == 304 && reply.body.isEmpty && reply["etag"] == tag, "\(path) \(value)")
                    }
                }
            }
            let old = try #require(try await api.send("GET", "/api/endpoints", token: token)["etag"])
            try await database.addEndpoints(1, prefix: "new", in: database.a)
            let reply = try await api.send("GET", "/api/endpoints", token: token, headers: ["If-None-Match: \(old)"])
            #expect(reply.status == 200 && reply["x-total-count"] == "2")
        }
    }

    @Test("an Idempotency-Key makes a repeated request do nothing and get the same answer")
    func idempotency() async throws {
        let database = TestDatabase.current
        try await TestAPI.run { api in
            let token = database.a.tokens[.admin]
            let body = "{\"name\":\"once\",\"role\":\"viewer\"}"
            func post(_ key: String, _ body: String, as token: String?) async throws -> Reply {
                try await api.send(
                    "POST", "/api/tokens", token: token, json: body, headers: ["Idempotency-Key: \(key)"])
            }
            let first = try await post("k1", body, as: token)
            let again = try await post("k1", body, as: token)
            #expect(first.status == 201 && again.status == 201 && first.text == again.text)
            #expect(first["idempotency-replayed"] == nil && again["idempotency-replayed"] == "true")
            #expect(again["location"] == first["location"])
            let other = try await post("k1", body.replacing("once", with: "else"), as: token)
            #expect(other.status == 422 && other.problem == "idempotency_key.reused")
            // Another tenant's key of the same name is another key.
            let foreign = try await post("k1", body, as: database.b.tokens[.admin])
            #expect(foreign.status == 201 && foreign["idempotency-replayed"] == nil)
            let refused = try await post(String(repeating: "k", count: 256), body, as: token)
            #expect(refused.status == 400 && refused.problem == "idempotency_key.invalid")
            let names = try await database.store.tokens.list(tenant: database.a.id).map(\.name)
            #expect(names.count { $0 == "once" } == 1 && !names.contains("else"))
        }
    }

    @Test("a request that failed may be tried again under its key")
    func idempotencyAfterFailure() async throws {
        let database = TestDatabase.current
        let id = try await database.addEndpoints(1, in: database.a)[0]
        try await TestAPI.run { api in
            let key = ["Idempotency-Key: again"]
            let body = "{\"endpoint_ids\": [\"\(id)\"]}"
            let token = database.a.tokens[.admin]
            // Nothing may refer to an endpoint that gets another id.
            _ = try await database.store.app.query("DELETE FROM endpoint_sources", tenant: database.a.id)
            _ = try await database.store.app.query(
                "UPDATE endpoints SET id = $1", [.id(EndpointID.make())], tenant: database.a.id)
            #expect(
                try await api.send("POST", "/api/endpoints/scan", token: token, json: body, headers: key).status == 404)
            _ = try await database.store.app.query("UPDATE endpoints SET id = $1", [.id(id)], tenant: database.a.id)
            #expect(
                try await api.send("POST", "/api/endpoints/scan", token: token, json: body, headers: key).status == 202)
        }
    }

    @Test("a malformed request line or header ends in 400 or a closed connection, never a crash")
    func malformedHTTP() async throws {
        let database = TestDatabase.current
        try await TestAPI.run { api in
            for bytes in [
                "GET\r\n\r\n", "\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\nHost x\r\n\r\n",
                "GET /\u{1} HTTP/1.1\r\n\r\n", "POST /api/tokens HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                "POST /api/tokens HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET / HTTP/1.1\r\nX: \(String(repeating: "a", count: 40_000))\r\n\r\n",
                "GET /\(String(repeating: "a", count: 100_000)) HTTP/1.1\r\n\r\n",
                String(repeating: "\u{0}", count: 1000), "\u{16}\u{3}\u{1}\u{0}",
            ] {
                // Some are answered only when the peer has no more to say, which is told by garbage.
                let answer = try await Wire.exchange(Array((bytes + "\u{0}\r\n\r\n\r\n").utf8), port: api.port)
                if let reply = Reply(answer) { #expect(reply.status < 500, "\(bytes.prefix(40)): \(reply.status)") }
            }
            #expect(try await api.send("GET", "/api/me", token: database.a.tokens[.viewer]).status == 200)
        }
    }
}
