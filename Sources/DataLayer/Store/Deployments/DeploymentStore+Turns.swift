import Domain
import FoundationEssentials
import Patching
import Postgres

/// Where a look for waiting endpoints goes on, lane by lane: nobody is looked at twice before all others were.
public struct TurnPlaces: Sendable {
    struct Lane: Hashable {
        let deployment: DeploymentID
        let state: String
        let ring: Int
        let schedule: Int
    }

    var places: [Lane: TargetID] = [:]
    var turn = 0

    public init() {}
}

/// The worker's side: waiting endpoints that are there are given their jobs.
extension DeploymentStore {
    /// An agent that was heard so long ago is there.
    static let presence = 180.0
    /// Waiting targets that are looked at, and jobs that are handed out, in one look at a lane.
    static let pageOfWaiting = 2000
    static let jobsOfLane = 500

    /// Deals turns of one tenant's deployments.
    ///
    /// - Parameter hold: seconds for which a target that an executor has, and of which nothing can be told, keeps others
    ///   from beginning (`TargetPace.releases`).
    /// - Returns: how many targets have a job now, or have ended because nothing was left to do.
    public func deal(
        _ places: inout TurnPlaces, hold: Double = TargetPace.standardHold, tenant: TenantID
    ) async throws -> Int {
        let before = places
        let (next, dealt) = try await store.app.retriedTransaction(tenant: tenant) { connection in
            var next = before
            // One at a time: what is under way is counted, and then added to.
            let isFree = try await connection.query(
                "SELECT pg_try_advisory_xact_lock(hashtextextended('garrison.turns' || $1, 0))",
                [.text(tenant.description)])
            guard try isFree[0].decode(0, as: Bool.self) else { return (next, 0) }
            let deal = TurnRun(store: store, connection: connection, tenant: tenant, hold: hold)
            let dealt = try await deal.run(&next)
            return (next, dealt)
        }
        places = next
        return dealt
    }
}

/// One look for turns, inside its transaction.
private struct TurnRun {
    let store: Store
    let connection: Connection
    let tenant: TenantID
    let hold: Double

    private struct Candidate {
        let target: TargetID
        /// Nil where an executor takes it.
        let agent: AgentID?
        let executor: ExecutorChoice?
        let life: TargetLife
        /// Nothing was installed by its job.
        let isEmpty: Bool
    }

    func run(_ places: inout TurnPlaces) async throws -> Int {
        let rows = try await open()
        guard !rows.isEmpty else { return 0 }
        let now: Date = try await connection.query("SELECT clock_timestamp()")[0].decode(0)
        var (lanes, loads): ([TurnPlanner.Lane], [DeploymentID: TurnPlanner.Load]) = ([], [:])
        var records: [DeploymentID: DeploymentRecord] = [:]
        var candidates: [DeploymentID: [EndpointID: Candidate]] = [:]
        let all = try rows.map(DeploymentRecord.init)
        let search = try ExecutorSearch(try await connection.run([ExecutorSearch.statement(tenant)])[0][0])
        let updates = try await ExecutorSearch.updates(among: all.map(\.patch), connection)
        for record in all {
            let counts = try DeploymentCounts(
                try await connection.run([DeploymentCounts.statement(record.id, tenant: tenant)])[0])
            records[record.id] = record
            loads[record.id] = TurnPlanner.Load(counts.all, released: try await released(of: record, counts, at: now))
            for lane in Self.lanes(of: record, counts) {
                let calendar =
                    record.plan.schedules.indices.contains(lane.schedule)
                    ? WindowCalendar(record.plan.schedules[lane.schedule]) : nil
                let kind: PatchJob.Kind = lane.state == "waiting" ? .install : .rollback
                if kind == .install, let calendar, !calendar.isOpen(at: now) { continue }
                let choice = search.choice(isUpdate: updates.contains(record.patch))
                let found = try await look(lane, choice, &places)
                guard !found.isEmpty else { continue }
                lanes.append(
                    TurnPlanner.Lane(
                        deployment: record.id, ring: lane.ring, kind: kind, life: record.life,
                        limits: record.plan.limits, calendar: calendar, candidates: found.map(\.0)))
                for (endpoint, candidate) in found { candidates[record.id, default: [:]][endpoint] = candidate }
            }
        }
        guard !lanes.isEmpty else { return 0 }
        places.turn += 1
        let turn = TurnPlanner().plan(lanes, loads: loads, turn: places.turn, at: now)
        return try await begin(turn.starts, records, candidates, updates, at: now)
    }

