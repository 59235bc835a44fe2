import Domain
import FoundationEssentials
import Patching
import Postgres

/// The worker's side: what time does to deployments, and what their targets have come to.
extension DeploymentStore {
    /// Deployments of all tenants that are not over.
    public func open() async throws -> [(tenant: TenantID, deployment: DeploymentID)] {
        let over = DeploymentStatus.allCases.filter(\.isFinal).map(\.rawValue)
        return try await store.system.query(
            "SELECT tenant_id, id FROM deployments WHERE status <> ALL ($1) ORDER BY tenant_id, id",
            [.textArray(over)], tenant: nil
        ).map { (try $0.decode(0), try $0.decode(1)) }
    }

    /// Targets that one look takes at most; the next look takes the others.
    static let atOnce = 2000

    /// Looks at a deployment: silent endpoints are given up, its start and its rings come, its gate is asked, and what a
    /// person decided is carried on. In one transaction that holds it alone, so that looks of several workers, or one that
    /// is killed, come to the same.
    ///
    /// - Returns: false where another worker is at it.
    @discardableResult
    public func keep(_ id: DeploymentID, tenant: TenantID) async throws -> Bool {
        try await store.app.retriedTransaction(tenant: tenant) { connection in
            guard try await connection.run([DeploymentLock.keeping(id)])[0][0].decode(0, as: Bool.self) else {
                return false
            }
            guard var change = try await DeploymentChange(id, connection, tenant: tenant) else { return true }
            guard !change.life.status.isFinal else { return true }
            try await lapse(change)
            try await giveUp(change)
            if change.life.status == .scheduled, change.record.plan.startsAt.map({ $0 <= change.now }) ?? true {
                try await change.take(.due)
            }
            try await settle(&change)
            return true
        }
    }

    /// Surveys until nothing follows any more; each step's actions are done before the next look.
    func settle(_ change: inout DeploymentChange) async throws {
        for _ in 0..<(4 * change.life.ringCount + 8) {
            let survey = try await GateSurvey(change).survey()
            let isGates = if case .wait = survey.gate { false } else { true }
            let reading = GateReading(decision: survey.gate, evidence: survey.evidence)
            if reading != change.record.gate, change.life.ring >= 0 {
                _ = try await change.connection.query(
                    "UPDATE deployments SET gate = $3 WHERE tenant_id = $1 AND id = $2 AND gate IS DISTINCT FROM $3",
                    [.id(change.tenant), .id(change.record.id), .json(try PatchJSON.encode(reading))])
            }
            guard try await change.take(.surveyed(survey), by: isGates ? .gate : .server) else { return }
        }
    }

    /// Endpoints that have said nothing until the end of their lease.
    private func lapse(_ change: DeploymentChange) async throws {
        try await apply(.lapsed, change, "t.lease_at <= now()", [], order: "t.lease_at")
    }

    private func giveUp(_ change: DeploymentChange) async throws {
        let offline = change.record.plan.offlineHours
        let states: [(TargetStatus, Double)] = [
            (.unknown, TargetPace.silence), (.rollbackWaiting, TargetPace.rollback),
            (.rollingBack, TargetPace.rollback),
        ]
        for (state, patience) in states {
            let latest = change.now.addingTimeInterval(-patience)
            try await apply(
                .overdue, change, "t.state = '\(state.rawValue)' AND t.since <= $3", [.timestamptz(latest)],
                order: "t.since"
            ) { life, since in
                TargetPace.deadline(life, since: since, opened: since, offlineHours: offline).map { $0 <= change.now }
                    ?? false
            }
        }
        guard change.life.status.letsTargetsBegin else { return }
        for ring in try await change.counts().rings where ring.ring <= change.life.ring && ring.all[.waiting] > 0 {
            try await expire(ring, change)
        }
    }

