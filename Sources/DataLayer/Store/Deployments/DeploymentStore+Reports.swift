import Domain
import FoundationEssentials
import Patching
import Postgres

/// What an agent says of a job, with who says so.
public struct AgentWord: Sendable {
    public let signature: AgentSignature
    /// The device of the agent.
    public let device: String
    public let report: PatchReport
    /// Whether its number has been used up already.
    public var isAdmitted: Bool

    public init(_ report: PatchReport, device: String, signature: AgentSignature, isAdmitted: Bool = false) {
        self.report = report
        self.device = device
        self.signature = signature
        self.isAdmitted = isAdmitted
    }
}

/// What agents say. Many of them are heard in one transaction: thousands of endpoints report at once.
extension DeploymentStore {
    /// Hears words of different agents of one tenant.
    ///
    /// - Returns: an answer for each; nil for one that is not let in by its number alone (`AgentStore.admit` tells why).
    public func hear(_ words: [AgentWord], tenant: TenantID) async throws -> [PatchAnswer?] {
        try await store.app.retriedTransaction(tenant: tenant) { connection in
            let admitted = try await Self.admit(words, connection, tenant)
            let hearing = Hearing(connection: connection, tenant: tenant)
            let answers = try await hearing.answers(to: words.filter { admitted.contains($0.signature.agent) })
            return words.map { answers[$0.signature.agent] }
        }
    }

    /// What `AgentStanding.take` does to an agent that is active, by the process that was heard last: its number is used up,
    /// and nothing else. All else is for `AgentStore.admit`.
    private static func admit(
        _ words: [AgentWord], _ connection: Connection, _ tenant: TenantID
    ) async throws -> Set<AgentID> {
        let new = words.filter { !$0.isAdmitted }.sorted {
            $0.signature.agent.description < $1.signature.agent.description
        }
        var admitted = Set(words.filter(\.isAdmitted).map(\.signature.agent))
        if new.isEmpty { return admitted }
        let rows = try await connection.query(
            """
            UPDATE agents AS a
            SET sequence = n.sequence, last_seen_at = now()
            FROM unnest($2::uuid[], $3::uuid[], $4::bigint[]) AS n (id, instance, sequence)
            WHERE a.tenant_id = $1 AND a.id = n.id AND a.state = 'active' AND a.instance = n.instance
              AND a.sequence < n.sequence
            RETURNING a.id
            """,
            [
                .id(tenant), .uuidArray(new.map(\.signature.agent.uuid)), .uuidArray(new.map(\.signature.instance)),
                .int8Array(new.map(\.signature.sequence)),
            ])
        for row in rows { admitted.insert(try row.decode(0)) }
        return admitted
    }
}

extension DeploymentStore {
    /// Whether a target may begin now. What was handed out in a window begins in one, or waits for the next.
    static func lets(
        _ kind: PatchJob.Kind, _ life: DeploymentLife, _ plan: DeploymentPlan, ring: Int, schedule: Int, at now: Date
    ) -> Bool {
        guard life.lets(kind, in: ring) else { return false }
        guard kind == .install, plan.schedules.indices.contains(schedule) else { return true }
        return WindowCalendar(plan.schedules[schedule])?.isOpen(at: now) ?? true
    }
}

/// One transaction of reports.
private struct Hearing {
    let connection: Connection
    let tenant: TenantID

    private struct Known {
        let id: TargetID
        /// The one that it is now; its job is named after the one that it was.
        let endpoint: EndpointID
        var life: TargetLife
        let ring: Int
        let schedule: Int
        /// No agent has its job.
        let isElsewhere: Bool
    }

    private struct Deployment {
        let life: DeploymentLife
        let plan: DeploymentPlan
    }

    private struct Place: Hashable {
        let deployment: DeploymentID
        let endpoint: EndpointID
    }

