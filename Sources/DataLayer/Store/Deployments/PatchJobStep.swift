import Domain
import FoundationEssentials
import Patching
import Postgres
import Response

/// A job with its target inside the transaction that holds both.
struct PatchJobStep {
    private(set) var job: PatchJobRecord
    private let connection: Connection
    private let deployment: DeploymentRecord
    private let endpoint: EndpointID
    private let ring: Int
    private let schedule: Int
    private let carrier: ExecutorChoice?
    private let packages: [PatchOrder.Package]
    private let system: Ecosystem
    private let isUpdate: Bool
    private let now: Date
    private var life: TargetLife

    private var tenant: TenantID { job.tenant }
    /// Whether it is what the target is at, by this executor.
    private var isCurrent: Bool {
        let own = PatchJob(deployment: deployment.id, endpoint: endpoint, kind: job.kind, attempt: job.attempt)
        return life.job(of: endpoint, in: deployment.id) == own && carrier?.connector == job.connector
    }

    /// Takes all in the order of everybody: the deployment, the target's row, the job's.
    ///
    /// - Parameter onlyIfDue: nil also where another has it, or its time has not come.
    init?(_ place: PatchJobStore.Place, _ connection: Connection, onlyIfDue: Bool) async throws {
        let (tenant, id) = (place.tenant, place.job)
        let places = try await connection.query(
            """
            SELECT t.deployment_id
            FROM patch_jobs AS j
            JOIN patch_deployments AS t ON t.tenant_id = j.tenant_id AND t.id = j.target_id
            WHERE j.tenant_id = $1 AND j.id = $2
            """, [.id(tenant), .id(id)])
        guard let place = try places.first?.decode(0, as: DeploymentID?.self) else { return nil }
        let deployments = try await connection.run([
            DeploymentLock.shared([place]),
            Statement("\(DeploymentRecord.select)\nWHERE d.tenant_id = $1 AND d.id = $2", [.id(tenant), .id(place)]),
        ])
        guard let deployment = try deployments[1].first.map(DeploymentRecord.init) else { return nil }
        let targets = try await connection.query(
            """
            SELECT \(DeploymentTarget.lifeColumns), coalesce(t.job_endpoint_id, t.endpoint_id), t.ring, t.schedule, t.executor,
              t.executor_id,
              t.installs, t.outcome, e.os_id, e.os_version, clock_timestamp(), j.device_id,
              p.kind = 'windows_update' AND NOT EXISTS (SELECT FROM patch_packages AS k WHERE k.patch_id = p.id),
              j.kind
            FROM patch_jobs AS j
            JOIN patch_deployments AS t ON t.tenant_id = j.tenant_id AND t.id = j.target_id
            JOIN endpoints AS e ON e.tenant_id = t.tenant_id AND e.id = t.endpoint_id
            JOIN patches AS p ON p.id = t.patch_id
            WHERE j.tenant_id = $1 AND j.id = $2
            FOR NO KEY UPDATE OF t
            """, [.id(tenant), .id(id)])
        guard let target = targets.first else { return nil }
        let jobs = try await connection.query(
            """
            SELECT \(PatchJobRecord.columns)
            FROM patch_jobs AS j
            WHERE j.tenant_id = $1 AND j.id = $2\(onlyIfDue ? " AND j.next_at <= now()" : "")
            FOR NO KEY UPDATE OF j\(onlyIfDue ? " SKIP LOCKED" : "")
            """, [.id(tenant), .id(id)])
        guard let job = try jobs.first.map(PatchJobRecord.init) else { return nil }
        self.job = job
        self.connection = connection
        self.deployment = deployment
        life = try TargetLife(target)
        endpoint = try target.decode(8)
        ring = Int(try target.decode(9, as: Int32.self))
        schedule = Int(try target.decode(10, as: Int32.self))
        carrier =
            target.rows.isNull(target.index, 11)
            ? nil : ExecutorChoice(connector: try target.decode(12), device: try target.decode(18))
        system = Ecosystem(osv: "\(try target.decode(15, as: String.self)):\(try target.decode(16, as: String.self))")
        now = try target.decode(17)
        isUpdate = try target.decode(19)
        packages = try DeploymentStore.packages(target, isUpdate ? .install : job.kind, installs: 13, outcome: 14)
    }

