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

    /// How long a worker may go without a sign of life before another takes its job.
    public static let lease = Duration.seconds(120)
    /// After this many attempts a job is `failed` for good.
    public static let maximumAttempts = 5

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

    /// - Throws: `StoreError.notFound`.
    public func find(_ id: TaskID, tenant: TenantID) async throws -> Job {
        let rows = try await store.app.query(
            "SELECT \(Job.columns) FROM jobs WHERE tenant_id = $1 AND id = $2", [.id(tenant), .id(id)], tenant: tenant)
        guard let row = rows.first else { throw StoreError.notFound(kind: "task", id: id.description) }
        return try Job(row)
    }

    /// Takes the oldest job that is due, of any tenant; also one whose worker has vanished.
    public func take(worker: String) async throws -> Job? {
        try await store.system.query(
            """
            UPDATE jobs AS j
            SET state = 'running', attempts = attempts + 1, locked_by = $1,
                locked_until = now() + make_interval(secs => $2)
            FROM (
              SELECT tenant_id, id
              FROM jobs
              WHERE (state = 'queued' AND run_after <= now()) OR (state = 'running' AND locked_until < now())
              ORDER BY run_after
              LIMIT 1
              FOR UPDATE SKIP LOCKED
            ) AS due
            WHERE j.tenant_id = due.tenant_id AND j.id = due.id
            RETURNING \(Job.columns.split(separator: ", ").map { "j.\($0)" }.joined(separator: ", "))
            """, [.text(worker), .float8(Double(Self.lease.components.seconds))], tenant: nil
        ).first.map(Job.init)
    }

    /// Tells how far a job is, and that its worker lives.
    public func report(_ job: Job, progress: Int, total: Int) async throws {
        _ = try await store.app.query(
            """
            UPDATE jobs
            SET progress = $3, total = $4, locked_until = now() + make_interval(secs => $5)
            WHERE tenant_id = $1 AND id = $2 AND state = 'running'
            """,
            [
                .id(job.tenant), .id(job.id), .int(progress), .int(total),
                .float8(Double(Self.lease.components.seconds)),
            ], tenant: job.tenant)
    }

    public func finish(_ job: Job, result: [UInt8]) async throws {
        _ = try await store.app.query(
            """
            UPDATE jobs
            SET state = 'done', result = $3, progress = total, error = NULL, finished_at = now(), locked_until = NULL
            WHERE tenant_id = $1 AND id = $2
            """, [.id(job.tenant), .id(job.id), .json(result)], tenant: job.tenant)
    }

    /// Back into the queue with a growing delay, or `failed` when the attempts are used up.
    public func fail(_ job: Job, message: String) async throws {
        _ = try await store.app.query(
            """
            UPDATE jobs
            SET state = CASE WHEN attempts >= $4 THEN 'failed' ELSE 'queued' END,
                finished_at = CASE WHEN attempts >= $4 THEN now() END,
                run_after = now() + make_interval(secs => power(2, least(attempts, 8)) * (0.75 + random() / 2)),
                error = $3, locked_until = NULL
            WHERE tenant_id = $1 AND id = $2
            """, [.id(job.tenant), .id(job.id), .text(message), .int(Self.maximumAttempts)], tenant: job.tenant)
    }
}
