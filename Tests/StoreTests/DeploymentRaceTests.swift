import Domain
import FoundationEssentials
import Postgres
import Store
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
