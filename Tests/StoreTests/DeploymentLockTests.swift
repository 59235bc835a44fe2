import Domain
import FoundationEssentials
import Postgres
import Store
import TestSupport
import Testing

/// Who waits for whom.
@Suite("Whoever decides about a deployment has a turn", .database)
struct DeploymentLockTests {
    private let database = TestDatabase.current
    private var deployments: DeploymentStore { database.store.deployments }
    private var tenant: TenantID { database.a.id }

    /// A deployment whose machines have their jobs.
    private func deploy(to fleet: PatchedFleet) async throws -> (id: DeploymentID, jobs: [PatchJob]) {
        let id = try await fleet.deploy(DeploymentPlan())
        var (places, jobs): (TurnPlaces, [PatchJob]) = (TurnPlaces(), [])
        try await deployments.keep(id, tenant: tenant)
        #expect(try await deployments.deal(&places, tenant: tenant) == fleet.machines.count)
        for machine in fleet.machines { jobs.append(try #require(try await fleet.errands(of: machine).first?.job)) }
        return (id, jobs)
    }

    /// Sessions of this database that wait for another.
    private func waiters() async throws -> Int {
        try await database.store.owner.query(
            """
            SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
            """
        ).int(0, 0)
    }

    /// Runs `body` while the target of an endpoint is held by somebody.
    private func holding(_ endpoint: EndpointID, _ body: () async throws -> Void) async throws {
        try await database.store.owner.transaction { connection in
            try await connection.query(
                "SELECT FROM patch_deployments WHERE endpoint_id = $1 FOR UPDATE", [.id(endpoint)])
            try await body()
        }
    }

    @Test("an endpoint that asks after a pause was asked for is answered behind it, however many report before")
    func decisions() async throws {
        let fleet = try await PatchedFleet.make(2, in: database.a)
        let (id, jobs) = try await deploy(to: fleet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            try await holding(fleet.endpoints[0]) {
                group.addTask {
                    // In the middle of its report: it was asked before.
                    let answer = try await fleet.say(.began, of: jobs[0], from: fleet.machines[0])
                    #expect(answer.word == .proceed)
                }
                try await waitUntil("a report is being written") { try await waiters() == 1 }
                group.addTask {
                    try await deployments.decide(.pause, id, tenant: tenant, by: database.a.administrator)
                }
                try await waitUntil("somebody waits to decide") { try await waiters() == 2 }
                group.addTask {
                    let answer = try await fleet.say(.began, of: jobs[1], from: fleet.machines[1])
                    #expect(answer.word == .stop)
                }
                // It comes through at once, or waits for its turn.
                try await waitUntil("the second has asked") {
                    let states = try await deployments.status(id, tenant: tenant).counts.all
                    return try await waiters() == 3 || states[.offered] < 2
                }
            }
            try await group.waitForAll()
        }
        let counts = try await deployments.status(id, tenant: tenant).counts.all
        #expect(counts[.installing] == 1 && counts[.waiting] == 1)
    }

    @Test("who keeps a deployment waits for a report that is being written, and not for another keeper")
    func keepers() async throws {
        let fleet = try await PatchedFleet.make(1, in: database.a)
        let (id, jobs) = try await deploy(to: fleet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            try await holding(fleet.endpoints[0]) {
                group.addTask { _ = try await fleet.say(.began, of: jobs[0], from: fleet.machines[0]) }
                try await waitUntil("a report is being written") { try await waiters() == 1 }
                group.addTask {
                    let isKept = try await deployments.keep(id, tenant: tenant)
                    #expect(isKept)
                }
                try await waitUntil("the keeper waits") { try await waiters() == 2 }
                #expect(try await !deployments.keep(id, tenant: tenant))
            }
            try await group.waitForAll()
        }
    }

    @Test("a report that PostgreSQL ends for the sake of another transaction is written all the same")
    func deadlock() async throws {
        let fleet = try await PatchedFleet.make(2, in: database.a)
        let (id, jobs) = try await deploy(to: fleet)
        func words(_ phase: PatchReport.Phase, _ number: Int64) -> [AgentWord] {
            zip(fleet.machines, jobs).map { machine, job in
                AgentWord(
                    PatchReport(job: job, phase: phase, message: "", hasChanged: true), device: machine.device,
                    signature: AgentSignature(
                        tenant: tenant, agent: machine.agent, instance: UUID(), sequence: number), isAdmitted: true)
            }
        }
        // Reports take targets in the order of their ids.
        let rows = try await database.store.owner.query(
            "SELECT id FROM patch_deployments WHERE deployment_id = $1 ORDER BY id", [.id(id)])
        let (first, last): (TargetID, TargetID) = (try rows[0].decode(0), try rows[1].decode(0))
        try await withThrowingTaskGroup(of: Void.self) { group in
            try await database.store.owner.transaction { connection in
                // It is the other that is ended.
                try await connection.query("SET LOCAL deadlock_timeout = '1h'")
                let hold = "SELECT FROM patch_deployments WHERE id = $1 FOR UPDATE"
                try await connection.query(hold, [.id(last)])
                group.addTask {
                    let answers = try await deployments.hear(words(.done, 2), tenant: tenant)
                    #expect(answers.map(\.?.word) == [.proceed, .proceed])
                }
                try await waitUntil("the report waits") { try await waiters() == 1 }
                try await connection.query(hold, [.id(first)])
            }
            try await group.waitForAll()
        }
        #expect(try await deployments.status(id, tenant: tenant).counts.all[.deployed] == 2)
    }
}