    func answers(to words: [AgentWord]) async throws -> [AgentID: PatchAnswer] {
        guard !words.isEmpty else { return [:] }
        // First the deployments, whose people and gates wait for this or have it wait, then the targets: as everywhere.
        let deployments = try await deployments(Set(words.map(\.report.job.deployment)))
        let owned = try await endpoints(of: Set(words.map(\.device)))
        let now: Date = try await connection.query("SELECT clock_timestamp()")[0].decode(0)
        var targets = try await targets(words)
        var (changes, answers): (TargetChanges, [AgentID: PatchAnswer]) = (TargetChanges(), [:])
        var moved: Set<DeploymentID> = []
        for word in words {
            let job = word.report.job
            let place = Place(deployment: job.deployment, endpoint: job.endpoint)
            guard let deployment = deployments[job.deployment], var target = targets[place],
                owned[word.device]?.contains(target.endpoint) ?? false
            else {
                answers[word.signature.agent] = PatchAnswer(.stop, reason: "The server knows no such job.")
                continue
            }
            guard !target.isElsewhere else {
                answers[word.signature.agent] = PatchAnswer(.stop, reason: "Somebody else carries this job out.")
                continue
            }
            let mayBegin = DeploymentStore.lets(
                job.kind, deployment.life, deployment.plan, ring: target.ring, schedule: target.schedule, at: now)
            let step = target.life.after(
                Self.event(word.report, target.life, now, mayBegin), at: now, by: .endpoint(job.endpoint))
            answers[word.signature.agent] = Self.answer(step, word.report, deployment.life.status)
            if step.life == target.life && word.report.log.isEmpty { continue }
            let isCurrent = target.life.job(of: job.endpoint, in: job.deployment) == job
            changes.add(
                step, to: target.id, of: job.deployment,
                details: isCurrent || step.transition != nil ? Self.details(word.report) : .init())
            if step.transition != nil { moved.insert(job.deployment) }
            target.life = step.life
            targets[place] = target
        }
        if !changes.isEmpty {
            try await connection.run(
                try changes.statements(tenant: tenant) + moved.map(DeploymentStore.notice))
        }
        return answers
    }

    private func deployments(_ ids: Set<DeploymentID>) async throws -> [DeploymentID: Deployment] {
        let rows = try await connection.run([
            DeploymentLock.shared(ids),
            Statement(
                "\(DeploymentRecord.select)\nWHERE d.tenant_id = $1 AND d.id = ANY ($2)",
                [.id(tenant), .uuidArray(ids.map(\.uuid))]),
        ])
        let records = try rows[1].map(DeploymentRecord.init)
        return Dictionary(uniqueKeysWithValues: records.map { ($0.id, Deployment(life: $0.life, plan: $0.plan)) })
    }

    private func endpoints(of devices: Set<String>) async throws -> [String: Set<EndpointID>] {
        let rows = try await connection.query(
            """
            SELECT s.device_id, s.endpoint_id
            FROM connectors AS c
            CROSS JOIN unnest($2::text[]) AS u (device_id)
            CROSS JOIN LATERAL (
              -- Of one: a planner that does not know the tenant yet would look through all that it has.
              SELECT l.device_id, l.endpoint_id
              FROM endpoint_sources AS l
              WHERE l.tenant_id = c.tenant_id AND l.connector_id = c.id AND l.device_id = u.device_id
              LIMIT 1
            ) AS s
            WHERE c.tenant_id = $1 AND c.kind = 'agent' AND c.is_implicit AND s.endpoint_id IS NOT NULL
            """, [.id(tenant), .textArray(Array(devices))])
        var owned: [String: Set<EndpointID>] = [:]
        for row in rows { owned[try row.decode(0), default: []].insert(try row.decode(1)) }
        return owned
    }

