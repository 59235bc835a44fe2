import API
import Domain
import Glibc
import TestSupport
import Testing

@Suite("The same request again on one connection", .database, .blocking)
struct RepeatedRequestTests {
    private func get(_ target: String, _ token: String?, _ more: String...) -> String {
        (["GET \(target) HTTP/1.1", "Host: x", "Authorization: Bearer \(token ?? "")"] + more)
            .joined(separator: "\r\n") + "\r\n\r\n"
    }

    /// What two answers to one request must share.
    private func constant(_ reply: Reply) -> [String] {
        reply.headers.filter { $0.name != "x-request-id" && $0.name != "date" }.map { "\($0.name): \($0.value)" }
    }

    @Test("gets the same answer, with a name and a date of its own, and is counted")
    func same() async throws {
        let database = TestDatabase.current
        try await database.addEndpoints(3, in: database.a)
        try await TestAPI.run { api in
            let request = get("/api/endpoints?limit=2", database.a.tokens[.viewer])
            let talk = try Conversation(port: api.port)
            let replies = try (0..<5).map { _ in try talk.ask(request) }
            for reply in replies {
                #expect(reply.status == 200 && reply.text == replies[0].text)
                // The first was made by its route, which puts headers in another order.
                #expect(constant(reply).sorted() == constant(replies[0]).sorted())
                #expect(reply["date"]?.hasSuffix(" GMT") == true && reply["date"]?.count == 29)
            }
            #expect(constant(replies[3]) == constant(replies[1]))
            #expect(Set(replies.compactMap { $0["x-request-id"] }).count == 5)
            let named = get("/api/endpoints?limit=2", database.a.tokens[.viewer], "X-Request-Id: mine")
            for _ in 0..<3 { try #expect(talk.ask(named).all("x-request-id") == ["mine"]) }
            let count = try PrometheusText(try await api.send("GET", "/metrics").text)[
                "garrison_http_requests_total", ["method": "GET", "route": "/api/endpoints", "status": "2xx"]]
            #expect(count == 8)
        }
    }

    @Test("has no body while the client's copy is current")
    func unchanged() async throws {
        let database = TestDatabase.current
        try await database.addEndpoints(3, in: database.a)
        try await TestAPI.run { api in
            let talk = try Conversation(port: api.port)
            let token = database.a.tokens[.viewer]
            let tag = try #require(try talk.ask(get("/api/endpoints", token))["etag"])
            let conditional = get("/api/endpoints", token, "If-None-Match: \(tag)")
            for _ in 0..<4 {
                let reply = try talk.ask(conditional)
                #expect(reply.status == 304 && reply["content-length"] == nil && reply["etag"] == tag)
            }
            try await database.addEndpoints(1, prefix: "new", in: database.a)
            let changed = try talk.ask(conditional)
            #expect(changed.status == 200 && changed["x-total-count"] == "4" && changed["etag"] != tag)
        }
    }

    @Test("shows what has changed, and ends with the token")
    func exactness() async throws {
        let database = TestDatabase.current
        try await database.addEndpoints(3, in: database.a)
        try await TestAPI.run { api in
            let talk = try Conversation(port: api.port)
            let request = get("/api/endpoints", database.a.tokens[.viewer])
            for _ in 0..<3 { try #expect(talk.ask(request)["x-total-count"] == "3") }
            try await database.addEndpoints(1, prefix: "new", in: database.a)
            for _ in 0..<3 { try #expect(talk.ask(request)["x-total-count"] == "4") }
            let tokens = try await database.store.tokens.list(tenant: database.a.id)
            let id = try #require(tokens.first { $0.role == .viewer }?.id)
            try await database.store.tokens.revoke(id, tenant: database.a.id)
            for _ in 0..<2 { try #expect(talk.ask(request).status == 401) }
        }
    }

    @Test("is told from the rest of another message, from a part of it, and from two of it")
    func boundaries() async throws {
        let database = TestDatabase.current
        try await database.addEndpoints(3, in: database.a)
        try await TestAPI.run { api in
            let request = get("/api/endpoints", database.a.tokens[.viewer])
            func talking(_ body: (Conversation) throws -> Void) throws {
                let talk = try Conversation(port: api.port)
                for _ in 0..<3 { try #expect(talk.ask(request)["x-total-count"] == "3") }
                try body(talk)
                for _ in 0..<3 { try #expect(talk.ask(request)["x-total-count"] == "3") }
            }
            // A body that is, byte for byte, the request before it: it is refused as JSON, not answered.
            try talking { talk in
                try talk.write(
                    "POST /api/endpoints/scan HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                        + "\(database.a.tokens[.analyst] ?? "")\r\nContent-Type: application/json\r\n"
                        + "Content-Length: \(request.utf8.count)\r\n\r\n")
                usleep(50_000)
                try #expect(talk.ask(request).status == 400)
            }
            try talking { talk in
                try talk.write(String(request.prefix(30)))
                usleep(50_000)
                try #expect(talk.ask(String(request.dropFirst(30)))["x-total-count"] == "3")
            }
            try talking { talk in
                try #expect(talk.ask(request + request)["x-total-count"] == "3")
                try #expect(talk.reply()["x-total-count"] == "3")
            }
            try talking { talk in
                try #expect(talk.ask(get("/api/me", database.a.tokens[.viewer])).status == 200)
            }
        }
    }
}
