import Domain
import Foundation
import Simulators
import Store
import Synchronization
import TestSupport
import Testing

/// Deployments to machines without agents, by real workers and simulated vendors.
@Suite("Machines without agents are patched by their vendors", .database, .blocking, .serialized)
struct PatchCourierTests {
    private let database = TestDatabase.current
    private var deployments: DeploymentStore { database.store.deployments }
    private var tenant: TenantID { database.a.id }

    private static func plan(_ gate: GatePolicy = GatePolicy(coveragePercent: 100, soakMinutes: 0)) -> DeploymentPlan {
        DeploymentPlan(
            strategy: .staged,
            rings: [DeploymentRing(name: "Canary", percent: 30), DeploymentRing(name: "All others")],
            limits: DeploymentLimits(concurrent: 20), gate: gate)
    }

    private func deploy(
        _ plan: DeploymentPlan, to endpoints: [EndpointID], update: String? = nil
    ) async throws -> DeploymentID {
        let patch = try await PatchedFleet.needed(by: endpoints, update: update, in: database.a)
        return try await deployments.create(
            NewDeployment(patch: patch.description, endpoints: endpoints, plan: plan, reason: "a test"), tenant: tenant,
            by: database.a.administrator)
    }

    private func worker(_ folder: TestFolder) throws -> Program {
        try Program(garrison: ["worker"], environment: PatchVendor.environment(folder))
    }

    private func wait(_ id: DeploymentID, for status: DeploymentStatus) async throws {
        try await waitUntil("the deployment is \(status.rawValue)", seconds: 60) {
            try await deployments.find(id, tenant: tenant).status == status
        }
    }

    private func targets(_ id: DeploymentID) async throws -> [DeploymentTarget] {
        try await deployments.targets(of: id, tenant: tenant).items
    }

    /// How often a vendor was told each job.
    private func told(_ vendor: PatchVendor, _ id: DeploymentID, _ kind: PatchJob.Kind = .install) -> [EndpointID: Int]
    {
        var told: [EndpointID: Int] = [:]
        for run in vendor.runs() {
            let job = run.split(whereSeparator: { " \"".contains($0) }).compactMap { PatchJob(String($0)) }.first
            if let job, job.deployment == id, job.kind == kind { told[job.endpoint, default: 0] += 1 }
        }
        return told
    }

