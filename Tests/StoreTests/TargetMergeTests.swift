import Domain
import FoundationEssentials
import Postgres
import Store
import TestSupport
import Testing

@Suite("Targets of endpoints that become one", .database)
struct TargetMergeTests {
    private let database = TestDatabase.current
    private var deployments: DeploymentStore { database.store.deployments }
    private var tenant: TenantID { database.a.id }

    private func deploy(_ fleet: PatchedFleet, to endpoints: [EndpointID]?) async throws -> DeploymentID {
        let id = try await deployments.create(
            NewDeployment(
                patch: "DSA-1-1", endpoints: endpoints, plan: DeploymentPlan(gate: GatePolicy(successPercent: 0))),
            tenant: tenant, by: database.a.administrator)
        try await deployments.keep(id, tenant: tenant)
        return id
    }

    private func deal() async throws {
        var places = TurnPlaces()
        _ = try await deployments.deal(&places, tenant: tenant)
    }

    private func merge(_ other: EndpointID, into survivor: EndpointID) async throws {
        try await database.store.identities.merge(other, into: survivor, by: database.a.administrator)
    }

    private func counts(_ id: DeploymentID) async throws -> TargetCounts {
        try await deployments.status(id, tenant: tenant).counts.all
    }

    private func sql(_ text: String) async throws { _ = try await database.store.owner.query(text) }

