import API
import Domain
import FoundationEssentials
import Notifications
import Store
import TestSupport
import Testing

@Suite("Setting up where notices go", .database)
struct NotificationRouteTests {
    private let database = TestDatabase.current
    private let path = "/api/notifications/webhook"

    @Test("a secret that is made is in one answer, and sealed in the database")
    func secret() async throws {
        let admin = database.a.tokens[.admin]
        try await TestAPI.run { api in
            #expect(try await api.send("GET", path, token: admin).problem == "webhook.not_found")
            let made = try await api.send(
                "PUT", path, token: admin, json: #"{"url": "https://hooks.example.test/x"}"#)
            let text = try #require(try made.json["secret"]?.text)
            let secret = try #require(WebhookSecret(text))
            let stored = try #require(try await database.store.webhooks.find(tenant: database.a.id))
            #expect(!stored.secret.contains(secret.bytes) && stored.secret.count > secret.bytes.count)
            for reply in [
                try await api.send("GET", path, token: admin),
                try await api.send("PUT", path, token: admin, json: #"{"url": "https://y.example.test/"}"#),
                try await api.send("GET", "/settings/notifications", token: admin),
                try await api.send("GET", "/api/audit-events", token: admin),
            ] { #expect(!reply.text.contains(text)) }
            #expect(try await database.store.webhooks.find(tenant: database.a.id)?.secret == stored.secret)
            #expect(try await api.send("GET", path, token: database.a.tokens[.analyst]).status == 403)
            #expect(try await api.send("GET", path, token: database.b.tokens[.admin]).status == 404)
        }
    }

    @Test(
        "addresses of this server's own network and secrets that are none are refused, by their fields",
        arguments: [
            (#"{"url": "https://127.0.0.1/"}"#, "url"), (#"{"url": "https://169.254.169.254/latest"}"#, "url"),
            (#"{"url": "http://hooks.example.test/"}"#, "url"), (#"{"url": "https://u:p@hooks.example.test/"}"#, "url"),
            (#"{"url": "https://hooks.example.test/", "secret": "short"}"#, "secret"),
        ])
    func refused(_ body: String, _ field: String) async throws {
        let admin = database.a.tokens[.admin]
        try await TestAPI.run { api in
            let reply = try await api.send("PUT", path, token: admin, json: body)
            #expect(try reply.status == 400 && reply.json["field"]?.text == field, "\(reply.text)")
        }
    }

    @Test("a test message is written, listed, and sent again when it was given up")
    func messages() async throws {
        let admin = database.a.tokens[.admin]
        try await TestAPI.run { api in
            #expect(try await api.send("POST", path + "/test", token: admin).status == 404)
            _ = try await api.send("PUT", path, token: admin, json: #"{"url": "https://hooks.example.test/x"}"#)
            let made = try await api.send("POST", path + "/test", token: admin)
            let place = try #require(made["location"])
            #expect(try made.status == 201 && made.json["state"]?.text == "pending")
            #expect(try await api.send("POST", place + "/replay", token: admin).problem == "message.conflict")
            let taken = try await database.store.outbox.take(worker: "test", limit: 1)
            try await database.store.outbox.settle(try #require(taken.first), .refused(reason: "No such hook."))
            let list = try await api.send("GET", "/api/notifications/messages?state=dead", token: admin)
            #expect(try list.json.elements.first?["error"]?.text == "No such hook.", "\(list.text)")
            #expect(try await api.send("POST", place + "/replay", token: admin).json["state"]?.text == "pending")
            #expect(try await api.send("GET", place, token: database.b.tokens[.admin]).status == 404)
        }
    }
}
