import Domain
import Postgres

/// The worker's side of the queue. A job that was taken is held under a lease; whoever lost it, by
/// being silent for too long, changes nothing of the job any more.
extension JobStore {
    /// How long a worker may go without a sign of life before another takes its job.
    public static let lease = Duration.seconds(60)
    /// After this many attempts a job is `failed` for good.
    public static let maximumAttempts = 5

    /// Takes the oldest job that is due, of any tenant; also one whose worker has vanished.
    public func take(worker: String) async throws -> Job? {
        let lease = Value.float8(Double(Self.lease.components.seconds))
        return try await store.system.run([
            Statement(Self.giveUp, [.int(Self.maximumAttempts)]),
            Statement(Self.takeOldest, [.text(worker), lease]),
        ])[1].first.map(Job.init)
    }

    /// A job that has taken its worker down with it as often as it may.
    private static let giveUp = """
        UPDATE jobs
        SET state = 'failed', finished_at = now(), locked_by = NULL, locked_until = NULL,
            error = coalesce(error, 'Its worker vanished, each time that it was tried.')
        WHERE state = 'running' AND locked_until < now() AND attempts >= $1
        """

    private static let takeOldest = """
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
        """

    /// Tells how far a job is, and that its worker lives.
    /// - Throws: `StoreError.leaseLost` when another worker has the job now.
    public func report(_ job: Job, progress: Int, total: Int) async throws {
        try await change(
            job,
            """
            UPDATE jobs
            SET progress = $4, total = $5, locked_until = now() + make_interval(secs => $6)
            """, [.int(progress), .int(total), .float8(Double(Self.lease.components.seconds))])
    }

    /// Tells that the worker lives, in the middle of a long step.
    /// - Throws: `StoreError.leaseLost` when another worker has the job now.
    public func keep(_ job: Job) async throws {
        try await change(
            job, "UPDATE jobs SET locked_until = now() + make_interval(secs => $4)",
            [.float8(Double(Self.lease.components.seconds))])
    }

    /// - Throws: `StoreError.leaseLost` when another worker has the job now.
    public func finish(_ job: Job, result: [UInt8]) async throws {
        try await change(
            job,
            """
            UPDATE jobs
            SET state = 'done', result = $4, progress = total, error = NULL, finished_at = now(), locked_by = NULL,
                locked_until = NULL
            """, [.json(result)])
    }

    /// Back into the queue with a growing delay, or `failed` when the attempts are used up.
    /// - Throws: `StoreError.leaseLost` when another worker has the job now.
    public func fail(_ job: Job, message: String) async throws {
        try await change(
            job,
            """
            UPDATE jobs
            SET state = CASE WHEN attempts >= $5 THEN 'failed' ELSE 'queued' END,
                finished_at = CASE WHEN attempts >= $5 THEN now() END,
                run_after = now() + make_interval(secs => power(2, least(attempts, 8)) * (0.75 + random() / 2)),
                error = $4, locked_by = NULL, locked_until = NULL
            """, [.text(StoredText.clean(message)), .int(Self.maximumAttempts)])
    }

    /// Puts a job back untouched, for a worker that stops in the middle of it: the attempt does not count.
    /// - Throws: `StoreError.leaseLost` when another worker has the job now.
    public func release(_ job: Job) async throws {
        try await change(
            job,
            """
            UPDATE jobs
            SET state = 'queued', attempts = attempts - 1, run_after = now(), locked_by = NULL, locked_until = NULL
            """, [])
        _ = try await store.app.query("SELECT pg_notify('garrison_jobs', '')", [], tenant: job.tenant)
    }

    /// How many jobs of all tenants wait and run.
    public func pending() async throws -> [State: Int] {
        let rows = try await store.system.query(
            """
            SELECT count(*) FILTER (WHERE state = 'queued'), count(*) FILTER (WHERE state = 'running')
            FROM jobs
            WHERE state IN ('queued', 'running')
            """, [], tenant: nil)
        return [.queued: try rows.int(0, 0), .running: try rows.int(0, 1)]
    }

    /// Changes a job and tells who follows it. Each taking counts an attempt, so their number tells
    /// this worker's lease from a later one's.
    private func change(_ job: Job, _ update: String, _ values: [Value]) async throws {
        let results = try await store.app.run(
            [
                Statement(
                    """
                    \(update)
                    WHERE tenant_id = $1 AND id = $2 AND state = 'running' AND attempts = $3
                    RETURNING id
                    """, [.id(job.tenant), .id(job.id), .int(job.attempts)] + values),
                Statement("SELECT pg_notify('\(Self.progressChannel)', $1)", [.text(job.id.description)]),
            ], tenant: job.tenant)
        if results[0].isEmpty { throw StoreError.leaseLost(task: job.id.description) }
    }
}