    @Test("a job goes on under its name when its endpoint becomes part of another, and when that is taken back")
    func job() async throws {
        let fleet = try await PatchedFleet.make(2, in: database.a)
        let (machine, ends) = (fleet.machines[0], fleet.endpoints)
        let id = try await deploy(fleet, to: [ends[0]])
        try await deal()
        let job = try #require(try await fleet.errands(of: machine).first?.job)
        #expect(try await fleet.say(.began, of: job, from: machine).word == .proceed)
        try await merge(ends[0], into: ends[1])
        #expect(try await deployments.targets(of: id, tenant: tenant).items.map(\.endpoint) == [ends[1]])
        // It fell silent and is asked after: by the name that is in its journal.
        try await sql("UPDATE patch_deployments SET lease_at = now() - interval '1 second'")
        try await deployments.keep(id, tenant: tenant)
        #expect(try await fleet.errands(of: machine).map(\.job) == [job])
        #expect(try await fleet.say(.verifying, of: job, from: machine).word == .proceed)
        let event = try #require(
            try await database.store.identities.events(tenant: tenant).first(where: \.canBeUndone))
        try await database.store.identities.undo(event.id, by: database.a.administrator)
        #expect(try await deployments.targets(of: id, tenant: tenant).items.map(\.endpoint) == [ends[0]])
        try await merge(ends[0], into: ends[1])
        // What is not the job's endpoint speaks of nothing.
        let others = PatchJob(deployment: id, endpoint: ends[1], kind: .install, attempt: 1)
        #expect(try await fleet.say(.failed, of: others, from: fleet.machines[1]).word == .stop)
        #expect(try await fleet.say(.done, of: job, from: machine, hasChanged: true).word == .proceed)
        try await deployments.keep(id, tenant: tenant)
        #expect(try await deployments.find(id, tenant: tenant).status == .completed)
        try await deployments.decide(.rollBack, id, tenant: tenant, by: database.a.administrator)
        try await deal()
        #expect(try await fleet.errands(of: machine).map(\.job.endpoint) == [ends[0]])
    }

    @Test(
        "of two targets of one deployment the one that has begun lives on, whichever endpoint remains",
        arguments: [false, true])
    func twins(begunGoes: Bool) async throws {
        let fleet = try await PatchedFleet.make(2, in: database.a)
        let id = try await deploy(fleet, to: fleet.endpoints)
        try await deal()
        var jobs: [PatchJob] = []
        for machine in fleet.machines { jobs.append(try #require(try await fleet.errands(of: machine).first?.job)) }
        _ = try await fleet.say(.began, of: jobs[0], from: fleet.machines[0])
        let (begun, waiting) = (fleet.endpoints[0], fleet.endpoints[1])
        try await merge(begunGoes ? begun : waiting, into: begunGoes ? waiting : begun)
        let now = try await counts(id)
        #expect(now[.installing] == 1 && now[.cancelled] == 1)
        let cancelled = try await deployments.targets(of: id, status: .cancelled, tenant: tenant).items
        #expect(cancelled.first?.life.message?.contains("has already") == true)
        #expect(try await fleet.say(.began, of: jobs[1], from: fleet.machines[1]).word == .stop)
        #expect(try await fleet.say(.done, of: jobs[0], from: fleet.machines[0], hasChanged: true).word == .proceed)
        try await deployments.keep(id, tenant: tenant)
        #expect(try await deployments.find(id, tenant: tenant).status.isFinal)
        let ended = try await counts(id)
        #expect(ended[.deployed] == 1 && ended.total == 2)
    }

    @Test("of two that have begun both outcomes are heard")
    func bothBegun() async throws {
        let fleet = try await PatchedFleet.make(2, in: database.a)
        let id = try await deploy(fleet, to: fleet.endpoints)
        try await deal()
        var jobs: [PatchJob] = []
        for machine in fleet.machines {
            let job = try #require(try await fleet.errands(of: machine).first?.job)
            _ = try await fleet.say(.began, of: job, from: machine)
            jobs.append(job)
        }
        try await merge(fleet.endpoints[0], into: fleet.endpoints[1])
        let now = try await counts(id)
        #expect(now[.installing] == 1 && now[.lost] == 1)
        for (machine, job) in zip(fleet.machines, jobs) {
            #expect(try await fleet.say(.done, of: job, from: machine, hasChanged: true).word == .proceed)
        }
        #expect(try await counts(id)[.deployed] == 2)
    }

    @Test("an endpoint that is at two deployments after a merge goes on with what has begun, then does the other")
    func atTwo() async throws {
        let fleet = try await PatchedFleet.make(2, in: database.a)
        let first = try await deploy(fleet, to: [fleet.endpoints[0]])
        let second = try await deploy(fleet, to: [fleet.endpoints[1]])
        try await deal()
        let handed = try #require(try await fleet.errands(of: fleet.machines[0]).first?.job)
        let begun = try #require(try await fleet.errands(of: fleet.machines[1]).first?.job)
        _ = try await fleet.say(.began, of: begun, from: fleet.machines[1])
        try await merge(fleet.endpoints[0], into: fleet.endpoints[1])
        #expect(try await counts(first)[.waiting] == 1)
        #expect(try await counts(second)[.installing] == 1)
        #expect(try await fleet.say(.began, of: handed, from: fleet.machines[0]).word == .stop)
        try await deal()
        #expect(try await counts(first)[.waiting] == 1)
        _ = try await fleet.say(.done, of: begun, from: fleet.machines[1], hasChanged: true)
        try await deal()
        #expect(try await counts(first)[.offered] == 1)
        #expect(try await fleet.say(.began, of: handed, from: fleet.machines[0]).word == .proceed)
    }

    @Test("an endpoint that goes while a deployment is being made is not among its targets")
    func vanished() async throws {
        let fleet = try await PatchedFleet.make(3, in: database.a)
        let made = try await database.store.owner.transaction { connection in
            try await connection.query("DELETE FROM endpoints WHERE id = $1", [.id(fleet.endpoints[1])])
            let task = Task { try await deploy(fleet, to: nil) }
            try await waitUntil("its row is asked for") {
                try await database.store.owner.query(
                    """
                    SELECT FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event_type = 'Lock'
                    """
                ).count == 1
            }
            return task
        }
        let id = try await made.value
        let targets = try await deployments.targets(of: id, tenant: tenant).items
        #expect(Set(targets.map(\.endpoint)) == [fleet.endpoints[0], fleet.endpoints[2]])
    }

    @Test("whoever names an endpoint that has become part of another means that one")
    func named() async throws {
        let fleet = try await PatchedFleet.make(2, in: database.a)
        try await merge(fleet.endpoints[0], into: fleet.endpoints[1])
        for named in [fleet.endpoints, [fleet.endpoints[0]]] {
            let id = try await deploy(fleet, to: named)
            #expect(try await deployments.targets(of: id, tenant: tenant).items.map(\.endpoint) == [fleet.endpoints[1]])
        }
    }
}
