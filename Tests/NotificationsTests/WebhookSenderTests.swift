import Domain
import FoundationEssentials
import Notifications
import TestSupport
import Testing

@Suite("Sending to webhooks")
struct WebhookSenderTests {
    private let sender = WebhookSender(rule: TargetRule(allowsOwnNetwork: true), agent: "Garrison/test")
    private let secret = WebhookSecret.make()

    private func send(to receiver: WebhookReceiver, host: String = "127.0.0.1", by sender: WebhookSender? = nil) async
        -> Delivery
    {
        await (sender ?? self.sender).send(
            Array("{\"a\": 1}".utf8), id: "message", to: "http://\(host):\(receiver.port)/hook?x=1", secret: secret,
            attempt: 1, at: Date(timeIntervalSince1970: 1_717_243_200))
    }

    @Test("the receiver gets the body with its id, its time and a signature over both")
    func accepted() async throws {
        let receiver = try WebhookReceiver()
        #expect(await send(to: receiver) == .accepted)
        let message = try #require(receiver.messages.first)
        #expect(message.path == "/hook?x=1" && message.body == Array("{\"a\": 1}".utf8))
        #expect(message.headers["webhook-id"] == "message" && message.headers["idempotency-key"] == "message")
        #expect(message.headers["webhook-timestamp"] == "1717243200")
        #expect(
            message.headers["webhook-signature"]
                == secret.signature(id: "message", timestamp: 1_717_243_200, body: message.body))
        #expect(message.headers["content-type"] == "application/json")
        #expect(message.headers["user-agent"] == "Garrison/test")
    }

    @Test("answers that may be others next time are tried again", arguments: [408, 409, 425, 429, 500, 502, 503, 504])
    func failed(_ status: Int) async throws {
        let receiver = try WebhookReceiver { _ in .init(status, headers: ["Retry-After: 90"]) }
        #expect(await send(to: receiver) == .failed(reason: "The receiver answered \(status).", retryAfter: 90))
    }

    @Test("answers that stay the same are not", arguments: [301, 302, 307, 400, 401, 403, 404, 410, 422])
    func refused(_ status: Int) async throws {
        let other = try WebhookReceiver()
        let location = "Location: http://127.0.0.1:\(other.port)/"
        let receiver = try WebhookReceiver { _ in .init(status, headers: [location]) }
        guard case .refused(let reason) = await send(to: receiver) else {
            Issue.record("\(status) is tried again")
            return
        }
        #expect(reason.contains("\(status)"))
        #expect(other.messages.isEmpty, "a redirection was followed")
    }

    @Test("nobody who listens, and no such name, are tried again")
    func unreachable() async throws {
        let port = try freePort()
        for host in ["127.0.0.1", "no-such-host.invalid"] {
            let delivery = await sender.send(
                [], id: "message", to: "http://\(host):\(port)/", secret: secret, attempt: 1)
            guard case .failed = delivery else {
                Issue.record("\(host): \(delivery)")
                continue
            }
        }
    }

    @Test("a name that leads into the own network is asked nothing, unless the operator allows it")
    func guarded() async throws {
        let receiver = try WebhookReceiver()
        let strict = WebhookSender(rule: TargetRule(), agent: "Garrison/test")
        let delivery = await strict.send(
            [], id: "message", to: "https://localhost:\(receiver.port)/", secret: secret, attempt: 1)
        guard case .refused(let reason) = delivery else {
            Issue.record("\(delivery)")
            return
        }
        #expect(reason.contains("own network") && receiver.messages.isEmpty)
        #expect(await send(to: receiver, host: "localhost") == .accepted)
    }
}
