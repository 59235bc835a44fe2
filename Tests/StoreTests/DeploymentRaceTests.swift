import Domain
import FoundationEssentials
import Postgres
import Store
import TestRandomness
import TestSupport
import Testing

/// Workers, machines and a person at once.
@Suite("Deployments under many hands", .database)
struct DeploymentRaceTests {
    private let database = TestDatabase.current
    private var deployments: DeploymentStore { database.store.deployments }
    private var tenant: TenantID { database.a.id }

    private static var plan: DeploymentPlan {
        var gate = GatePolicy(successPercent: 0, coveragePercent: 60, soakMinutes: 0)
        gate.test.falseStop = 0.0001
        return DeploymentPlan(
            strategy: .staged,
            rings: [
                DeploymentRing(name: "Canary", percent: 10), DeploymentRing(name: "Early", percent: 30),
                DeploymentRing(name: "All others"),
            ], limits: DeploymentLimits(concurrent: 12), gate: gate)
    }

    @Test(
        "workers, endpoints and a person at once: nothing is done twice or before its ring, and every count is right",
        arguments: [DeploymentStore.Decision.resume, .abort, .rollBack])
    func race(end: DeploymentStore.Decision) async throws {
        let fleet = try await PatchedFleet.make(40, in: database.a)
        fleet.set(.fails, of: fleet.endpoints.prefix(3))
        let id = try await fleet.deploy(Self.plan)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 { group.addTask { try await work(on: id) } }
            for half in 0..<2 {
                group.addTask {
                    for round in 0..<12 {
                        for (index, machine) in fleet.machines.enumerated() where index % 2 == half || round % 3 == 0 {
                            try await fleet.work(machine)
                        }
                    }
                }
            }
            group.addTask { try await meddle(with: id, end) }
            try await group.waitForAll()
        }
        try await expectSound(id)
        let counts = try await deployments.status(id, tenant: tenant).counts.all
        if end == .abort {
            try await fleet.settle(id)
            let ended = try await deployments.status(id, tenant: tenant)
            #expect(ended.deployment.status.isFinal && ended.counts.all.underWay == 0)
        } else if !(try await deployments.find(id, tenant: tenant)).status.isFinal {
            _ = try? await deployments.decide(.resume, id, tenant: tenant, by: database.a.administrator)
            for _ in 0..<5 { try await fleet.settle(id) }
        }
        #expect(counts.total == 40)
        #expect(fleet.mostChanges <= 1)
        try await expectSound(id)
    }

    @Test(
        "transactions that are cut off at any point leave nothing half done: each endpoint is patched once",
        arguments: [UInt64(1), 2, 3])
    func cutOff(seed: UInt64) async throws {
        let fleet = try await PatchedFleet.make(24, in: database.a)
        let id = try await fleet.deploy(Self.plan)
        let cuts = try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask { try await cut(seed: seed) }
            for _ in 0..<2 {
                group.addTask {
                    var places = TurnPlaces()
                    for _ in 0..<40 {
                        try await surviving { try await deployments.keep(id, tenant: tenant) }
                        try await surviving { _ = try await deployments.deal(&places, tenant: tenant) }
                    }
                    return 0
                }
                group.addTask {
                    for _ in 0..<8 {
                        for machine in fleet.machines.shuffled() {
                            try await surviving { try await fleet.work(machine) }
                        }
                    }
                    return 0
                }
            }
            var cuts = 0
            while let one = try await group.next() { cuts += one }
            return cuts
        }
        #expect(cuts > 0)
        try await expectSound(id)
        for _ in 0..<5 where try await !deployments.find(id, tenant: tenant).status.isFinal {
            // A minute goes by: what was handed out and not heard of is handed out again.
            _ = try await database.store.owner.query("UPDATE patch_deployments SET handed_at = NULL")
            try await fleet.settle(id)
        }
        let ended = try await deployments.status(id, tenant: tenant)
        #expect(ended.deployment.status == .completed && ended.counts.all[.deployed] == 24)
        #expect(fleet.patched.count == 24 && fleet.mostChanges == 1)
        try await expectSound(id)
    }

    /// Ends sessions in the middle of their transactions.
    ///
    /// - Returns: how many.
    private func cut(seed: UInt64) async throws -> Int {
        var (random, cuts) = (SeededRandom(seed: seed), 0)
        for _ in 0..<60 {
            try await Task.sleep(for: .milliseconds(Int.random(in: 1...40, using: &random)))
            cuts += try await database.store.owner.query(
                """
                SELECT pg_terminate_backend(pid)
                FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
                LIMIT 1
                """
            ).count
        }
        return cuts
    }

    /// What is cut off is not done, or done: nobody knows, as after a worker's death.
    private func surviving(_ body: () async throws -> Void) async throws {
        do { try await body() } catch let error as PostgresError where error.isUnavailable {}
    }

    private func work(on id: DeploymentID) async throws {
        var places = TurnPlaces()
        for _ in 0..<40 {
            try await deployments.keep(id, tenant: tenant)
            _ = try await deployments.deal(&places, tenant: tenant)
        }
    }

    private func meddle(with id: DeploymentID, _ end: DeploymentStore.Decision) async throws {
        for round in 0..<10 {
            let decision: DeploymentStore.Decision = round == 9 ? end : round % 2 == 0 ? .pause : .resume
            do {
                try await deployments.decide(decision, id, tenant: tenant, by: database.a.administrator)
            } catch StoreError.conflict {
                // It is not in a state for that now.
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// What must hold at any moment.
    private func expectSound(_ id: DeploymentID) async throws {
        let owner = database.store.owner
        let parameters: [Value] = [.id(tenant), .id(id)]
        let counted = try await owner.query(
            """
            SELECT state, has_failed, count(*)
            FROM patch_deployments
            WHERE tenant_id = $1 AND deployment_id = $2
            GROUP BY 1, 2
            """, parameters, tenant: tenant)
        let kept = try await deployments.status(id, tenant: tenant).counts
        var (clean, marked) = (TargetCounts(), TargetCounts())
        for ring in kept.rings { (clean, marked) = (clean + ring.clean, marked + ring.marked) }
        for row in counted {
            let status = try #require(TargetStatus(rawValue: try row.decode(0)))
            let hasFailed: Bool = try row.decode(1)
            #expect((hasFailed ? marked : clean)[status] == (try row.decode(2, as: Int.self)), "\(status)")
        }
        #expect(kept.all.total == (try counted.reduce(0) { try $0 + $1.decode(2, as: Int.self) }))
        let early = try await owner.query(
            """
            SELECT count(*)
            FROM deployment_transitions AS n
            JOIN patch_deployments AS t ON t.tenant_id = n.tenant_id AND t.id = n.target_id
            JOIN deployment_rings AS r ON r.tenant_id = t.tenant_id AND r.deployment_id = t.deployment_id AND r.ring = t.ring
            WHERE n.tenant_id = $1 AND n.deployment_id = $2 AND n.to_status = 'installing'
              AND (r.opened_at IS NULL OR n.at < r.opened_at)
            """, parameters, tenant: tenant)
        #expect(try early.int(0, 0) == 0, "something began before its ring was opened")
        let broken = try await owner.query(
            """
            SELECT count(*)
            FROM (
              SELECT from_status, lag(to_status) OVER (PARTITION BY target_id ORDER BY at, id) AS before
              FROM deployment_transitions
              WHERE tenant_id = $1 AND deployment_id = $2 AND target_id IS NOT NULL
            ) AS n
            WHERE n.before <> n.from_status
            """, parameters, tenant: tenant)
        #expect(try broken.int(0, 0) == 0, "a history has a gap")
    }
}
