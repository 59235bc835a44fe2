import Domain
import FoundationEssentials
import Patching
import Postgres
import Response

extension Store {
    /// Jobs of deployments that executors other than agents carry out.
    public var patchJobs: PatchJobStore { PatchJobStore(store: self) }
}

/// Hands jobs to executors, at most once each: that a job is being sent is committed, with its target's word to begin, before
/// the executor is asked. Each step is one transaction that shares the deployment and holds the target and the job, in this order.
public struct PatchJobStore: Sendable {
    let store: Store

    /// How long a worker may go without a sign of life.
    public static let lease = Duration.seconds(60)
    static let leaseSeconds = Double(lease.components.seconds)

    /// A job to be handed out.
    struct New {
        let target: TargetID
        let kind: PatchJob.Kind
        let attempt: Int
        let choice: ExecutorChoice

        /// - Parameter life: after it was offered.
        init(target: TargetID, _ life: TargetLife, _ choice: ExecutorChoice) {
            self.target = target
            kind = life.status == .rollingBack ? .rollback : .install
            attempt = kind == .install ? life.attempt : life.rollbackAttempt
            self.choice = choice
        }
    }

    /// One that was offered before and came back is the same job, perhaps of another executor; one that may have been sent
    /// is left to whoever has it.
    static func creation(of jobs: [New], _ tenant: TenantID) -> [Statement] {
        guard !jobs.isEmpty else { return [] }
        let jobs = jobs.sorted { $0.target.description < $1.target.description }
        return [
            Statement(
                """
                INSERT INTO patch_jobs (tenant_id, target_id, kind, attempt, executor, connector_id, device_id, next_at)
                SELECT $1, n.target_id, n.kind, n.attempt, n.executor, n.connector_id, n.device_id, now()
                FROM unnest($2::uuid[], $3::text[], $4::int[], $5::text[], $6::uuid[], $7::text[])
                  AS n (target_id, kind, attempt, executor, connector_id, device_id)
                ON CONFLICT (tenant_id, target_id, kind, attempt) DO UPDATE
                SET executor = EXCLUDED.executor, connector_id = EXCLUDED.connector_id, device_id = EXCLUDED.device_id,
                  next_at = now()
                WHERE patch_jobs.status = 'pending'
                """,
                [
                    .id(tenant), .uuidArray(jobs.map(\.target.uuid)), .textArray(jobs.map(\.kind.rawValue)),
                    .int4Array(jobs.map { Int32(clamping: $0.attempt) }), .textArray(jobs.map(\.choice.kind)),
                    .uuidArray(jobs.map { $0.choice.connector?.uuid }), .textArray(jobs.map(\.choice.device)),
                ])
        ]
    }

    /// Where something is to be done.
    public struct Place: Sendable, Hashable {
        public let tenant: TenantID
        public let job: PatchJobID

        public init(tenant: TenantID, job: PatchJobID) {
            self.tenant = tenant
            self.job = job
        }
    }

    /// What is due, of all tenants in turn.
    public func due(limit: Int) async throws -> [Place] {
        try await store.system.query(
            """
            SELECT d.tenant_id, d.id
            FROM (
              SELECT j.tenant_id, j.id, j.next_at, row_number() OVER (PARTITION BY j.tenant_id ORDER BY j.next_at) AS turn
              FROM patch_jobs AS j
              WHERE j.next_at <= now()
            ) AS d
            ORDER BY d.turn, d.next_at
            LIMIT $1
            """, [.int(limit)], tenant: nil
        ).map { Place(tenant: try $0.decode(0), job: try $0.decode(1)) }
    }

    /// What a worker is to do with a job.
    public enum Errand: Sendable {
        /// It may begin: nobody else sends it from here on.
        case send(PatchJobRecord)
        case check(PatchJobRecord)

        public var job: PatchJobRecord {
            switch self {
            case .send(let job), .check(let job): job
            }
        }
    }

    /// Takes a job that is due.
    ///
    /// - Returns: nil where nothing is to be done: another has it, its time has not come, or its target does not want it
    ///   any more.
    public func take(_ place: Place) async throws -> Errand? {
        try await store.app.transaction(tenant: place.tenant) { connection in
            guard var step = try await PatchJobStep(place, connection, onlyIfDue: true) else { return nil }
            switch step.job.status {
            case .pending:
                guard try await step.begin() else { return nil }
                return .send(step.job)
            case .sending:
                try await step.apply(.vanished)
                return nil
            case .inProgress, .unknown:
                try await step.lock()
                return .check(step.job)
            case .completed, .failed:
                return nil
            }
        }
    }

    /// Tells that the worker lives.
    public func keep(_ job: PatchJobRecord) async throws {
        _ = try await store.app.query(
            """
            UPDATE patch_jobs
            SET next_at = now() + make_interval(secs => $3)
            WHERE tenant_id = $1 AND id = $2 AND attempts = $4 AND checks = $5 AND status = $6 AND next_at IS NOT NULL
            """,
            [
                .id(job.tenant), .id(job.id), .float8(Self.leaseSeconds), .int4(Int32(clamping: job.attempts)),
                .int4(Int32(clamping: job.checks)), .text(job.status.rawValue),
            ], tenant: job.tenant)
    }

    /// Notes what came of sending. It counts even when the worker was taken for dead meanwhile.
    ///
    /// - Parameter asked: seconds for which the executor wants to be left alone.
    @discardableResult
    public func settle(
        _ job: PatchJobRecord, _ event: ActionLife.Event, receipt: ActionReceipt? = nil, asked: Double? = nil
    ) async throws -> ActionStatus? {
        try await change(job) { step in
            guard step.job.attempts == job.attempts else { return nil }
            return try await step.apply(event, receipt: receipt, asked: asked)
        }
    }

    /// Notes how a job stands.
    ///
    /// - Parameter state: nil when the executor could not be asked.
    @discardableResult
    public func settleCheck(_ job: PatchJobRecord, _ state: ActionState?) async throws -> ActionStatus? {
        try await change(job) { step in
            guard step.job.checks == job.checks else { return nil }
            return try await step.apply(state.map { .answered($0) })
        }
    }

    /// Notes what an executor says of a job by itself; saying it again changes nothing.
    ///
    /// - Parameters:
    ///   - details: what a state does not tell.
    /// - Throws: `StoreError.notFound` for a job that the tenant's webhook was never told.
    public func hear(
        _ state: ActionState, of id: PatchJobID, awaitsReboot: Bool, hasChanged: Bool?, tenant: TenantID
    ) async throws {
        try await store.app.transaction(tenant: tenant) { connection in
            let place = Place(tenant: tenant, job: id)
            guard var step = try await PatchJobStep(place, connection, onlyIfDue: false), step.job.connector == nil,
                step.job.sentAt != nil
            else { throw StoreError.notFound(kind: "patch_job", id: id.description) }
            try await step.apply(.answered(state), awaitsReboot: awaitsReboot, hasChanged: hasChanged)
        }
    }

    private func change(
        _ job: PatchJobRecord, _ body: @escaping @Sendable (inout PatchJobStep) async throws -> ActionStatus?
    ) async throws -> ActionStatus? {
        try await store.app.transaction(tenant: job.tenant) { connection in
            let place = Place(tenant: job.tenant, job: job.id)
            guard var step = try await PatchJobStep(place, connection, onlyIfDue: false) else { return nil }
            return try await body(&step)
        }
    }
}
