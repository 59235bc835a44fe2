import Domain
import FoundationEssentials
import Patching
import Postgres
import Store
import TestSupport
import Testing

@Suite("What is refused of deployments", .database)
struct DeploymentRefusalTests {
    private let database = TestDatabase.current
    private var deployments: DeploymentStore { database.store.deployments }
    private var tenant: TenantID { database.a.id }

    /// What the engine takes, without the database: the model that the store is held to.
    private static func isLegal(_ decision: DeploymentStore.Decision, _ status: DeploymentStatus) -> Bool {
        let life = DeploymentLife(status, ring: 0, ringCount: 1, held: .running)
        let event: DeploymentLife.Event =
            switch decision {
            case .pause: .pause
            case .resume: .resume(GateEvidence())
            case .abort: .abort
            case .retry: .retry
            case .rollBack: .rollBack
            }
        return life.after(event, at: Seed.moment) != nil
    }

    @Test("a decision is taken in the states in which it makes sense, and refused in all others with the reason")
    func decisions() async throws {
        let fleet = try await PatchedFleet.make(1, in: database.a)
        var refused = 0
        for status in DeploymentStatus.allCases {
            for decision in DeploymentStore.Decision.allCases {
                let id = try await fleet.deploy(DeploymentPlan())
                // One target that failed and left something behind: every decision has something to do.
                _ = try await database.store.owner.run(
                    [
                        Statement(
                            """
                            UPDATE patch_deployments
                            SET state = 'failed', status = 'failed', has_failed = true, has_changed = true
                            WHERE tenant_id = $1 AND deployment_id = $2
                            """, [.id(tenant), .id(id)]),
                        Statement(
                            """
                            UPDATE deployments SET status = $3, ring = 0, held = 'running', started_at = now()
                            WHERE tenant_id = $1 AND id = $2
                            """, [.id(tenant), .id(id), .text(status.rawValue)]),
                    ], tenant: tenant)
                let isLegal =
                    Self.isLegal(decision, status)
                    // There is no failed rollback to be tried again.
                    && !(decision == .retry && status == .rolledBackWithFailures)
                do {
                    try await deployments.decide(decision, id, tenant: tenant, by: database.a.administrator)
                    #expect(isLegal, "\(decision) was taken in \(status)")
                } catch StoreError.conflict(let kind, let reason) {
                    #expect(!isLegal, "\(decision) was refused in \(status): \(reason)")
                    #expect(kind == "deployment" && reason.hasSuffix(".") && reason.count > 20, "\(reason)")
                    refused += 1
                }
            }
        }
        #expect(refused > 20)
    }

