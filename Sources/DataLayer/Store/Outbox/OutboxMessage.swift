import Domain
import FoundationEssentials
import Postgres

/// An effect on the outside: decided, written down, and delivered once it is, or not.
public struct OutboxMessage: Sendable {
    public enum State: String, Sendable, CaseIterable, Codable {
        /// Waits for its next attempt.
        case pending
        case sending
        case sent
        /// Given up; a person may have it sent again.
        case dead
    }

    /// What a message is; the raw value is stored.
    public enum Kind: String, Sendable {
        /// What became overdue and due soon; see `NoticeStore`.
        case deadlines = "deadlines.digest"
        /// Devices that were put in quarantine; see `CollisionWriter`.
        case collision = "identity.collision"
        /// A deployment began, went on, was halted or has ended; see `DeploymentNotice`.
        case deployment = "deployment.changed"
        /// Whether messages arrive.
        case test = "webhook.test"
    }

    public let id: MessageID
    public let tenant: TenantID
    public let kind: String
    /// JSON.
    public let payload: [UInt8]
    public let state: State
    public let attempts: Int
    /// When the next attempt is due.
    public let runAfter: Date
    /// What the last attempt met with.
    public let error: String?
    public let createdAt: Date
    public let sentAt: Date?

    package init(
        id: MessageID, tenant: TenantID, kind: String, payload: [UInt8] = Array("{}".utf8), state: State,
        attempts: Int = 0, runAfter: Date, error: String? = nil, createdAt: Date, sentAt: Date? = nil
    ) {
        self.id = id
        self.tenant = tenant
        self.kind = kind
        self.payload = payload
        self.state = state
        self.attempts = attempts
        self.runAfter = runAfter
        self.error = error
        self.createdAt = createdAt
        self.sentAt = sentAt
    }

    static let columns = [
        "id", "tenant_id", "kind", "payload", "state", "attempts", "run_after", "error", "created_at", "sent_at",
    ]

    init(_ row: Row) throws {
        self.init(
            id: try row.decode(0), tenant: try row.decode(1), kind: try row.decode(2),
            payload: try row.rows.bytes(row.index, 3), state: State(rawValue: try row.decode(4)) ?? .dead,
            attempts: try row.decode(5), runAfter: try row.decode(6), error: try row.decode(7),
            createdAt: try row.decode(8), sentAt: try row.decode(9))
    }
}
