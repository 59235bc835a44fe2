import Domain
import FoundationEssentials
import Notifications
import TestSupport
import Testing

@Suite("Patches by a system of one's own")
struct WebhookPatchTests {
    private let secret = WebhookSecret.make()
    private let work = PatchWork(
        id: UUID(), job: PatchJob(deployment: .make(), endpoint: .make(), kind: .install, attempt: 1), device: "srv-7",
        tool: .apt, packages: [.init(name: "libssl3", version: "3.0.11-1", installed: "3.0.9-1")], comment: "a test")

    private func executor(_ receiver: WebhookReceiver) -> WebhookPatchExecutor {
        WebhookPatchExecutor(
            WebhookSender(rule: TargetRule(allowsOwnNetwork: true), agent: "Garrison/test"),
            url: "http://127.0.0.1:\(receiver.port)/patch", secret: secret, callback: "https://garrison.example/x")
    }

    @Test("it is told the job in a signed message, and what came of it comes by itself")
    func told() async throws {
        let receiver = try WebhookReceiver()
        let receipt = try await executor(receiver).begin(work)
        #expect(receipt.state == .inProgress)
        #expect(try await executor(receiver).state(of: work, receipt) == .inProgress)
        let message = try #require(receiver.messages.first)
        let id = work.id.uuidString.lowercased()
        let timestamp = try #require(message.headers["webhook-timestamp"].flatMap { Int($0) })
        #expect(message.headers["webhook-id"] == id)
        #expect(
            message.headers["webhook-signature"]
                == secret.signature(id: id, timestamp: timestamp, body: message.body))
        let body = try message.json()
        #expect(body["job"] as? String == work.job.description && body["device"] as? String == "srv-7")
        #expect(body["callback_url"] as? String == "https://garrison.example/x" && receiver.messages.count == 1)
    }

    @Test("a message whose fate is unknown is sent again under its id; a refusal says why")
    func fates() async throws {
        let shaky = try WebhookReceiver { $0 == 0 ? .init(503) : .init(202) }
        let receipt = try await executor(shaky).begin(work)
        guard case .unknown = receipt.state else {
            Issue.record("\(receipt)")
            return
        }
        #expect(try await executor(shaky).state(of: work, receipt) == .inProgress)
        #expect(Set(shaky.messages.compactMap { $0.headers["webhook-id"] }).count == 1)
        let refusing = try WebhookReceiver { _ in .init(422) }
        await #expect(throws: PatchExecutorError.unsupported("The receiver answered 422.")) {
            try await executor(refusing).begin(work)
        }
        // It may have taken the first message, whatever it says to the second.
        let doubted = ActionReceipt(reference: nil, state: .unknown("The answer was lost."))
        #expect(try await executor(refusing).state(of: work, doubted) == .unknown("The receiver answered 422."))
    }

    @Test("an outcome is believed when the holder of the secret sent it just now")
    func outcomes() throws {
        let outcome = WebhookPatchOutcome(id: work.id, state: .failed, message: "No luck.", hasChanged: true)
        let body = Array(try JSONEncoder().encode(outcome))
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        let time = 1_800_000_000
        let good = secret.signature(id: "m", timestamp: time, body: body)
        func verified(
            _ signatures: String, id: String = "m", time: String = "\(time)", body: [UInt8], later: Double = 0
        ) -> WebhookPatchOutcome? {
            WebhookPatchOutcome.verified(
                body, id: id, timestamp: time, signatures: signatures,
                secret: secret, at: now.addingTimeInterval(later))
        }
        #expect(verified(good, body: body) == outcome && verified("v1,xx \(good)", body: body) == outcome)
        #expect(outcome.actionState == .failed("No luck."))
        #expect(verified(good, id: "n", body: body) == nil && verified(good, time: "\(time + 1)", body: body) == nil)
        #expect(verified(good, body: body + [0x20]) == nil && verified("", body: body) == nil)
        #expect(verified(good, body: body, later: 301) == nil && verified(good, body: body, later: -301) == nil)
        #expect(verified(good, time: "soon", body: body) == nil)
        let other = WebhookSecret.make().signature(id: "m", timestamp: time, body: body)
        #expect(verified(other, body: body) == nil)
    }
}
