import API
import Domain
import Testing
import TestSupport

@Suite("Bodies that are not what they should be", .database)
struct HostileBodyTests {
    private static let deep = String(repeating: "[", count: 100_000)

    private static let unreadableBodies = [
        ("", "request.malformed_json", 0), ("{", "request.malformed_json", 1),
        ("{\"name\"}", "request.malformed_json", 7),
        ("{\"name\":}", "request.malformed_json", 8), ("{\"name\":\"x\",}", "request.malformed_json", 12),
        ("{} {}", "request.malformed_json", 3), ("nul", "request.malformed_json", 0),
        ("[1,]", "request.malformed_json", 3),
        ("{\"a\":01}", "request.malformed_json", 7), ("{\"a\":1e999}", "request.malformed_json", 10),
        ("{\"a\":-}", "request.malformed_json", 6), ("{\"a\":\"\\ud800\"}", "request.malformed_json", 12),
        ("{\"a\":\"\\x\"}", "request.malformed_json", 8), ("{\"a\":\"\u{1}\"}", "request.malformed_json", 6),
        ("{\"a\":1,\"a\":2}", "request.duplicate_field", 7), ("\u{FEFF}{}", "request.malformed_json", 0),
        (deep, "request.too_deep", 64), ("// {}", "request.malformed_json", 0),
    ]

    @Test("a body that cannot be read is 400 and says at which byte")
    func unreadable() async throws {
        let database = TestDatabase.current
        try await TestAPI.run { api in
            for (body, problem, position) in Self.unreadableBodies {
                let reply = try await api.send("POST", "/api/tokens", token: database.a.tokens[.admin], json: body)
                #expect(reply.status == 400 && reply.problem == problem, "\(reply.text)")
                #expect(try reply.json["position"]?.integer == position, "\(reply.text)")
            }
        }
    }

    private static let brokenText: [([UInt8], Int)] = [
        ([0xFF], 9), ([0xC3, 0x28], 9), ([0xED, 0xA0, 0x80], 9), ([0xF5, 0x80, 0x80, 0x80], 9), ([0x61, 0x80], 10),
    ]

    @Test("bytes that are not UTF-8 are 400 and say where")
    func notUTF8() async throws {
        let database = TestDatabase.current
        try await TestAPI.run { api in
            for (bytes, position) in Self.brokenText {
                let body = Array("{\"name\":\"".utf8) + bytes + Array("\"}".utf8)
                let reply = try await api.send(
                    "POST", "/api/tokens", token: database.a.tokens[.admin],
                    headers: ["Content-Type: application/json"],
                    body: body)
                #expect(reply.status == 400 && reply.problem == "request.invalid_utf8", "\(reply.text)")
                #expect(try reply.json["position"]?.integer == position)
            }
        }
    }

    private static let misshapenBodies: [(String, String, String?)] = [
        ("[]", "request.invalid_field", nil), ("\"x\"", "request.invalid_field", nil),
        ("{\"name\":\"x\"}", "request.missing_field", "role"),
        ("{\"name\":\"x\",\"role\":\"viewer\",\"colour\":1}", "request.unknown_field", "colour"),
        ("{\"name\":1,\"role\":\"viewer\"}", "request.invalid_field", "name"),
        ("{\"name\":null,\"role\":\"viewer\"}", "request.invalid_field", "name"),
        ("{\"name\":\"\",\"role\":\"viewer\"}", "request.invalid_field", "name"),
        ("{\"name\":\"a\\u0000b\",\"role\":\"viewer\"}", "request.invalid_field", "name"),
        ("{\"name\":\"x\",\"role\":\"owner\"}", "request.invalid_field", "role"),
        ("{\"name\":\"x\",\"role\":\"viewer\",\"expires_at\":\"tomorrow\"}", "request.invalid_field", "expires_at"),
        (
            "{\"name\":\"x\",\"role\":\"viewer\",\"expires_at\":123456789012345678901234567890}",
            "request.invalid_field", "expires_at"
        ),
    ]