    @Test(
        "a staged deployment goes to its end and back by the scripts of an account, once each",
        arguments: PatchVendor.Name.allCases)
    func staged(name: PatchVendor.Name) async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let vendor = try await PatchVendor.make(name, devices: 8)
        let endpoints = try await vendor.add(folder)
        let worker = try worker(folder)
        let id = try await deploy(Self.plan(), to: endpoints)
        try await wait(id, for: .completed)
        #expect(told(vendor, id) == Dictionary(uniqueKeysWithValues: endpoints.map { ($0, 1) }))
        #expect(vendor.runs().allSatisfy { $0.contains("--tool apt --reboot if_needed curl=7.88.1-10+deb12u6") })
        for target in try await targets(id) {
            #expect(target.life.status == .deployed && target.life.hasChanged && target.startedAt != nil)
            guard case .account(_, vendor.kind, "edr") = target.carrier else {
                Issue.record("\(String(describing: target.carrier))")
                continue
            }
        }
        try await deployments.decide(.rollBack, id, tenant: tenant, by: database.a.administrator)
        try await wait(id, for: .rolledBack)
        #expect(told(vendor, id, .rollback) == Dictionary(uniqueKeysWithValues: endpoints.map { ($0, 1) }))
        await worker.stop()
        try await vendor.server.stop()
    }

    @Test("scripts that fail halt a deployment, and their machines say why")
    func halted() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let vendor = try await PatchVendor.make(.sentinelOne, devices: 10, broken: 10)
        let endpoints = try await vendor.add(folder)
        let worker = try worker(folder)
        let id = try await deploy(Self.plan(), to: endpoints)
        try await wait(id, for: .halted)
        await worker.stop()
        let failures = try await deployments.status(id, tenant: tenant).failures
        #expect(failures.contains { $0.life.message == "The script exited with 1" })
        #expect(told(vendor, id).count <= 3)
        try await vendor.server.stop()
    }

    @Test("a job whose worker dies before the vendor's answer is not sent again, and holds its place for an hour")
    func killedBetween() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let slow = TestBox<SlowAnswers>()
        let vendor = try await PatchVendor.make(.sentinelOne, devices: 2) { simulator in
            slow.put(SlowAnswers(simulator, path: "/remote-scripts/execute"))
        }
        let endpoints = try await vendor.add(folder)
        var gate = GatePolicy(coveragePercent: 100, soakMinutes: 0)
        gate.successPercent = 0
        let id = try await deploy(
            DeploymentPlan(limits: DeploymentLimits(concurrent: 1), gate: gate), to: endpoints)
        func states() async throws -> [TargetStatus] { try await targets(id).map(\.life.status) }
        let first = try worker(folder)
        try await waitUntil("the vendor has it", seconds: 60) { vendor.runs().count == 1 }
        #expect(try await Set(states()) == [.installing, .waiting])
        first.signal(SIGKILL)
        _ = try await first.end()
        slow.value?.open()
        try await passTime()
        let second = try worker(folder)
        try await waitUntil("it is asked after", seconds: 60) { try await states().contains(.unknown) }
        for _ in 0..<3 {
            try await passTime()
            try await Task.sleep(for: .milliseconds(300))
        }
        #expect(vendor.runs().count == 1)
        #expect(try await Set(states()) == [.unknown, .waiting])
        let silent = try #require(try await targets(id).first { $0.life.status == .unknown })
        #expect(silent.life.message?.contains("stopped while it was sending") == true)
        _ = try await database.store.owner.query(
            "UPDATE patch_deployments SET since = since - interval '61 minutes' WHERE state = 'unknown'")
        try await waitUntil("the next has its turn", seconds: 60) { try await states().contains(.deployed) }
        await second.stop()
        #expect(told(vendor, id) == Dictionary(uniqueKeysWithValues: endpoints.map { ($0, 1) }))
        #expect(try await Set(states()) == [.unknown, .deployed])
        try await vendor.server.stop()
    }

    @Test(
        "a number of minutes that makes no sense stops a worker, which says what would",
        arguments: ["soon", "-1", "1441"])
    func hold(minutes: String) async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        var environment = PatchVendor.environment(folder)
        environment["GARRISON_PATCH_UNKNOWN_HOLD_MINUTES"] = minutes
        let ended = try await Program(garrison: ["worker"], environment: environment).end()
        #expect(ended.status == 1)
        #expect(ended.complaints.contains("patch_unknown_hold_minutes"), "\(ended.complaints)")
        #expect(ended.complaints.contains("a number from 0 to 1440"), "\(ended.complaints)")
    }

    @Test("whatever breaks and whoever is killed: no job is sent twice, none is lost, and no word is wrong")
    func trouble() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        var faults = FaultPlan()
        (faults.lostAnswer, faults.burst, faults.throttled, faults.throttleSeconds) = (0.2, 0.05, 0.05, 1)
        faults.seed = UInt64.random(in: 1...1_000_000)
        let vendor = try await PatchVendor.make(.sentinelOne, devices: 20, faults)
        let endpoints = try await vendor.add(folder)
        var gate = GatePolicy(coveragePercent: 1, soakMinutes: 0)
        gate.successPercent = 0
        // Machines of which nothing is known hold their places: there are enough for all.
        let id = try await deploy(DeploymentPlan(gate: gate), to: endpoints)
        for _ in 0..<5 {
            let workers = try (0..<2).map { _ in try worker(folder) }
            try await Task.sleep(for: .milliseconds(Int.random(in: 500...1500)))
            for worker in workers {
                worker.signal(SIGKILL)
                _ = try await worker.end()
            }
            try await passTime()
        }
        let last = try worker(folder)
        try await waitUntil("every machine has its outcome", seconds: 120) {
            try await passTime(of: ["pending"])
            // A gate that saw silent machines may have held it.
            if try await deployments.find(id, tenant: tenant).status == .halted {
                try await deployments.decide(.resume, id, tenant: tenant, by: database.a.administrator)
            }
            return try await targets(id).allSatisfy { [.deployed, .failed, .unknown].contains($0.life.status) }
        }
        await last.stop()
        let told = told(vendor, id)
        for target in try await targets(id) {
            let (count, status) = (told[target.endpoint, default: 0], target.life.status)
            let words: Comment = "seed \(faults.seed): told \(count) times, \(status): \(target.life.message ?? "")"
            #expect(count <= 1, words)
            #expect(status != .deployed || count == 1, words)
            #expect(status != .failed || count == 0, words)
        }
        try await vendor.server.stop()
    }

    /// As if leases had run out, and what is waited for had come.
    private func passTime(of statuses: [String] = ["pending", "sending", "in_progress", "unknown"]) async throws {
        _ = try await database.store.owner.query(
            "UPDATE patch_jobs SET next_at = now() WHERE next_at IS NOT NULL AND status = ANY ($1)",
            [.textArray(statuses)])
    }

    @Test(
        """
        updates of Windows go to Defender's scripts by their numbers, in their order; what Intune alone manages is told to \
        fetch them
        """)
    func updates() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        var fleet = MicrosoftFleetSettings()
        fleet.devices = 10
        var account = MicrosoftAccount()
        (account.defenderQuota, account.graphQuota) = ((1_000_000, 1_000_000), 1_000_000)
        let simulator = MicrosoftSimulator(fleet, account, FaultPlan())
        let server = try await SimulatorServer.start(simulator)
        let (machine, managed) = (simulator.machineIDs[0], simulator.managedIDs[0])
        let vendor = PatchVendor(
            kind: "microsoft",
            settings: [
                "tenant_id": account.tenantID, "client_id": account.clientID, "base_url": server.url,
                "patch_script": "patch.ps1", "intune_updates": "true",
            ], secrets: ["client_secret": account.clientSecret], devices: [machine, managed],
            runs: { simulator.scripts }, server: server)
        let endpoints = try await vendor.add(folder)
        let worker = try worker(folder)
        // A servicing stack that it needs first, and that cannot be taken back.
        let owner = database.store.owner
        _ = try await owner.query("INSERT INTO patches (kb_number, title) VALUES ('KB5034439', 'Servicing stack')")
        _ = try await owner.query("INSERT INTO patch_prerequisites VALUES ('KB5034441', 'KB5034439')")
        let id = try await deploy(DeploymentPlan(), to: endpoints, update: "KB5034441")
        try await wait(id, for: .completed)
        let (script, job) = ("ScriptName=patch.ps1 Args=", "\(id):\(endpoints[0])")
        let installed = "\(script)install --job \(job):install:1 --reboot if_needed KB5034439 KB5034441"
        #expect(vendor.runs() == [installed])
        #expect(simulator.actionCount(managed) == 1)
        try await deployments.decide(.rollBack, id, tenant: tenant, by: database.a.administrator)
        try await wait(id, for: .rolledBackWithFailures)
        await worker.stop()
        #expect(
            vendor.runs() == [installed, "\(script)rollback --job \(job):rollback:1 --reboot if_needed KB5034441"])
        let rolledBack = try await targets(id)
        #expect(rolledBack.first { $0.endpoint == endpoints[0] }?.life.status == .rolledBack)
        #expect(
            rolledBack.first { $0.endpoint == endpoints[1] }?.life.message?.contains("it neither goes back") == true)
        try await server.stop()
    }
}

/// Something that is made later.
final class TestBox<Value: Sendable>: Sendable {
    private let kept = Mutex<Value?>(nil)

    var value: Value? { kept.withLock { $0 } }

    func put(_ value: Value) -> Value {
        kept.withLock { $0 = value }
        return value
    }
}