    /// Asks for the word to begin; with it the job is being sent.
    mutating func begin() async throws -> Bool {
        guard isCurrent else {
            // It was taken back, or somebody else has it now.
            try await write("next_at = NULL")
            return false
        }
        let mayBegin = DeploymentStore.lets(
            job.kind, deployment.life, deployment.plan, ring: ring, schedule: schedule, at: now)
        let step = life.after(event(.began, mayBegin: mayBegin), at: now)
        guard step.answer == .proceed else {
            try await write("next_at = now() + interval '30 seconds'")
            try await note(step)
            return false
        }
        let work = try PatchJSON.encode(work())
        try await write(
            """
            status = 'sending', attempts = attempts + 1, checks = 0, work = $3, message = NULL, receipt = NULL,
              sent_at = now(), next_at = now() + make_interval(secs => $4)
            """, [.json(work), .float8(PatchJobStore.leaseSeconds)])
        try await note(step)
        return true
    }

    /// A worker asks after it.
    mutating func lock() async throws {
        try await write(
            "checks = checks + 1, next_at = now() + make_interval(secs => $3)", [.float8(PatchJobStore.leaseSeconds)])
    }

    /// Applies an event, as the engine says, to the job and to its target.
    ///
    /// - Parameter event: nil when only the next question is to be planned.
    /// - Returns: the status that it has now; nil where it is over already.
    @discardableResult
    mutating func apply(
        _ event: ActionLife.Event?, receipt: ActionReceipt? = nil, asked: Double? = nil, awaitsReboot: Bool = false,
        hasChanged: Bool? = nil
    ) async throws -> ActionStatus? {
        guard !job.status.isFinal else { return nil }
        let before = ActionLife(job.status, message: job.message)
        var next = event.flatMap { before.after(isLate($0) ? .overdue : $0) } ?? before
        if case .putOff(let reason) = event, next.status == .pending, isOver {
            next = ActionLife(.failed, message: "It could not be handed over in time. The last attempt: \(reason)")
        }
        if event != nil,
            let heard = heard(next, isTaken: isTaken(event), awaitsReboot: awaitsReboot, hasChanged: hasChanged)
        {
            try await note(life.after(heard, at: now), log: log(of: event))
        }
        try await write(
            """
            status = $3, message = $4, receipt = coalesce($5, receipt),
              next_at = now() + make_interval(secs => $6),
              finished_at = CASE WHEN $3 IN ('completed', 'failed') THEN now() END
            """,
            [
                .text(next.status.rawValue), .of(next.message.map { String($0.prefix(2000)) }),
                try receipt.map { .json(try PatchJSON.encode($0)) } ?? .null, .of(wait(next, asked: asked)),
            ])
        return next.status
    }

    /// There is no more time to hand it over.
    private var isOver: Bool {
        now.timeIntervalSince(job.createdAt) > Double(deployment.plan.offlineHours) * 3600
    }

    /// What says that it is still at it after a day is not believed any more, and asked on.
    private func isLate(_ event: ActionLife.Event) -> Bool {
        guard case .answered(.pending) = event.plain, let sent = job.sentAt else { return false }
        return now.timeIntervalSince(sent) > ActionPace.doing
    }

    /// Whether the executor had it: something of it may be on the machine.
    private func isTaken(_ event: ActionLife.Event?) -> Bool {
        if case .answered = event { true } else { false }
    }