    /// Endpoints of an open ring that did not come.
    private func expire(_ ring: DeploymentCounts.Ring, _ change: DeploymentChange) async throws {
        let plan = change.record.plan
        guard let opened = ring.runsFrom else { return }
        for schedule in -1..<plan.schedules.count {
            let calendar = plan.schedules.indices.contains(schedule) ? WindowCalendar(plan.schedules[schedule]) : nil
            func deadline(_ life: TargetLife, _ since: Date) -> Date? {
                TargetPace.deadline(
                    life, since: since, opened: opened, calendar: calendar, offlineHours: plan.offlineHours)
            }
            // Nobody's time ends before that of those who have waited from the beginning.
            guard let first = deadline(TargetLife(), opened), first <= change.now else { continue }
            let rows = try await change.connection.query(
                """
                SELECT \(DeploymentTarget.lifeColumns), t.id, coalesce(t.retried_at, $5)
                FROM patch_deployments AS t
                WHERE t.tenant_id = $1 AND t.deployment_id = $2 AND t.state = 'waiting' AND t.ring = $3
                  AND t.schedule = $4
                ORDER BY t.retried_at NULLS FIRST
                LIMIT \(Self.atOnce)
                FOR NO KEY UPDATE SKIP LOCKED
                """,
                [
                    .id(change.tenant), .id(change.record.id), .int4(Int32(clamping: ring.ring)),
                    .int4(Int32(clamping: schedule)), .timestamptz(opened),
                ])
            let overdue = try rows.map { (life: try TargetLife($0), id: try $0.decode(8, as: TargetID.self), row: $0) }
                .filter { try deadline($0.life, $0.row.decode(9)).map { $0 <= change.now } ?? false }
            if overdue.isEmpty { continue }
            let ready = try await grantTime(to: overdue.map(\.id), change)
            var changes = TargetChanges()
            for target in overdue where !ready.contains(target.id) {
                let step = target.life.after(.overdue, at: change.now)
                if step.life != target.life { changes.add(step, to: target.id, of: change.record.id) }
            }
            try await write(changes, change)
        }
    }

    /// Those that are there and only wait for a turn, which others have before them, have their time anew.
    private func grantTime(to targets: [TargetID], _ change: DeploymentChange) async throws -> Set<TargetID> {
        let (connection, tenant) = (change.connection, change.tenant)
        let search = try ExecutorSearch(try await connection.run([ExecutorSearch.statement(tenant)])[0][0])
        let updates = try await ExecutorSearch.updates(among: [change.record.patch], connection)
        guard let choice = search.choice(isUpdate: updates.contains(change.record.patch)) else { return [] }
        let rows = try await connection.query(
            """
            UPDATE patch_deployments AS t
            SET retried_at = clock_timestamp()
            FROM (
              SELECT p.id
              FROM patch_deployments AS p
              CROSS JOIN LATERAL (\(choice)) AS x
              WHERE p.tenant_id = $1 AND p.deployment_id = $2 AND p.id = ANY ($3)
                AND NOT EXISTS (
                  SELECT
                  FROM deployment_transitions AS d
                  WHERE d.tenant_id = $1 AND d.deployment_id = $2 AND d.target_id = p.id AND d.to_status = 'offered'
                    AND d.at >= coalesce(p.retried_at, d.at))
            ) AS r
            WHERE t.tenant_id = $1 AND t.id = r.id
            RETURNING t.id
            """, [.id(tenant), .id(change.record.id), .uuidArray(targets.map(\.uuid))])
        return Set(try rows.map { try $0.decode(0) })
    }

    /// An event for targets that a condition names, each by itself.
    private func apply(
        _ event: TargetLife.Event, _ change: DeploymentChange, _ condition: String, _ values: [Value],
        order: String, where isMeant: (TargetLife, Date) -> Bool = { _, _ in true }
    ) async throws {
        let rows = try await change.connection.query(
            """
            SELECT \(DeploymentTarget.lifeColumns), t.id, t.since
            FROM patch_deployments AS t
            WHERE t.tenant_id = $1 AND t.deployment_id = $2 AND \(condition)
            ORDER BY \(order)
            LIMIT \(Self.atOnce)
            FOR NO KEY UPDATE SKIP LOCKED
            """, [.id(change.tenant), .id(change.record.id)] + values)
        var changes = TargetChanges()
        for row in rows {
            let life = try TargetLife(row)
            guard isMeant(life, try row.decode(9)) else { continue }
            let step = life.after(event, at: change.now)
            if step.life != life { changes.add(step, to: try row.decode(8), of: change.record.id) }
        }
        try await write(changes, change)
    }

    private func write(_ changes: TargetChanges, _ change: DeploymentChange) async throws {
        if changes.isEmpty { return }
        try await change.connection.run(
            try changes.statements(tenant: change.tenant) + [Self.notice(change.record.id)])
    }
}
