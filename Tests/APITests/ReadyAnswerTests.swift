import API
import Domain
import Testing
import TestSupport

@Suite("Answers that are ready, on connections that stay open", .database)
struct ReadyAnswerTests {
    /// Sends requests behind each other on one connection, without waiting for answers.
    private func pipeline(_ api: TestAPI, _ requests: [(target: String, headers: [String])]) async throws -> [Reply] {
        var bytes: [UInt8] = []
        for (index, request) in requests.enumerated() {
            let isLast = index == requests.count - 1
            let lines =
                ["GET \(request.target) HTTP/1.1", "Host: x"] + request.headers + (isLast ? ["Connection: close"] : [])
            bytes += Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        }
        return Reply.all(try await Wire.exchange(bytes, port: api.port))
    }

    private func bearer(_ token: String?) -> [String] { ["Authorization: Bearer \(token ?? "")"] }

    @Test("come in the order of their requests, between answers that have to be made")
    func order() async throws {
        let database = TestDatabase.current
        try await database.addEndpoints(3, in: database.a)
        try await TestAPI.run { api in
            let viewer = bearer(database.a.tokens[.viewer])
            let list = try await api.send("GET", "/api/endpoints", token: database.a.tokens[.viewer])
            let tag = try #require(list["etag"])
            let replies = try await pipeline(
                api,
                [
                    ("/api/endpoints", viewer), ("/api/me", viewer), ("/api/endpoints", viewer),
                    ("/api/nothing", viewer),
                    ("/api/endpoints", viewer + ["If-None-Match: \(tag)"]), ("/api/endpoints?colour=red", viewer),
                    ("/api/endpoints", viewer), ("/api/endpoints", []), ("/api/tenant", viewer),
                ])
            #expect(replies.map(\.status) == [200, 200, 200, 404, 304, 400, 200, 401, 200])
            for index in [0, 2, 6] where replies.indices.contains(index) {
                #expect(replies[index].text == list.text && replies[index]["etag"] == tag)
            }
        }
    }

    @Test("have the headers of answers that were made, and a name of their own each")
    func headers() async throws {
        let database = TestDatabase.current
        try await database.addEndpoints(3, in: database.a)
        try await TestAPI.run { api in
            let target = "/api/endpoints?limit=1"
            let made = try await api.send("GET", target, token: database.a.tokens[.viewer])
            let viewer = bearer(database.a.tokens[.viewer])
            let replies = try await pipeline(api, [(target, viewer), (target, viewer), ("/healthz", [])])
            for reply in replies.prefix(2) {
                #expect(Set(reply.headers.map(\.name)) == Set(made.headers.map(\.name)))
                for name in ["link", "x-total-count", "content-type", "content-security-policy", "server"] {
                    #expect(reply[name] == made[name] && reply[name] != nil, "\(name)")
                }
                #expect(reply["date"]?.hasSuffix(" GMT") == true && reply["date"]?.count == 29)
            }
            #expect(Set(replies.compactMap { $0["x-request-id"] }).count == 3)
            let count = try PrometheusText(try await api.send("GET", "/metrics").text)[
                "garrison_http_requests_total", ["method": "GET", "route": "/api/endpoints", "status": "2xx"]]
            #expect(count == 3)
        }
    }

    @Test("are their tenant's own, end with the token, and change with the data")
    func exactness() async throws {
        let database = TestDatabase.current
        try await database.addEndpoints(3, in: database.a)
        try await TestAPI.run { api in
            func totals(_ tokens: [String?]) async throws -> [String] {
                let requests = tokens.map { ("/api/endpoints", bearer($0)) } + [("/healthz", [])]
                return try await pipeline(api, requests).dropLast().map { $0["x-total-count"] ?? "\($0.status)" }
            }
            let (a, b) = (database.a.tokens[.viewer], database.b.tokens[.viewer])
            for _ in 0..<2 { #expect(try await totals([a, b, a, b, nil]) == ["3", "0", "3", "0", "401"]) }
            try await database.addEndpoints(1, prefix: "new", in: database.b)
            #expect(try await totals([a, b, a, b]) == ["3", "1", "3", "1"])
            let tokens = try await database.store.tokens.list(tenant: database.a.id)
            let id = try #require(tokens.first { $0.role == .viewer }?.id)
            try await database.store.tokens.revoke(id, tenant: database.a.id)
            #expect(try await totals([a, b, a]) == ["401", "1", "401"])
        }
    }

    @Test("wait for a client that asks for more than it reads, and hold up nobody else")
    func slowReader() async throws {
        let database = TestDatabase.current
        try await database.addEndpoints(20, in: database.a)
        try await TestAPI.run { api in
            let viewer = bearer(database.a.tokens[.viewer])
            _ = try await api.send("GET", "/api/endpoints", token: database.a.tokens[.viewer])
            let replies = try await pipeline(
                api, [(String, [String])](repeating: ("/api/endpoints", viewer), count: 2000))
            #expect(replies.count == 2000 && replies.allSatisfy { $0.status == 200 })
        }
    }
}