    private func heard(
        _ next: ActionLife, isTaken: Bool, awaitsReboot: Bool, hasChanged: Bool?
    ) -> TargetLife.Event? {
        switch next.status {
        case .completed:
            let waits = awaitsReboot || Self.awaitsReboot(next.message ?? "")
            return event(.succeeded(awaitsReboot: waits))
        case .failed:
            let reason = next.message.flatMap { $0.isEmpty ? nil : $0 } ?? "The executor did not say why."
            return event(.failed(String(reason.prefix(2000)), hasChanged: hasChanged ?? isTaken))
        case .pending: return isCurrent ? .handedBack : nil
        case .unknown: return isCurrent ? .doubted(next.message ?? "What came of it cannot be told.") : nil
        case .inProgress:
            guard isCurrent else { return nil }
            // One of which nothing could be told is at it after all.
            return life.status == .unknown
                ? event(.began) : .asked(until: now.addingTimeInterval(TargetPace.lease(.installing) ?? 0))
        case .sending: return nil
        }
    }

    private func event(_ phase: TargetReport.Phase, mayBegin: Bool = true) -> TargetLife.Event {
        let lease = TargetPace.lease(job.kind == .install ? .installing : .rollingBack) ?? 0
        return .reported(
            TargetReport(job.kind, attempt: job.attempt, phase), until: now.addingTimeInterval(lease),
            mayBegin: mayBegin)
    }

    /// A script says so on a line of its own.
    private static func awaitsReboot(_ output: String) -> Bool {
        output.split(whereSeparator: \.isNewline).contains { $0.filter { !$0.isWhitespace } == "awaits_reboot" }
    }

    private func log(of event: ActionLife.Event?) -> String? {
        let text: String? =
            switch event {
            case .answered(.completed(let output)), .answered(.failed(let output)): output
            default: nil
            }
        return text.map { StoredText.clean(String($0.suffix(PatchReport.longestLog))) }
    }

    /// Seconds until it is looked at again; nil when nobody does by itself.
    private func wait(_ next: ActionLife, asked: Double?) -> Double? {
        switch next.status {
        case .pending: max(min(5 * Double(1 << min(max(job.attempts - 1, 0), 10)), 900), asked ?? 0)
        case .inProgress: ActionPace.check(.inProgress, after: job.checks)
        // For as long as its target is asked after.
        case .unknown:
            isCurrent ? ActionPace.check(.unknown, after: min(job.checks, ActionPace.unknownChecks - 1)) : nil
        case .sending: PatchJobStore.leaseSeconds
        case .completed, .failed: nil
        }
    }

    private func work() -> PatchWork {
        let tool: PatchOrder.Tool? =
            switch system.scheme {
            case .deb: .apt
            case .rpm: .dnf
            case .apk: .apk
            default: nil
            }
        return PatchWork(
            id: job.id.uuid,
            job: PatchJob(deployment: deployment.id, endpoint: endpoint, kind: job.kind, attempt: job.attempt),
            device: job.device, tool: isUpdate ? nil : tool, packages: isUpdate ? [] : packages,
            updates: isUpdate ? updates : [], reboot: deployment.plan.reboot,
            comment: "Patch \(deployment.number)")
    }

    /// In the order in which they are installed. What came before the patch stays: a servicing stack cannot be taken back.
    private var updates: [String] {
        (job.kind == .install ? packages[...] : packages.suffix(1)).map(\.name)
    }

    private mutating func note(_ step: TargetLife.Step, log: String? = nil) async throws {
        guard step.life != life || log != nil else { return }
        life = step.life
        var changes = TargetChanges()
        changes.add(step, to: job.target, of: deployment.id, details: .init(log: log))
        let notices = step.transition == nil ? [] : [DeploymentStore.notice(deployment.id)]
        try await connection.run(try changes.statements(tenant: tenant) + notices)
    }

    private mutating func write(_ assignments: String, _ values: [Value] = []) async throws {
        let rows = try await connection.query(
            """
            UPDATE patch_jobs AS j
            SET \(assignments)
            WHERE j.tenant_id = $1 AND j.id = $2
            RETURNING \(PatchJobRecord.columns)
            """, [.id(tenant), .id(job.id)] + values)
        if let row = rows.first { job = try PatchJobRecord(row) }
    }
}

extension ActionLife.Event {
    /// What says that it goes on is one word here.
    fileprivate var plain: ActionLife.Event {
        if case .answered(.inProgress) = self { .answered(.pending) } else { self }
    }
}
