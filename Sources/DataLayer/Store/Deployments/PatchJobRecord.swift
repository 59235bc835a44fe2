import Domain
import FoundationEssentials
import Postgres

/// Tag of `PatchJobID`.
public enum PatchJobTag {}
public typealias PatchJobID = Identifier<PatchJobTag>

/// A job of a deployment that an executor other than an agent carries out, as it is stored.
public struct PatchJobRecord: Sendable {
    public let id: PatchJobID
    public let tenant: TenantID
    public let target: TargetID
    public let kind: PatchJob.Kind
    /// Of its kind.
    public let attempt: Int
    /// The account by which its vendor is asked; nil for the tenant's webhook.
    public let connector: ConnectorID?
    public let device: String
    public let status: ActionStatus
    public let message: String?
    /// What the executor is told; nil before it is.
    public let work: PatchWork?
    public let receipt: ActionReceipt?
    /// How often it was tried to be handed over, and asked after.
    public let attempts: Int
    public let checks: Int
    public let createdAt: Date
    public let sentAt: Date?

    static let columns = """
        j.id, j.tenant_id, j.target_id, j.kind, j.attempt, j.connector_id, j.device_id, j.status, j.message, j.work,
          j.receipt, j.attempts, j.checks, j.created_at, j.sent_at
        """

    init(_ row: Row) throws {
        func json<Item: Decodable>(_ column: Int, _ type: Item.Type) throws -> Item? {
            row.rows.isNull(row.index, column)
                ? nil : try PatchJSON.decode(type, from: try row.rows.bytes(row.index, column))
        }
        id = try row.decode(0)
        tenant = try row.decode(1)
        target = try row.decode(2)
        kind = PatchJob.Kind(rawValue: try row.decode(3)) ?? .install
        attempt = Int(try row.decode(4, as: Int32.self))
        connector = try row.decode(5)
        device = try row.decode(6)
        status = ActionStatus(rawValue: try row.decode(7)) ?? .unknown
        message = try row.decode(8)
        work = try json(9, PatchWork.self)
        receipt = try json(10, ActionReceipt.self)
        attempts = Int(try row.decode(11, as: Int32.self))
        checks = Int(try row.decode(12, as: Int32.self))
        createdAt = try row.decode(13)
        sentAt = try row.decode(14)
    }
}
