import Domain
import Foundation
import Store
import TestSupport
import Testing

/// Real workers that keep a deployment going, and are killed.
@Suite("Deployments outlive their workers", .database, .blocking, .serialized)
struct DeploymentWorkerTests {
    private let database = TestDatabase.current
    private var deployments: DeploymentStore { database.store.deployments }
    private var tenant: TenantID { database.a.id }

    private func environment(_ folder: TestFolder) -> [String: String] {
        ["DATABASE_URL": database.url, "GARRISON_SECRET_KEY_FILE": "\(folder.path)/secret.key"]
    }

    private static var plan: DeploymentPlan {
        let gate = GatePolicy(coveragePercent: 100, soakMinutes: 0)
        return DeploymentPlan(
            strategy: .staged,
            rings: [
                DeploymentRing(name: "Canary", percent: 20), DeploymentRing(name: "Early", percent: 30),
                DeploymentRing(name: "All others"),
            ], limits: DeploymentLimits(concurrent: 6), gate: gate)
    }

    private func status(_ id: DeploymentID) async throws -> DeploymentStatus {
        try await deployments.find(id, tenant: tenant).status
    }

    @Test("workers that are killed at random instants deploy nothing twice, lose no endpoint, and end what they began")
    func killed() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let fleet = try await PatchedFleet.make(30, in: database.a)
        let id = try await fleet.deploy(Self.plan)
        for _ in 0..<8 {
            let workers = try (0..<2).map { _ in
                try Program(garrison: ["worker"], environment: environment(folder))
            }
            let end = ContinuousClock.now + .milliseconds(Int.random(in: 400...1500))
            while ContinuousClock.now < end {
                for machine in fleet.machines.shuffled().prefix(8) { try await fleet.work(machine) }
            }
            for worker in workers {
                worker.signal(SIGKILL)
                _ = try await worker.end()
            }
            try await fleet.beat()
            if try await status(id).isFinal { break }
        }
        let worker = try Program(garrison: ["worker"], environment: environment(folder))
        try await waitUntil("the deployment has ended", seconds: 60) {
            for machine in fleet.machines { try await fleet.work(machine) }
            return try await status(id).isFinal
        }
        await worker.stop()
        let ended = try await deployments.status(id, tenant: tenant)
        #expect(ended.deployment.status == .completed)
        #expect(ended.counts.all[.deployed] == 30 && ended.counts.all.total == 30)
        #expect(fleet.patched.count == 30 && fleet.mostChanges == 1)
    }

    @Test("after an abort no worker has anything begun, however it ends")
    func aborted() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let fleet = try await PatchedFleet.make(12, in: database.a)
        let id = try await fleet.deploy(Self.plan)
        let worker = try Program(garrison: ["worker"], environment: environment(folder))
        try await waitUntil("an endpoint is at it", seconds: 60) {
            // Which of them are the canaries is not known.
            for machine in fleet.machines where fleet.changed.isEmpty { try await fleet.work(machine) }
            return !fleet.changed.isEmpty
        }
        let aborted = try GarrisonProcess.run(
            ["deployment", "abort", "--tenant", "alpha", id.description, "--reason", "a bad build", "--json"],
            environment: environment(folder))
        #expect(aborted.status == 0, "\(aborted.complaints)")
        let before = fleet.changed
        worker.signal(SIGKILL)
        _ = try await worker.end()
        let next = try Program(garrison: ["worker"], environment: environment(folder))
        try await waitUntil("nothing runs any more", seconds: 60) {
            for machine in fleet.machines { try await fleet.work(machine) }
            return try await status(id) == .aborted
        }
        #expect(fleet.changed == before)
        #expect(try await deployments.status(id, tenant: tenant).counts.all.underWay == 0)
        await next.stop()
    }

    @Test("a deployment is shown, held, gone on with and approved by command")
    func commands() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let fleet = try await PatchedFleet.make(4, in: database.a)
        var plan = Self.plan
        plan.approval = .one
        let id = try await fleet.deploy(plan)
        func run(_ arguments: String...) throws -> GarrisonProcess {
            try GarrisonProcess.run(
                ["deployment", arguments[0], "--tenant", "alpha"] + arguments.dropFirst(),
                environment: environment(folder))
        }
        let listed = try run("list", "--json").json(as: [[String: Any]].self)
        #expect(listed.count == 1 && listed[0]["status"] as? String == "awaiting_approval")
        let early = try run("pause", id.description)
        #expect(early.status == 1 && early.complaints.contains("before it is approved"))
        let approved = try run("approve", id.description, "--as", "admin@alpha.test", "--comment", "Looks good.")
        #expect(approved.status == 0 && approved.output.contains("Scheduled"), "\(approved.complaints)")
        #expect(try run("pause", String(id.description.suffix(12)), "--reason", "lunch").output.contains("Paused"))
        #expect(try run("resume", id.description).output.contains("Scheduled"))
        try await fleet.settle(id)
        let shown = try run("show", id.description, "--json").json(as: [String: Any].self)
        #expect(shown["status"] as? String == "completed" && shown["success_rate"] as? Double == 100)
        let rolledBack = try run("rollback", id.description)
        #expect(rolledBack.output.contains("Rolling back") && rolledBack.output.contains("waiting for rollback"))
        #expect(try run("retry", id.description).status == 1)
        #expect(try run("list").output.contains("DSA-1-1"))
        #expect(try run("show", "nobody").complaints.contains("there is no deployment"))
        #expect(try run("approve", id.description).status == 2)
    }
}