    @Test("another tenant neither sees a deployment, nor decides on it, nor speaks for its endpoints")
    func tenants() async throws {
        let fleet = try await PatchedFleet.make(1, in: database.a)
        let others = try await PatchedFleet.make(1, in: database.b, prefix: "other")
        let id = try await fleet.deploy(DeploymentPlan())
        var places = TurnPlaces()
        try await deployments.keep(id, tenant: tenant)
        #expect(try await deployments.deal(&places, tenant: database.b.id) == 0)
        #expect(try await deployments.deal(&places, tenant: tenant) == 1)
        let job = try #require(try await fleet.errands(of: fleet.machines[0]).first?.job)
        let unknown = StoreError.notFound(kind: "deployment", id: id.description)
        await #expect(throws: unknown) { try await deployments.status(id, tenant: database.b.id) }
        await #expect(throws: unknown) {
            try await deployments.decide(.abort, id, tenant: database.b.id, by: database.b.administrator)
        }
        #expect(try await deployments.list(.init(), tenant: database.b.id).total == 0)
        #expect(try await others.errands(of: others.machines[0]).isEmpty)
        #expect(try await others.say(.began, of: job, from: others.machines[0]).word == .stop)
        await #expect(throws: StoreError.self) {
            try await deployments.create(
                NewDeployment(patch: "DSA-1-1", endpoints: fleet.endpoints, plan: DeploymentPlan()),
                tenant: database.b.id, by: database.b.administrator)
        }
        #expect(try await deployments.status(id, tenant: tenant).counts.all[.offered] == 1)
    }

    @Test("an agent speaks for its own machine alone")
    func ownMachine() async throws {
        let fleet = try await PatchedFleet.make(2, in: database.a)
        let id = try await fleet.deploy(DeploymentPlan())
        var places = TurnPlaces()
        try await deployments.keep(id, tenant: tenant)
        _ = try await deployments.deal(&places, tenant: tenant)
        let job = try #require(try await fleet.errands(of: fleet.machines[0]).first?.job)
        for phase in [PatchReport.Phase.began, .done, .failed] {
            #expect(try await fleet.say(phase, of: job, from: fleet.machines[1]).word == .stop)
        }
        #expect(try await deployments.status(id, tenant: tenant).counts.all[.offered] == 2)
    }

    @Test("an agent's number lets it in once, and only as the process that was heard last")
    func admission() async throws {
        let fleet = try await PatchedFleet.make(1, in: database.a)
        let machine = fleet.machines[0]
        let instance = UUID()
        func signature(_ sequence: Int64, _ instance: UUID) -> AgentSignature {
            AgentSignature(tenant: tenant, agent: machine.agent, instance: instance, sequence: sequence)
        }
        let job = PatchJob(deployment: .make(), endpoint: machine.endpoint, kind: .install, attempt: 1)
        func hear(_ signature: AgentSignature) async throws -> PatchAnswer? {
            let word = AgentWord(
                PatchReport(job: job, phase: .began, message: ""), device: machine.device, signature: signature)
            return try await deployments.hear([word], tenant: tenant)[0]
        }
        // The first of a process is for the long way.
        #expect(try await hear(signature(1, instance)) == nil)
        _ = try await database.store.agents.admit(signature(1, instance))
        #expect(try await hear(signature(2, instance))?.word == .stop)
        #expect(try await hear(signature(2, instance)) == nil)
        #expect(try await hear(signature(3, UUID())) == nil)
        try await database.store.agents.revoke(machine.agent, tenant: tenant, by: database.a.administrator)
        #expect(try await hear(signature(4, instance)) == nil)
    }

    @Test("targets are in one state, of a ring that there is, and the published word cannot say something else")
    func constraints() async throws {
        let fleet = try await PatchedFleet.make(2, in: database.a)
        let id = try await fleet.deploy(DeploymentPlan())
        let owner = database.store.owner
        for change in [
            "UPDATE patch_deployments SET status = 'deployed'", "UPDATE patch_deployments SET state = 'sleeping'",
            "UPDATE patch_deployments SET state = NULL",
        ] {
            let error = await #expect(throws: PostgresError.self) { try await owner.query(change) }
            #expect(error?.sqlState == "23514")
        }
        let another = try await database.addEndpoints(in: database.a)[0]
        for (ring, patch) in [(7, fleet.patch), (0, PatchID.make())] {
            let error = await #expect(throws: PostgresError.self) {
                try await owner.query(
                    """
                    INSERT INTO patch_deployments (tenant_id, patch_id, endpoint_id, deployment_id, ring, state, since)
                    VALUES ($1, $2, $3, $4, $5, 'waiting', now())
                    """, [.id(tenant), .id(patch), .id(another), .id(id), .int4(Int32(ring))], tenant: tenant)
            }
            #expect(error?.sqlState == "23503")
        }
        // An endpoint that goes takes its targets along, and the counts with them.
        _ = try await owner.query(
            "DELETE FROM endpoints WHERE tenant_id = $1 AND id = $2", [.id(tenant), .id(fleet.endpoints[0])],
            tenant: tenant)
        #expect(try await deployments.status(id, tenant: tenant).counts.all[.waiting] == 1)
    }
}
