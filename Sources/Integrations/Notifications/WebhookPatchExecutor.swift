import Crypto
import Domain
import FoundationEssentials

/// Has a job done by a system of one's own: it is told by a signed message, and tells what came of it by another one.
public struct WebhookPatchExecutor: PatchExecutor {
    private let sender: WebhookSender
    private let url: String
    private let secret: WebhookSecret
    private let callback: String

    /// - Parameters:
    ///   - callback: where it tells what came of a job (`WebhookPatchOutcome`).
    public init(_ sender: WebhookSender, url: String, secret: WebhookSecret, callback: String) {
        self.sender = sender
        self.url = url
        self.secret = secret
        self.callback = callback
    }

    private struct Message: Encodable {
        let type = "patch.job"
        let id: UUID
        let job: String
        let endpoint: EndpointID
        let kind: PatchJob.Kind
        let device: String
        let tool: PatchOrder.Tool?
        let packages: [PatchOrder.Package]
        let updates: [String]
        let reboot: RebootPolicy
        let comment: String
        let callback: String

        enum CodingKeys: String, CodingKey {
            case type, id, job, kind, device, tool, packages, updates, reboot, comment
            case endpoint = "endpoint_id"
            case callback = "callback_url"
        }
    }

    public func begin(_ work: PatchWork) async throws -> ActionReceipt { try await send(work, attempt: 1) }

    /// What came of it comes by itself. A message whose fate is unknown is sent again under its id, which tells the receiver
    /// that it is the same.
    public func state(of work: PatchWork, _ receipt: ActionReceipt) async throws -> ActionState {
        guard case .unknown = receipt.state else { return receipt.state }
        do {
            return try await send(work, attempt: 2).state
        } catch PatchExecutorError.unsupported(let reason) {
            // The first message may have been taken all the same: a refusal of the second does not take it back.
            return .unknown(reason)
        }
    }

    private func send(_ work: PatchWork, attempt: Int) async throws -> ActionReceipt {
        let message = Message(
            id: work.id, job: work.job.description, endpoint: work.job.endpoint, kind: work.job.kind,
            device: work.device, tool: work.tool,
            packages: work.packages, updates: work.updates, reboot: work.reboot, comment: work.comment,
            callback: callback)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = Array(try encoder.encode(message))
        let reference = work.id.uuidString.lowercased()
        switch await sender.send(body, id: reference, to: url, secret: secret, attempt: attempt) {
        case .accepted: return ActionReceipt(reference: reference, state: .inProgress)
        case .refused(let reason): throw PatchExecutorError.unsupported(reason)
        case .failed(let reason, _): return ActionReceipt(reference: reference, state: .unknown(reason))
        }
    }
}

/// What a system of one's own says of a job that it was told, signed with the same secret.
public struct WebhookPatchOutcome: Sendable, Hashable, Codable {
    public enum State: String, Sendable, Codable, CaseIterable {
        case running, succeeded, failed
    }

    /// The message's.
    public var id: UUID
    public var state: State
    /// A sentence.
    public var message: String
    public var awaitsReboot: Bool?
    /// Whether something of a job that failed stays on the machine.
    public var hasChanged: Bool?

    public init(id: UUID, state: State, message: String, awaitsReboot: Bool? = nil, hasChanged: Bool? = nil) {
        self.id = id
        self.state = state
        self.message = message
        self.awaitsReboot = awaitsReboot
        self.hasChanged = hasChanged
    }

    enum CodingKeys: String, CodingKey {
        case id, state, message
        case awaitsReboot = "awaits_reboot"
        case hasChanged = "has_changed"
    }

    /// Seconds that a message's time may differ from the server's.
    private static let tolerance = 300.0

    /// The outcome of a message, when the holder of the secret sent it within the last minutes; nil for everything else.
    ///
    /// - Parameter signatures: `webhook-signature`: one or more, apart by blanks.
    public static func verified(
        _ body: [UInt8], id: String, timestamp: String, signatures: String, secret: WebhookSecret, at now: Date
    ) -> Self? {
        guard let time = Int(timestamp), abs(now.timeIntervalSince1970 - Double(time)) <= tolerance else { return nil }
        let expected = Array(secret.signature(id: id, timestamp: time, body: body).utf8)
        // Digests of both are compared: how long that takes says nothing of where they differ.
        let isSigned = signatures.split(separator: " ").contains {
            SHA256.hash(data: Array($0.utf8)) == SHA256.hash(data: expected)
        }
        guard isSigned else { return nil }
        return try? JSONDecoder().decode(Self.self, from: Data(body))
    }

    public var actionState: ActionState {
        switch state {
        case .running: .inProgress
        case .succeeded: .completed(message)
        case .failed: .failed(message)
        }
    }
}