    /// Shared: endpoints report meanwhile, and nobody pauses or aborts one of them. What somebody decides about now has its
    /// turn the next time.
    private func open() async throws -> Rows {
        let isGoing = "d.tenant_id = $1 AND d.status IN ('running', 'soaking', 'rolling_back')"
        let all = try await connection.query("SELECT d.id FROM deployments AS d WHERE \(isGoing)", [.id(tenant)])
        let free = try await connection.run([
            DeploymentLock.sharedIfFree(try all.map { try $0.decode(0, as: DeploymentID.self) })
        ])[0].map { try $0.decode(0, as: UUID.self) }
        return try await connection.query(
            "\(DeploymentRecord.select)\nWHERE \(isGoing) AND d.id = ANY ($2)\nORDER BY d.id",
            [.id(tenant), .uuidArray(free)])
    }

    /// Targets that hold no place any more: as `TargetPace.releases` says. Their endpoints are still at it, and are given
    /// nothing else.
    private func released(of record: DeploymentRecord, _ counts: DeploymentCounts, at now: Date) async throws -> Int {
        guard record.plan.limits.concurrent != nil, counts.all[.unknown] + counts.all[.rollingBack] > 0 else {
            return 0
        }
        return try await connection.query(
            """
            SELECT count(*)
            FROM patch_deployments
            WHERE tenant_id = $1 AND deployment_id = $2 AND executor IS NOT NULL AND since <= $3
              AND (state = 'unknown' OR state = 'rolling_back' AND lease_at IS NULL)
            """, [.id(tenant), .id(record.id), .timestamptz(now.addingTimeInterval(-hold))]
        )[0].decode(0)
    }

    private static func lanes(of record: DeploymentRecord, _ counts: DeploymentCounts) -> [TurnPlaces.Lane] {
        let isInstalling = record.status.letsTargetsBegin
        return counts.rings.flatMap { ring -> [TurnPlaces.Lane] in
            let (state, count) =
                isInstalling ? ("waiting", ring.all[.waiting]) : ("rollback_waiting", ring.all[.rollbackWaiting])
            guard count > 0, !isInstalling || ring.ring <= record.life.ring else { return [] }
            return (-1..<record.plan.schedules.count).map {
                TurnPlaces.Lane(deployment: record.id, state: state, ring: ring.ring, schedule: $0)
            }
        }
    }

    /// Endpoints of a lane that somebody is there for, on its next page.
    private func look(
        _ lane: TurnPlaces.Lane, _ choice: String?, _ places: inout TurnPlaces
    ) async throws -> [(EndpointID, Candidate)] {
        guard let choice else { return [] }
        let first = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
        let values: [Value] = [
            .id(tenant), .id(lane.deployment), .text(lane.state), .int4(Int32(lane.ring)), .int4(Int32(lane.schedule)),
            .uuid(places.places[lane]?.uuid ?? first),
        ]
        let page = """
            SELECT \(DeploymentTarget.lifeColumns), t.id, t.endpoint_id,
              coalesce(jsonb_array_length(t.installs), 0) = 0 AS is_empty
            FROM patch_deployments AS t
            WHERE t.tenant_id = $1 AND t.deployment_id = $2 AND t.state = $3 AND t.ring = $4 AND t.schedule = $5
              AND t.id > $6
            ORDER BY t.id
            LIMIT \(DeploymentStore.pageOfWaiting)
            """
        let results = try await connection.run([
            Statement(
                """
                SELECT p.*, x.agent_id, x.executor, x.connector_id, x.device_id
                FROM (\(page)) AS p
                CROSS JOIN LATERAL (\(choice)) AS x
                WHERE NOT EXISTS (
                  SELECT FROM patch_deployments AS b
                  WHERE b.tenant_id = $1 AND b.endpoint_id = p.endpoint_id AND b.state IN (\(TargetChanges.busy)))
                ORDER BY p.id
                LIMIT \(DeploymentStore.jobsOfLane)
                """, values),
            Statement(
                """
                SELECT (array_agg(p.id ORDER BY p.id DESC))[1], count(*)
                FROM (\(page)) AS p
                """, values),
        ])
        let found = try results[0].map { row in
            (
                try row.decode(9, as: EndpointID.self),
                Candidate(
                    target: try row.decode(8), agent: try row.decode(11),
                    executor: row.rows.isNull(row.index, 12)
                        ? nil : ExecutorChoice(connector: try row.decode(13), device: try row.decode(14)),
                    life: try TargetLife(row), isEmpty: try row.decode(10))
            )
        }
        let count: Int = try results[1].int(0, 1)
        if found.count == DeploymentStore.jobsOfLane {
            places.places[lane] = found.last?.1.target
        } else {
            places.places[lane] =
                count < DeploymentStore.pageOfWaiting ? nil : try results[1][0].decode(0, as: TargetID?.self)
        }
        return found
    }

