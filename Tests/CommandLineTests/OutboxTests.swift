import Domain
import Foundation
import Glibc
import Identity
import Postgres
import Store
import TestSupport
import Testing

@Suite("Messages, as the real worker delivers them", .database, .blocking)
struct OutboxTests {
    private let database = TestDatabase.current

    /// Findings that are long overdue, and a webhook to tell of them.
    private func seeded(_ receiver: WebhookReceiver, _ folder: TestFolder) async throws -> [String: String] {
        try await database.addIntelligence()
        try await database.addEndpoints(2, in: database.a)
        try await database.scan(database.a)
        let key = "\(folder.path)/secret.key"
        let secret = [UInt8](repeating: 9, count: 32)
        let sealed = try SecretBox(keyFile: key).seal(secret, tenant: database.a.id, purpose: "webhook.secret")
        try await database.store.webhooks.put(
            url: "http://127.0.0.1:\(receiver.port)/hook", host: "127.0.0.1", secret: sealed, isEnabled: true,
            by: database.a.administrator)
        return [
            "DATABASE_URL": database.url, "GARRISON_DATA_DIR": folder.path, "GARRISON_SECRET_KEY_FILE": key,
            "GARRISON_WEBHOOK_OWN_NETWORK": "allow",
        ]
    }

    @Test("a worker that is killed while it delivers loses nothing: the next one repeats the message under its id")
    func killed() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let receiver = try WebhookReceiver { ordinal in .init(204, delay: ordinal == 0 ? 60 : 0) }
        let environment = try await seeded(receiver, folder)
        let first = try Program(garrison: ["worker"], environment: environment)
        try await waitUntil("the message comes") { !receiver.messages.isEmpty }
        first.signal(SIGKILL)
        _ = try await first.end()
        // The lease of the dead, run out.
        try await database.store.system.query("UPDATE outbox SET locked_until = now() - interval '1 second'")
        let second = try Program(garrison: ["worker"], environment: environment)
        let outbox = database.store.outbox
        try await waitUntil("it is sent: \(second.complaints)") {
            try await outbox.list(.init(state: .sent), tenant: database.a.id).total == 1
        }
        second.signal(SIGTERM)
        #expect(try await second.end().status == 0)
        #expect(receiver.messages.count == 2)
        #expect(Set(receiver.messages.map { $0.headers["webhook-id"] }).count == 1)
        #expect(receiver.messages[0].body == receiver.messages[1].body)
        let deadlines = try #require(try receiver.messages[0].json()["deadlines"] as? [String: Any])
        #expect((deadlines["overdue"] as? [String: Any])?["findings"] as? Int == 8)
        #expect(try await outbox.list(.init(), tenant: database.a.id).total == 1)
    }

    @Test("what is given up is listed and replayed from the command line")
    func replay() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let receiver = try WebhookReceiver { ordinal in .init(ordinal == 0 ? 404 : 204) }
        let environment = try await seeded(receiver, folder)
        let worker = try Program(garrison: ["worker"], environment: environment)
        let outbox = database.store.outbox
        try await waitUntil("it is given up") {
            try await outbox.list(.init(state: .dead), tenant: database.a.id).total == 1
        }
        let listed = try Program.run(
            garrison: ["outbox", "list", "--tenant", "alpha", "--state", "dead", "--json"], environment: environment)
        let messages = try #require(try listed.json() as? [[String: Any]], "\(listed.complaints)")
        #expect(messages.count == 1 && messages[0]["error"] as? String == "The receiver answered 404.")
        let table = try Program.run(garrison: ["outbox", "list", "--tenant", "alpha"], environment: environment)
        #expect(table.text.contains("deadlines.digest  dead"), "\(table.text)")
        let wrong = try Program.run(garrison: ["outbox", "replay", "--tenant", "alpha"], environment: environment)
        #expect(wrong.status == 2)
        let replayed = try Program.run(
            garrison: ["outbox", "replay", "--tenant", "alpha", "--dead"], environment: environment)
        #expect(replayed.status == 0 && replayed.complaints.contains("1 message is sent again."))
        try await waitUntil("it is sent") {
            try await outbox.list(.init(state: .sent), tenant: database.a.id).total == 1
        }
        await worker.stop()
        #expect(Set(receiver.messages.map { $0.headers["webhook-id"] }).count == 1)
    }
}