    private func targets(_ words: [AgentWord]) async throws -> [Place: Known] {
        let rows = try await connection.query(
            """
            SELECT \(DeploymentTarget.lifeColumns), t.id, t.deployment_id, n.endpoint_id, t.ring, t.schedule,
              t.endpoint_id, t.executor IS NOT NULL
            FROM unnest($2::uuid[], $3::uuid[]) AS n (deployment_id, endpoint_id)
            LEFT JOIN endpoint_redirects AS r ON r.tenant_id = $1 AND r.endpoint_id = n.endpoint_id
            JOIN patch_deployments AS t ON t.tenant_id = $1 AND t.deployment_id = n.deployment_id
              AND t.endpoint_id = ANY (ARRAY[n.endpoint_id, r.survivor_id])
              AND coalesce(t.job_endpoint_id, t.endpoint_id) = n.endpoint_id
            ORDER BY t.id
            FOR NO KEY UPDATE OF t
            """,
            [
                .id(tenant), .uuidArray(words.map(\.report.job.deployment.uuid)),
                .uuidArray(words.map(\.report.job.endpoint.uuid)),
            ])
        var targets: [Place: Known] = [:]
        for row in rows {
            let place = Place(deployment: try row.decode(9), endpoint: try row.decode(10))
            targets[place] = Known(
                id: try row.decode(8), endpoint: try row.decode(13), life: try TargetLife(row),
                ring: Int(try row.decode(11, as: Int32.self)), schedule: Int(try row.decode(12, as: Int32.self)),
                isElsewhere: try row.decode(14))
        }
        return targets
    }

    private static func event(
        _ report: PatchReport, _ life: TargetLife, _ now: Date, _ mayBegin: Bool
    ) -> TargetLife.Event {
        func heard(_ phase: TargetReport.Phase, _ status: TargetStatus) -> TargetLife.Event {
            let status = report.job.kind == .rollback ? TargetStatus.rollingBack : status
            let until = now.addingTimeInterval(TargetPace.lease(status) ?? 0)
            return .reported(
                TargetReport(report.job.kind, attempt: report.job.attempt, phase), until: until, mayBegin: mayBegin)
        }
        switch report.phase {
        case .downloading: return heard(.downloading, .downloading)
        case .began: return heard(.began, .installing)
        // One that fell silent is at it after all.
        case .installing where life.status == .unknown: return heard(.began, .installing)
        case .installing: return .asked(until: now.addingTimeInterval(TargetPace.lease(.installing) ?? 0))
        case .rebooting: return heard(.rebooting, .rebooting)
        case .verifying: return heard(.verifying, .verifying)
        case .done, .rolledBack: return heard(.succeeded(awaitsReboot: report.awaitsReboot), .deployed)
        case .failed, .rollbackFailed:
            let reason = report.message.isEmpty ? "The endpoint did not say why." : report.message
            return heard(.failed(String(reason.prefix(2000)), hasChanged: report.hasChanged), .failed)
        }
    }

    private static func answer(
        _ step: TargetLife.Step, _ report: PatchReport, _ status: DeploymentStatus
    ) -> PatchAnswer {
        switch step.answer {
        case .proceed: return PatchAnswer(.proceed)
        case .refuse:
            return PatchAnswer(.stop, reason: "The deployment is “\(status.label)”: this job is not to begin now.")
        case .heard, .job:
            if report.phase.isOutcome { return PatchAnswer(.proceed) }
            let isCurrent = step.life.job(of: report.job.endpoint, in: report.job.deployment) == report.job
            return isCurrent ? PatchAnswer(.proceed) : PatchAnswer(.stop, reason: "This job was taken back.")
        }
    }

    private static func details(_ report: PatchReport) -> TargetChanges.Details {
        var details = TargetChanges.Details()
        // What was there before is what a rollback goes back to: only an installation tells it.
        if report.job.kind == .install, !report.before.isEmpty || !report.after.isEmpty {
            details.outcome = DeploymentTarget.Outcome(before: report.before, after: report.after)
        }
        if !report.log.isEmpty {
            details.log = StoredText.clean(String(report.log.suffix(PatchReport.longestLog)))
        }
        return details
    }
}