    /// Those that still wait: a late report may have told meanwhile that the patch is there.
    private func hold(_ candidates: [Candidate]) async throws -> Set<TargetID> {
        let rows = try await connection.query(
            """
            SELECT id
            FROM patch_deployments
            WHERE tenant_id = $1 AND id = ANY ($2) AND state IN ('waiting', 'rollback_waiting')
            FOR NO KEY UPDATE SKIP LOCKED
            """, [.id(tenant), .uuidArray(candidates.map(\.target.uuid))])
        return Set(try rows.map { try $0.decode(0) })
    }

    private func begin(
        _ starts: [TurnPlanner.Start], _ records: [DeploymentID: DeploymentRecord],
        _ candidates: [DeploymentID: [EndpointID: Candidate]], _ updates: Set<PatchID>, at now: Date
    ) async throws -> Int {
        var (changes, jobs) = (TargetChanges(), [PatchJobStore.New]())
        let free = try await hold(starts.compactMap { candidates[$0.deployment]?[$0.endpoint] })
        for (id, all) in Dictionary(grouping: starts, by: \.deployment) {
            guard let record = records[id] else { continue }
            let own = all.filter { candidates[id]?[$0.endpoint].map { free.contains($0.target) } ?? false }
            let installs = own.filter { $0.kind == .install }.map(\.endpoint)
            let contents = try await JobContent.all(
                of: record.patch, on: installs, update: updates.contains(record.patch) ? record.number : nil, store,
                tenant: tenant)
            for start in own {
                guard let candidate = candidates[id]?[start.endpoint] else { continue }
                let lease = now.addingTimeInterval(TargetPace.lease(.offered) ?? 900)
                var step = candidate.life.after(.offered(until: lease), at: now)
                var details = TargetChanges.Details(agent: candidate.agent, executor: candidate.executor)
                let job = candidate.executor.map { PatchJobStore.New(target: candidate.target, step.life, $0) }
                guard start.kind == .install else {
                    changes.add(step, to: candidate.target, of: id, details: details)
                    if candidate.isEmpty {
                        let report = TargetReport(
                            .rollback, attempt: step.life.rollbackAttempt, .succeeded(awaitsReboot: false))
                        step = step.life.after(.reported(report, until: lease, mayBegin: true), at: now)
                        changes.add(step, to: candidate.target, of: id)
                    } else {
                        jobs.append(contentsOf: [job].compactMap(\.self))
                    }
                    continue
                }
                let content = contents[start.endpoint] ?? .nothingToDo
                // What an attempt before has brought is not forgotten: a rollback takes it away.
                if case .packages(let packages) = content {
                    details.packages = packages
                    jobs.append(contentsOf: [job].compactMap(\.self))
                } else if !candidate.life.hasChanged {
                    details.packages = []
                }
                changes.add(step, to: candidate.target, of: id, details: details)
                if let report = content.outcome(attempt: step.life.attempt) {
                    step = step.life.after(.reported(report, until: lease, mayBegin: true), at: now)
                    changes.add(step, to: candidate.target, of: id)
                }
            }
        }
        guard !changes.isEmpty else { return 0 }
        try await connection.run(
            try changes.statements(tenant: tenant) + PatchJobStore.creation(of: jobs, tenant)
                + Set(starts.map(\.deployment)).map(DeploymentStore.notice))
        return changes.count
    }
}
