import Domain
import FoundationEssentials
import Postgres
import Store
import TestSupport
import Testing

@Suite("The outbox", .database)
struct OutboxTests {
    let database = TestDatabase.current
    private var outbox: OutboxStore { database.store.outbox }
    private let now = Date(timeIntervalSince1970: 1_717_243_200)

    private func setUp(_ tenant: TestTenant) async throws {
        try await database.store.webhooks.put(
            url: "https://hooks.example.test/", host: "hooks.example.test", secret: [1, 2, 3], isEnabled: true,
            by: tenant.administrator)
    }

    /// A message that waits.
    private func write(_ tenant: TestTenant, after seconds: Double = 0) async throws -> MessageID {
        try await setUp(tenant)
        let moment = now.addingTimeInterval(seconds)
        return try await database.store.webhooks.test(by: tenant.administrator, at: moment).id
    }

    private func take(at moment: Date) async throws -> OutboxMessage {
        let messages = try await outbox.take(worker: "test", limit: 10, at: moment)
        #expect(messages.count == 1)
        return try #require(messages.first)
    }

    @Test("a message is taken once, and is sent when it has arrived")
    func sent() async throws {
        let id = try await write(database.a)
        let message = try await take(at: now)
        #expect(message.id == id && message.attempts == 1 && message.kind == "webhook.test")
        #expect(try await outbox.take(worker: "other", limit: 10, at: now).isEmpty)
        #expect(try await outbox.settle(message, .accepted, at: now) == .sent)
        let ended = try await outbox.find(id, tenant: database.a.id)
        #expect(ended.state == .sent && ended.sentAt == now)
        #expect(try await outbox.take(worker: "test", limit: 10, at: now.addingTimeInterval(1e6)).isEmpty)
    }

