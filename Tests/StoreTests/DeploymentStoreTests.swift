import Domain
import FoundationEssentials
import Patching
import Postgres
import Store
import TestSupport
import Testing

@Suite("Deployments of patches", .database)
struct DeploymentStoreTests {
    private let database = TestDatabase.current
    private var deployments: DeploymentStore { database.store.deployments }
    private var tenant: TenantID { database.a.id }

    private func person(_ role: Role, of tenant: TestTenant? = nil) throws -> Principal {
        let tenant = tenant ?? database.a
        let user = try #require(tenant.users[role])
        return Principal(tenant: tenant.id, role: role, subject: .user(user.id), name: user.email)
    }

    private func status(_ id: DeploymentID) async throws -> DeploymentStore.Status {
        try await deployments.status(id, tenant: tenant)
    }

    private func sql(_ text: String) async throws { _ = try await database.store.owner.query(text) }

    private static var staged: DeploymentPlan {
        var gate = GatePolicy()
        gate.soakMinutes = 0
        return DeploymentPlan(
            strategy: .staged,
            rings: [
                DeploymentRing(name: "Canary", percent: 20), DeploymentRing(name: "Early", percent: 30),
                DeploymentRing(name: "All others"),
            ], gate: gate)
    }

    @Test("each endpoint is in its ring and waits, as the published table says, and the trail tells who asked")
    func creation() async throws {
        let fleet = try await PatchedFleet.make(10, in: database.a)
        let id = try await fleet.deploy(Self.staged)
        let made = try await status(id)
        #expect(made.deployment.status == .scheduled && made.counts.all[.waiting] == 10)
        #expect(made.counts.rings.map(\.all.total) == [2, 3, 5])
        #expect(made.counts.rings.map(\.name) == ["Canary", "Early", "All others"])
        let rows = try await database.store.owner.query(
            "SELECT DISTINCT status, error_message IS NULL FROM patch_deployments")
        #expect(rows.count == 1)
        #expect(try rows[0].decode(0, as: String.self) == "pending")
        let trail = try await database.store.audit.list(.init(action: "deployment.create"), tenant: tenant).items
        #expect(trail.count == 1 && trail[0].object == id.description)
        let steps = try await deployments.transitions(of: id, tenant: tenant)
        #expect(steps.items.map(\.to) == ["scheduled"] && steps.items[0].from == nil)
    }

    @Test("the same request with its key makes one deployment, and another request with it is refused")
    func idempotency() async throws {
        let fleet = try await PatchedFleet.make(3, in: database.a)
        let first = try await fleet.deploy(DeploymentPlan(), key: "once")
        #expect(try await fleet.deploy(DeploymentPlan(), key: "once") == first)
        await #expect(throws: DeploymentError.keyReused) { try await fleet.deploy(Self.staged, key: "once") }
        #expect(try await deployments.list(.init(), tenant: tenant).total == 1)
    }

