import Domain
import FoundationEssentials
import Patching
import Postgres
import Store
import TestSupport
import Testing

@Suite("Who counts as whom, and who has how much time", .database)
struct DeploymentPatienceTests {
    private let database = TestDatabase.current
    private var deployments: DeploymentStore { database.store.deployments }
    private var tenant: TenantID { database.a.id }

    private func person(_ role: Role) throws -> Principal {
        let user = try #require(database.a.users[role])
        return Principal(tenant: tenant, role: role, subject: .user(user.id), name: user.email)
    }

    private func status(_ id: DeploymentID) async throws -> DeploymentStore.Status {
        try await deployments.status(id, tenant: tenant)
    }

    private func sql(_ text: String) async throws { _ = try await database.store.owner.query(text) }

    @Test("a token is the person who made it: nobody approves with the one what they asked for with the other")
    func tokens() async throws {
        let fleet = try await PatchedFleet.make(1, in: database.a)
        let (asks, other) = (try person(.analyst), try person(.admin))
        /// A token as a request has it, made by somebody, or nobody.
        func token(_ maker: Principal?) async throws -> Principal {
            let hash = (0..<32).map { _ in UInt8.random(in: 0...255) }
            try await database.store.tokens.create(
                name: "ci", role: .admin, hash: hash, expiresAt: nil, tenant: tenant, by: maker)
            return try #require(try await database.store.tokens.holder(hash: hash, tenant: tenant)).principal
        }
        let own = try await token(asks)
        // Made with the other, and still of the same person.
        let second = try await token(own)
        let (others, nobodys) = (try await token(other), try await token(nil))
        #expect(own.person == asks.person && second.person == asks.person && nobodys.person == nil)
        for (requester, approver, isTaken) in [
            (asks, own, false), (asks, second, false), (own, asks, false), (second, own, false), (asks, others, true),
            (others, asks, true), (asks, nobodys, false), (nobodys, nobodys, false), (nobodys, asks, true),
        ] {
            let id = try await fleet.deploy(DeploymentPlan(approval: .one), by: requester)
            do {
                let status = try await deployments.approve(id, agrees: true, tenant: tenant, by: approver)
                #expect(isTaken && status.deployment.status == .scheduled, "\(requester) \(approver)")
            } catch StoreError.conflict(_, let reason) {
                #expect(!isTaken, "\(reason)")
            }
        }
        // However many tokens two people have.
        let two = try await fleet.deploy(DeploymentPlan(approval: .twoPersons), by: asks)
        await #expect(throws: StoreError.self) {
            try await deployments.approve(two, agrees: true, tenant: tenant, by: others)
        }
    }

    @Test("that it had a turn and let it lapse gives an endpoint no more time to come; that it is tried again does")
    func offline() async throws {
        let fleet = try await PatchedFleet.make(2, in: database.a)
        let id = try await fleet.deploy(DeploymentPlan(gate: GatePolicy(successPercent: 0)))
        var places = TurnPlaces()
        try await deployments.keep(id, tenant: tenant)
        _ = try await deployments.deal(&places, tenant: tenant)
        // One is at it, so that the deployment goes on.
        let job = try #require(try await fleet.errands(of: fleet.machines[0]).first?.job)
        _ = try await fleet.say(.began, of: job, from: fleet.machines[0])
        try await sql("UPDATE agents SET last_seen_at = now() - interval '1 hour'")
        try await sql("UPDATE deployment_rings SET runs_from = now() - interval '8 days'")
        try await sql("UPDATE patch_deployments SET lease_at = now() - interval '1 second' WHERE state = 'offered'")
        try await deployments.keep(id, tenant: tenant)
        #expect(try await status(id).counts.all[.expired] == 1)
        try await deployments.decide(.retry, id, tenant: tenant, by: database.a.administrator)
        try await deployments.keep(id, tenant: tenant)
        #expect(try await status(id).counts.all[.waiting] == 1)
        try await sql("UPDATE patch_deployments SET retried_at = now() - interval '8 days'")
        try await deployments.keep(id, tenant: tenant)
        #expect(try await status(id).counts.all[.expired] == 1)
    }

    @Test("an endpoint that is there and waits for its turn does not expire; one that is not there does")
    func turns() async throws {
        let fleet = try await PatchedFleet.make(3, in: database.a)
        let id = try await fleet.deploy(
            DeploymentPlan(limits: DeploymentLimits(concurrent: 1), gate: GatePolicy(successPercent: 0)))
        var places = TurnPlaces()
        try await deployments.keep(id, tenant: tenant)
        _ = try await deployments.deal(&places, tenant: tenant)
        #expect(try await status(id).counts.all[.waiting] == 2)
        let waiting = try await database.store.owner.query(
            "SELECT endpoint_id FROM patch_deployments WHERE state = 'waiting' ORDER BY id")
        let gone: EndpointID = try waiting[0].decode(0)
        let agent = try #require(fleet.machines.first { $0.endpoint == gone }).agent
        try await sql("UPDATE agents SET last_seen_at = now() - interval '1 hour' WHERE id = '\(agent)'")
        try await sql("UPDATE deployment_rings SET runs_from = now() - interval '8 days'")
        for _ in 1...2 {
            try await deployments.keep(id, tenant: tenant)
            #expect(try await status(id).counts.all[.expired] == 1)
            #expect(try await status(id).counts.all[.waiting] == 1)
        }
    }

    @Test("an endpoint that says that it is at its job is not given up, however long nothing else was heard of it")
    func held() async throws {
        let fleet = try await PatchedFleet.make(1, in: database.a)
        let machine = fleet.machines[0]
        let id = try await fleet.deploy(DeploymentPlan())
        var places = TurnPlaces()
        try await deployments.keep(id, tenant: tenant)
        _ = try await deployments.deal(&places, tenant: tenant)
        let job = try #require(try await fleet.errands(of: machine).first?.job)
        _ = try await fleet.say(.began, of: job, from: machine)
        try await sql("UPDATE patch_deployments SET lease_at = now() - interval '1 second'")
        try await deployments.keep(id, tenant: tenant)
        #expect(try await status(id).counts.all[.unknown] == 1)
        #expect(try await deployments.awaited() == [machine.agent])
        #expect(try await fleet.errands(of: machine, underWay: [job.description]).isEmpty)
        #expect(try await status(id).counts.all[.installing] == 1)
        // Nor is it rung for any more.
        #expect(try await deployments.awaited().isEmpty)
        try await sql("UPDATE patch_deployments SET since = now() - interval '2 days'")
        try await deployments.keep(id, tenant: tenant)
        #expect(try await status(id).counts.all[.installing] == 1)
    }

    @Test("what an executor tells nothing of lets the next begin after its time, and its own endpoint is given nothing")
    func places() async throws {
        let fleet = try await PatchedFleet.make(3, in: database.a)
        let id = try await fleet.deploy(
            DeploymentPlan(limits: DeploymentLimits(concurrent: 1), gate: GatePolicy(successPercent: 0)))
        var places = TurnPlaces()
        func deal(hold: Double = TargetPace.standardHold) async throws -> Int {
            try await deployments.deal(&places, hold: hold, tenant: tenant)
        }
        try await deployments.keep(id, tenant: tenant)
        #expect(try await deal() == 1)
        let row = try await database.store.owner.query(
            "SELECT endpoint_id FROM patch_deployments WHERE state = 'offered'")
        let machine = try fleet.machine(try row[0].decode(0))
        let job = try #require(try await fleet.errands(of: machine).first?.job)
        _ = try await fleet.say(.began, of: job, from: machine)
        // An agent's machine holds its place for as long as it is silent.
        try await sql("UPDATE patch_deployments SET lease_at = now() - interval '1 second' WHERE state = 'installing'")
        try await deployments.keep(id, tenant: tenant)
        try await sql("UPDATE patch_deployments SET since = now() - interval '61 minutes' WHERE state = 'unknown'")
        #expect(try await deal() == 0)
        // As if a vendor had it.
        try await sql("UPDATE patch_deployments SET executor = 'webhook', agent_id = NULL WHERE state = 'unknown'")
        #expect(try await deal(hold: 86_400) == 0)
        #expect(try await deal() == 1)
        let counts = try await status(id).counts.all
        #expect(counts[.unknown] == 1 && counts[.offered] == 1 && counts[.waiting] == 1)
        // The place is taken; and no deployment begins on the endpoint that may be at it.
        #expect(try await deal() == 0)
        let other = try await fleet.deploy(DeploymentPlan())
        try await deployments.keep(other, tenant: tenant)
        _ = try await deal()
        let begun = try await database.store.owner.query(
            "SELECT count(*) FROM patch_deployments WHERE endpoint_id = $1 AND state = 'waiting' AND deployment_id = $2",
            [.id(machine.endpoint), .id(other)])
        #expect(try begun[0].decode(0, as: Int.self) == 1)
    }
}