    @Test("what fails is tried again later and later, and given up after a day")
    func retries() async throws {
        let id = try await write(database.a)
        var (moment, waits) = (now, [Double]())
        for _ in 1..<DeliverySchedule.maximumAttempts {
            let message = try await take(at: moment)
            #expect(
                try await outbox.settle(message, .failed(reason: "down"), jitter: 0.5, at: moment) == .pending)
            let next = try await outbox.find(id, tenant: database.a.id).runAfter
            #expect(try await outbox.take(worker: "test", limit: 1, at: next.addingTimeInterval(-1)).isEmpty)
            waits.append(next.timeIntervalSince(moment))
            moment = next
        }
        #expect(waits.prefix(4) == [30, 60, 120, 240] && waits.last == 6 * 3600)
        #expect((20.0...30).contains(moment.timeIntervalSince(now) / 3600))
        let last = try await take(at: moment)
        #expect(try await outbox.settle(last, .failed(reason: "down"), at: moment) == .dead)
        #expect(try await outbox.find(id, tenant: database.a.id).error == "down")
        #expect(try await outbox.pending()[.dead] == 1)
    }

    @Test("a receiver's wish to be asked later is heard, and what is refused is given up at once")
    func verdicts() async throws {
        let id = try await write(database.a)
        let message = try await take(at: now)
        try await outbox.settle(message, .failed(reason: "busy", retryAfter: 3600), at: now)
        #expect(try await outbox.find(id, tenant: database.a.id).runAfter == now.addingTimeInterval(3600))
        let again = try await take(at: now.addingTimeInterval(3600))
        #expect(try await outbox.settle(again, .refused(reason: "gone"), at: now) == .dead)
    }

    @Test("jitter spreads the attempts by a quarter to either side, and no wait is shorter or longer")
    func jitter() {
        for attempts in 1...30 {
            let (least, most) = (
                DeliverySchedule.delay(after: attempts, jitter: 0), DeliverySchedule.delay(after: attempts, jitter: 1)
            )
            #expect(most / least == 1.25 / 0.75 && least >= 22.5 && most <= 27_000)
        }
    }

    @Test("when a dispatcher vanishes another takes over, and what the first says then counts for nothing")
    func lease() async throws {
        let id = try await write(database.a)
        let lost = try await take(at: now)
        #expect(try await outbox.take(worker: "other", limit: 10, at: now.addingTimeInterval(119)).isEmpty)
        let taken = try await take(at: now.addingTimeInterval(121))
        #expect(taken.id == id && taken.attempts == 2)
        #expect(try await outbox.settle(lost, .refused(reason: "late"), at: now) == nil)
        #expect(try await outbox.settle(taken, .accepted, at: now) == .sent)
    }

    @Test("a message that takes its dispatcher down each time is given up in the end")
    func poison() async throws {
        let id = try await write(database.a)
        var moment = now
        for _ in 0..<DeliverySchedule.maximumAttempts {
            _ = try await take(at: moment)
            moment.addTimeInterval(121)
        }
        #expect(try await outbox.take(worker: "test", limit: 10, at: moment).isEmpty)
        let message = try await outbox.find(id, tenant: database.a.id)
        #expect(message.state == .dead && message.error?.contains("vanished") == true)
    }

    @Test("a message put back by a dispatcher that stops is taken again, and that attempt does not count")
    func release() async throws {
        _ = try await write(database.a)
        try await outbox.release(try await take(at: now), at: now)
        #expect(try await take(at: now).attempts == 1)
    }

    @Test("dead messages are replayed, one or all, under their ids and with an audit event; waiting ones are not")
    func replay() async throws {
        let first = try await write(database.a, after: -1)
        let second = try await write(database.a)
        await #expect(throws: StoreError.self) { try await outbox.replay(first, by: database.a.administrator) }
        for message in try await outbox.take(worker: "test", limit: 10, at: now) {
            try await outbox.settle(message, .refused(reason: "no"), at: now)
        }
        #expect(try await outbox.list(.init(state: .dead), tenant: database.a.id).items.map(\.id) == [second, first])
        try await outbox.replay(first, by: database.a.administrator, at: now)
        #expect(try await outbox.replayDead(by: database.a.administrator, at: now) == 1)
        let again = try await outbox.take(worker: "test", limit: 10, at: now)
        #expect(Set(again.map(\.id)) == [first, second] && again.allSatisfy { $0.attempts == 1 })
        let audit = try await database.store.audit.list(.init(action: "message.replay"), tenant: database.a.id)
        #expect(Set(audit.items.map(\.object)) == [first.description, second.description])
    }

    @Test("the list pages by age, the newest first; another tenant's messages are not there")
    func list() async throws {
        var ids: [MessageID] = []
        for number in 0..<3 { ids.append(try await write(database.a, after: Double(number))) }
        let theirs = try await write(database.b)
        var (found, cursor) = ([MessageID](), String?.none)
        repeat {
            let page = try await outbox.list(.init(limit: 1, cursor: cursor), tenant: database.a.id)
            #expect(page.total == 3)
            found += page.items.map(\.id)
            cursor = page.next
        } while cursor != nil && found.count < 10
        #expect(found == ids.reversed())
        await #expect(throws: StoreError.notFound(kind: "message", id: theirs.description)) {
            try await outbox.find(theirs, tenant: database.a.id)
        }
        await #expect(throws: StoreError.self) { try await outbox.replay(theirs, by: database.a.administrator) }
    }

    @Test("without a secret to keep there is no webhook; a change without one keeps it")
    func webhook() async throws {
        let webhooks = database.store.webhooks
        await #expect(throws: StoreError.self) {
            try await webhooks.put(
                url: "https://x.test/", host: "x.test", secret: nil, isEnabled: true, by: database.a.administrator)
        }
        try await setUp(database.a)
        try await webhooks.put(
            url: "https://y.test/secret-path", host: "y.test", secret: nil, isEnabled: false,
            by: database.a.administrator)
        let webhook = try #require(try await webhooks.find(tenant: database.a.id))
        #expect(webhook.url == "https://y.test/secret-path" && webhook.secret == [1, 2, 3] && !webhook.isEnabled)
        #expect(try await webhooks.find(tenant: database.b.id) == nil)
        let events = try await database.store.audit.list(.init(action: "webhook.set"), tenant: database.a.id).items
        #expect(events.count == 2)
        #expect(!events.contains { String(decoding: $0.detail, as: UTF8.self).contains("secret-path") })
        try await webhooks.delete(by: database.a.administrator)
        await #expect(throws: StoreError.self) { try await webhooks.delete(by: database.a.administrator) }
    }
}