    @Test("a body of the wrong shape is 400 and names the field")
    func misshapen() async throws {
        let database = TestDatabase.current
        try await TestAPI.run { api in
            for (body, problem, field) in Self.misshapenBodies {
                let before = try await database.store.tokens.list(tenant: database.a.id).count
                let reply = try await api.send("POST", "/api/tokens", token: database.a.tokens[.admin], json: body)
                #expect(reply.status == 400 && reply.problem == problem, "\(reply.text)")
                #expect(try reply.json["field"]?.text == field, "\(reply.text)")
                #expect(try await database.store.tokens.list(tenant: database.a.id).count == before)
            }
        }
    }

    @Test("a list in a body is refused at the element at fault")
    func elementAtFault() async throws {
        let database = TestDatabase.current
        try await TestAPI.run { api in
            let body = "{\"endpoint_ids\": [\"\(EndpointID.make())\", \"none\"]}"
            let reply = try await api.send("POST", "/api/endpoints/scan", token: database.a.tokens[.admin], json: body)
            #expect(reply.status == 400)
            #expect(try reply.json["field"]?.text == "endpoint_ids[1]")
        }
    }

    private static let refusedTypes = [
        "text/plain", "application/xml", "application/json; charset=latin1", "application/x-www-form-urlencoded",
    ]

    @Test("another type or charset of body is 415")
    func unsupported() async throws {
        let database = TestDatabase.current
        try await TestAPI.run { api in
            for type in Self.refusedTypes {
                let reply = try await api.send(
                    "POST", "/api/tokens", token: database.a.tokens[.admin], headers: ["Content-Type: \(type)"],
                    body: Array("{}".utf8))
                #expect(reply.status == 415 && reply.problem == "request.unsupported_media_type")
            }
        }
    }

    private static let acceptedTypes = [
        "application/json", "application/json; charset=utf-8", "Application/JSON;charset=\"UTF-8\"",
    ]

    @Test("UTF-8 may be named in any spelling")
    func supported() async throws {
        let database = TestDatabase.current
        try await TestAPI.run { api in
            for type in Self.acceptedTypes {
                let reply = try await api.send(
                    "POST", "/api/tokens", token: database.a.tokens[.admin], headers: ["Content-Type: \(type)"],
                    body: Array("{\"name\":\"é\",\"role\":\"viewer\"}".utf8))
                #expect(reply.status == 201, "\(reply.text)")
            }
        }
    }

    @Test("a body over the limit is 413, announced or not, and the server lives on")
    func tooLarge() async throws {
        let database = TestDatabase.current
        try await TestAPI.run { api in
            let token = try #require(database.a.tokens[.admin])
            let big = [UInt8](repeating: 0x20, count: (1 << 20) + 1)
            let announced = try await api.send(
                "POST", "/api/tokens", token: token, headers: ["Content-Type: application/json"], body: big)
            #expect(announced.status == 413 && announced.problem == "request.too_large")
            let head = """
                POST /api/tokens HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\nConnection: close\r
                Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n
                """
            let chunk = Array("\(String(big.count, radix: 16))\r\n".utf8) + big + Array("\r\n0\r\n\r\n".utf8)
            let chunked = try await api.sendRaw(Array(head.utf8) + chunk)
            #expect(chunked.status == 413)
            #expect(try await api.send("GET", "/api/me", token: token).status == 200)
        }
    }

    @Test("a hostile inventory changes nothing and says what is wrong")
    func hostileInventories() async throws {
        let database = TestDatabase.current
        let good = String(decoding: Seed.inventory("good").json(), as: UTF8.self)
        try await TestAPI.run { api in
            for body in [
                "", "{}", "[]", "null", "{\"hostname\": 5}", good.dropLast(20).description, good + "\n{\"hostname\"",
                Self.deep, good.replacing("\"good\"", with: "\"a\\u0000b\""), good.replacing("\"good\"", with: "\"\""),
            ] {
                let reply = try await api.send(
                    "POST", "/api/inventories", token: database.a.tokens[.analyst], json: body)
                #expect(reply.status == 400, "\(reply.status) for \(body.prefix(60)): \(reply.text)")
                #expect(reply.problem != nil, "\(reply.text)")
            }
            let list = try await api.send("GET", "/api/endpoints", token: database.a.tokens[.viewer])
            #expect(list["x-total-count"] == "0")
        }
    }
}