    @Test("what is wrong with a request is said of each field, and nothing is written")
    func defects() async throws {
        let fleet = try await PatchedFleet.make(2, in: database.a)
        var plan = DeploymentPlan(strategy: .staged, rings: [DeploymentRing(name: "", percent: 500)])
        plan.offlineHours = 0
        let error = await #expect(throws: DeploymentError.self) { try await fleet.deploy(plan) }
        guard case .plan(let found) = error else { throw TestFailure("\(String(describing: error))") }
        #expect(
            Set(found.map(\.field)).isSuperset(of: ["rings", "rings[0].name", "rings[0].percent", "offline_hours"]))
        let stranger = EndpointID.make()
        await #expect(throws: StoreError.notFound(kind: "endpoint", id: stranger.description)) {
            try await deployments.create(
                NewDeployment(patch: "DSA-1-1", endpoints: [fleet.endpoints[0], stranger], plan: DeploymentPlan()),
                tenant: tenant, by: database.a.administrator)
        }
        await #expect(throws: StoreError.notFound(kind: "patch", id: "KB0")) {
            try await deployments.create(
                NewDeployment(patch: "KB0", endpoints: fleet.endpoints, plan: DeploymentPlan()), tenant: tenant,
                by: database.a.administrator)
        }
        #expect(try await deployments.list(.init(), tenant: tenant).total == 0)
    }

    @Test("an endpoint is handed its job once, asks before it begins, and its success ends the deployment")
    func life() async throws {
        let fleet = try await PatchedFleet.make(1, in: database.a)
        let machine = fleet.machines[0]
        let id = try await fleet.deploy(DeploymentPlan())
        var places = TurnPlaces()
        #expect(try await deployments.deal(&places, tenant: tenant) == 0)
        try await deployments.keep(id, tenant: tenant)
        #expect(try await deployments.deal(&places, tenant: tenant) == 1)
        #expect(try await deployments.deal(&places, tenant: tenant) == 0)
        #expect(try await deployments.awaited() == [machine.agent])
        let errand = try #require(try await fleet.errands(of: machine).first)
        #expect(
            errand.packages == [
                .init(
                    name: "curl", architecture: "amd64", version: "7.88.1-10+deb12u6", installed: "7.88.1-10+deb12u5")
            ])
        #expect(errand.job.attempt == 1 && errand.job.kind == .install && errand.job.endpoint == machine.endpoint)
        #expect(try await fleet.errands(of: machine).isEmpty)
        #expect(try await deployments.awaited().isEmpty)
        #expect(try await fleet.say(.downloading, of: errand.job, from: machine).word == .proceed)
        #expect(try await fleet.say(.began, of: errand.job, from: machine).word == .proceed)
        // The answer was lost: it is the same.
        #expect(try await fleet.say(.began, of: errand.job, from: machine).word == .proceed)
        let report = PatchReport(
            job: errand.job, phase: .done, message: "", before: [.init(name: "curl", version: "1")],
            after: [.init(name: "curl", version: "2")], hasChanged: true, log: "Setting up curl\0…")
        for _ in 0..<2 { #expect(try await fleet.say(report, from: machine).word == .proceed) }
        try await deployments.keep(id, tenant: tenant)
        let ended = try await status(id)
        #expect(ended.deployment.status == .completed && ended.counts.successRate == 100)
        let target = try #require(try await deployments.targets(of: id, tenant: tenant).items.first)
        #expect(target.life.status == .deployed && target.finishedAt != nil && target.startedAt != nil)
        #expect(target.outcome?.after.first?.version == "2" && target.log?.contains("Setting up") == true)
        let steps = try await deployments.transitions(of: id, endpoint: machine.endpoint, tenant: tenant).items
        #expect(steps.reversed().map(\.to) == ["offered", "downloading", "installing", "deployed"])
        #expect(Set(steps.map(\.actor)) == ["the server", "the endpoint"])
        let own = try await deployments.transitions(of: id, tenant: tenant).items
        #expect(own.reversed().map(\.to) == ["scheduled", "running", "completed"])
    }

    @Test("of two persons who must agree neither is who asked, and one refusal is enough")
    func approvals() async throws {
        let fleet = try await PatchedFleet.make(2, in: database.a)
        let (asks, first, second) = (try person(.analyst), try person(.admin), try person(.viewer))
        let id = try await fleet.deploy(DeploymentPlan(approval: .twoPersons), by: asks)
        try await deployments.keep(id, tenant: tenant)
        #expect(try await status(id).deployment.status == .awaitingApproval)
        await #expect(throws: StoreError.self) {
            try await deployments.approve(id, agrees: true, tenant: tenant, by: asks)
        }
        await #expect(throws: StoreError.self) {
            try await deployments.approve(id, agrees: true, tenant: tenant, by: database.a.administrator)
        }
        await #expect(throws: StoreError.self) {
            try await deployments.approve(id, agrees: true, revision: 2, tenant: tenant, by: first)
        }
        for _ in 0..<2 {
            let waits = try await deployments.approve(id, agrees: true, tenant: tenant, by: first)
            #expect(waits.deployment.status == .awaitingApproval)
        }
        let agreed = try await deployments.approve(id, agrees: true, tenant: tenant, by: second)
        #expect(agreed.deployment.status == .scheduled)
        #expect(try await deployments.approvals(of: id, tenant: tenant).count == 3)
        let other = try await fleet.deploy(DeploymentPlan(approval: .one), by: asks)
        let refused = try await deployments.approve(
            other, agrees: false, comment: "Not on a Friday.", tenant: tenant, by: first)
        #expect(refused.deployment.status == .rejected && refused.counts.all[.cancelled] == 2)
        await #expect(throws: StoreError.self) {
            try await deployments.approve(other, agrees: true, tenant: tenant, by: second)
        }
    }

    @Test("a ring that fails halts the deployment: the next is not begun until a person goes on")
    func gate() async throws {
        let fleet = try await PatchedFleet.make(20, in: database.a)
        let id = try await fleet.deploy(Self.staged)
        let canaries = try await deployments.targets(of: id, ring: 0, tenant: tenant).items.map(\.endpoint)
        #expect(canaries.count == 4)
        fleet.set(.fails, of: canaries.prefix(2))
        try await fleet.settle(id)
        let halted = try await status(id)
        #expect(halted.deployment.status == .halted && halted.counts.failed == 2)
        #expect(halted.failures.allSatisfy { $0.life.message == "The package's script failed." && $0.log != nil })
        #expect(fleet.changed == Set(canaries))
        #expect(halted.counts.rings[1].all[.waiting] == 6)
        let step = try #require(try await deployments.transitions(of: id, tenant: tenant).items.first)
        #expect(step.to == "halted" && step.actor == "the gate" && step.reason?.contains("failed") == true)
        try await fleet.settle(id)
        #expect(fleet.changed == Set(canaries))
        try await deployments.decide(.resume, id, reason: "Known.", tenant: tenant, by: database.a.administrator)
        try await fleet.settle(id)
        let ended = try await status(id)
        #expect(ended.deployment.status == .completedWithFailures && ended.counts.all[.deployed] == 18)
        #expect(fleet.patched.count == 18 && fleet.mostChanges == 1)
        // What failed is tried again, under another name.
        fleet.set(.succeeds, of: canaries)
        try await deployments.decide(.retry, id, tenant: tenant, by: database.a.administrator)
        try await fleet.settle(id)
        #expect(try await status(id).deployment.status == .completed && fleet.patched.count == 20)
    }

    @Test("after an abort nothing begins, what runs is waited for, and then nothing runs")
    func abort() async throws {
        let fleet = try await PatchedFleet.make(4, in: database.a)
        let id = try await fleet.deploy(DeploymentPlan())
        var places = TurnPlaces()
        try await deployments.keep(id, tenant: tenant)
        #expect(try await deployments.deal(&places, tenant: tenant) == 4)
        var jobs: [PatchJob] = []
        for machine in fleet.machines { jobs.append(try #require(try await fleet.errands(of: machine).first?.job)) }
        #expect(try await fleet.say(.began, of: jobs[0], from: fleet.machines[0]).word == .proceed)
        let aborting = try await deployments.decide(.abort, id, tenant: tenant, by: database.a.administrator)
        #expect(aborting.deployment.status == .aborting && aborting.counts.all[.cancelled] == 3)
        for index in 1..<4 {
            let answer = try await fleet.say(.began, of: jobs[index], from: fleet.machines[index])
            #expect(answer.word == .stop && answer.reason != nil)
        }
        try await deployments.keep(id, tenant: tenant)
        #expect(try await status(id).deployment.status == .aborting)
        _ = try await fleet.say(.done, of: jobs[0], from: fleet.machines[0], hasChanged: true)
        try await deployments.keep(id, tenant: tenant)
        let ended = try await status(id)
        #expect(ended.deployment.status == .aborted && ended.counts.all.underWay == 0)
        #expect(ended.counts.all[.deployed] == 1)
        // What was done can be taken back all the same.
        try await deployments.decide(.rollBack, id, tenant: tenant, by: database.a.administrator)
        try await fleet.settle(id)
        #expect(try await status(id).deployment.status == .rolledBack && fleet.patched.isEmpty)
    }

    @Test("who does not come gets another turn, who falls silent after it began is asked after, and may speak late")
    func silence() async throws {
        let fleet = try await PatchedFleet.make(2, in: database.a)
        let id = try await fleet.deploy(DeploymentPlan(gate: GatePolicy(successPercent: 0)))
        var places = TurnPlaces()
        try await deployments.keep(id, tenant: tenant)
        _ = try await deployments.deal(&places, tenant: tenant)
        var jobs: [PatchJob] = []
        for machine in fleet.machines { jobs.append(try #require(try await fleet.errands(of: machine).first?.job)) }
        _ = try await fleet.say(.began, of: jobs[1], from: fleet.machines[1])
        try await sql("UPDATE patch_deployments SET lease_at = now() - interval '1 second'")
        try await deployments.keep(id, tenant: tenant)
        #expect(try await status(id).counts.all[.waiting] == 1)
        #expect(try await status(id).counts.all[.unknown] == 1)
        #expect(try await deployments.awaited() == [fleet.machines[1].agent])
        // The same jobs, under the same names.
        _ = try await deployments.deal(&places, tenant: tenant)
        for (machine, job) in zip(fleet.machines, jobs) {
            #expect(try await fleet.errands(of: machine).first?.job == job)
        }
        try await sql("UPDATE patch_deployments SET since = now() - interval '2 days' WHERE state = 'unknown'")
        try await deployments.keep(id, tenant: tenant)
        #expect(try await status(id).counts.all[.lost] == 1)
        _ = try await fleet.say(.done, of: jobs[1], from: fleet.machines[1], hasChanged: true)
        #expect(try await status(id).counts.all[.deployed] == 1)
        // Who never comes is given up, once its time is over.
        try await sql("UPDATE agents SET last_seen_at = now() - interval '1 hour'")
        try await sql("UPDATE patch_deployments SET lease_at = now() - interval '1 second' WHERE state = 'offered'")
        try await deployments.keep(id, tenant: tenant)
        #expect(try await deployments.deal(&places, tenant: tenant) == 0)
        try await sql("UPDATE deployment_rings SET runs_from = now() - interval '8 days'")
        try await sql("UPDATE patch_deployments SET since = now() - interval '8 days' WHERE state = 'waiting'")
        try await deployments.keep(id, tenant: tenant)
        let ended = try await status(id)
        #expect(ended.counts.all[.expired] == 1 && ended.deployment.status == .completedWithFailures)
    }

    @Test("no more are under way than the plan lets, and an endpoint is at one deployment at a time")
    func limits() async throws {
        let fleet = try await PatchedFleet.make(6, in: database.a)
        let narrow = try await fleet.deploy(DeploymentPlan(limits: DeploymentLimits(concurrent: 2)))
        let wide = try await fleet.deploy(DeploymentPlan())
        var places = TurnPlaces()
        for id in [narrow, wide] { try await deployments.keep(id, tenant: tenant) }
        #expect(try await deployments.deal(&places, tenant: tenant) == 6)
        #expect(try await status(narrow).counts.all.underWay == 2)
        #expect(try await status(wide).counts.all.underWay == 4)
        for _ in 0..<20 {
            for machine in fleet.machines { try await fleet.work(machine) }
            _ = try await deployments.deal(&places, tenant: tenant)
            #expect(try await status(narrow).counts.all.underWay <= 2)
        }
        for id in [narrow, wide] {
            try await deployments.keep(id, tenant: tenant)
            #expect(try await status(id).deployment.status == .completed)
        }
    }
}
