import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// Work for later, kept by PostgreSQL.
    public var jobs: JobStore { JobStore(store: self) }
}

/// The queue of background work: what is in it survives any crash, and is done by one worker at a
/// time.
public struct JobStore: Sendable {
    let store: Store

    public enum State: String, Sendable, Codable, CaseIterable {
        case queued, running, done, failed
    }

    /// What there is to do; the raw value is stored.
    public enum Kind: String, Sendable {
        /// Rescan endpoints: payload `{"endpoints": [ids]}`, or `{}` for all.
        case scan
        /// Bring findings up to the newest intelligence: payload `{}`.
        case follow
        /// Judge all findings by the tenant's policies: payload `{}`.
        case reassess
    }

    /// A job as its owner sees it.
    public struct Job: Sendable {
        public let id: TaskID
        public let tenant: TenantID
        public let kind: String
        public let payload: [UInt8]
        public let state: State
        public let progress: Int
        public let total: Int
        public let result: [UInt8]?
        public let error: String?
        public let attempts: Int
        public let createdAt: Date
        public let finishedAt: Date?

        static let columns = """
            id, tenant_id, kind, payload, state, progress, total, result, error, attempts, created_at, finished_at
            """

        init(_ row: Row) throws {
            id = try row.decode(0)
            tenant = try row.decode(1)
            kind = try row.decode(2)
            payload = try row.rows.bytes(row.index, 3)
            state = State(rawValue: try row.decode(4)) ?? .failed
            progress = try row.decode(5)
            total = try row.decode(6)
            result = row.rows.isNull(row.index, 7) ? nil : try row.rows.bytes(row.index, 7)
            error = try row.decode(8)
            attempts = try row.decode(9)
            createdAt = try row.decode(10)
            finishedAt = try row.decode(11)
        }
    }

    /// Queues work and wakes a worker.
    /// - Parameter idempotencyKey: a second job of the tenant with this key is not made; the first
    ///   one's id is returned.
    public func enqueue(
        _ kind: Kind, payload: [UInt8] = Array("{}".utf8), idempotencyKey: String? = nil, tenant: TenantID
    ) async throws -> TaskID {
        let results = try await store.app.run(
            [
                Statement(
                    """
                    INSERT INTO jobs (tenant_id, id, kind, payload, idempotency_key)
                    VALUES ($1, $2, $3, $4, $5)
                    ON CONFLICT (tenant_id, idempotency_key) WHERE idempotency_key IS NOT NULL
                    DO UPDATE SET kind = jobs.kind
                    RETURNING id
                    """,
                    [.id(tenant), .id(TaskID.make()), .text(kind.rawValue), .json(payload), .of(idempotencyKey)]),
                Statement("SELECT pg_notify('garrison_jobs', '')"),
            ], tenant: tenant)
        return try results[0][0].decode(0)
    }

    /// Queues work as a part of a transaction; `pg_notify('garrison_jobs', '')` goes with it.
    static func insertion(_ id: TaskID, _ kind: Kind, payload: [UInt8], tenant: TenantID) -> Statement {
        Statement(
            "INSERT INTO jobs (tenant_id, id, kind, payload) VALUES ($1, $2, $3, $4)",
            [.id(tenant), .id(id), .text(kind.rawValue), .json(payload)])
    }

    /// - Throws: `StoreError.notFound`.
    public func find(_ id: TaskID, tenant: TenantID) async throws -> Job {
        let rows = try await store.app.query(
            "SELECT \(Job.columns) FROM jobs WHERE tenant_id = $1 AND id = $2", [.id(tenant), .id(id)], tenant: tenant)
        guard let row = rows.first else { throw StoreError.notFound(kind: "task", id: id.description) }
        return try Job(row)
    }
}
