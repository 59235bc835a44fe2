import Domain
import Foundation
import Simulators
import Store
import Synchronization
import TestSupport
import Testing

/// Real workers that read simulated accounts by themselves.
@Suite("Accounts are read by themselves", .database, .blocking, .serialized)
struct ConnectorWorkerTests {
    private let database = TestDatabase.current

    private func environment(_ folder: TestFolder) -> [String: String] {
        [
            "DATABASE_URL": database.url, "GARRISON_SECRET_KEY_FILE": "\(folder.path)/secret.key",
            "GARRISON_CONNECTOR_CLIENT_SECRET": FalconAccount().clientSecret, "GARRISON_WEBHOOK_OWN_NETWORK": "allow",
        ]
    }

    private func add(_ name: String, to tenant: String, at url: String, _ folder: TestFolder) throws {
        let added = try GarrisonProcess.run(
            [
                "connector", "add", "--tenant", tenant, "crowdstrike", "--name", name, "--untried", "--set",
                "client_id=\(FalconAccount().clientID)", "--set", "base_url=\(url)", "--set", "page_size=10",
            ], environment: environment(folder))
        try #require(added.status == 0, "\(added.complaints)")
    }

    private func account(_ name: String, of tenant: TestTenant) async throws -> ConnectorAccount {
        try await database.store.connectors.named(name, tenant: tenant.id)
    }

    private func fleet(_ devices: Int) -> FalconFleetSettings {
        var fleet = FalconFleetSettings()
        fleet.devices = devices
        return fleet
    }

    @Test("workers that are killed while reading lose and double nothing")
    func killed() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let simulator = FalconSimulator(fleet(200))
        let server = try await SimulatorServer.start(simulator)
        try add("hq", to: "alpha", at: server.url, folder)
        for delay in [400, 700, 1_000] {
            let worker = try Program(garrison: ["worker"], environment: environment(folder))
            try await Task.sleep(for: .milliseconds(delay))
            worker.signal(SIGKILL)
            _ = try await worker.end()
            // As if its lease had run out.
            _ = try await database.store.owner.query(
                "UPDATE connectors SET locked_until = now() WHERE locked_by IS NOT NULL")
        }
        let worker = try Program(garrison: ["worker"], environment: environment(folder))
        try await waitUntil("the account is read") { try await account("hq", of: database.a).syncedAt != nil }
        await worker.stop()
        let read = try await account("hq", of: database.a)
        let truth = simulator.truth
        #expect(read.lastError == nil)
        #expect(
            read.records == [
                .devices: truth.hosts.count, .software: truth.applications.count,
                .vulnerabilities: truth.vulnerabilities.count, .alerts: truth.alerts.count,
                .compliance: truth.assessments.count,
            ])
        let status = try await database.store.connectors.status(read.id, tenant: database.a.id)
        #expect(status.streams.count == 5 && status.lag(at: Date()) != nil && !status.isRunning)
        try await server.stop()
    }

    @Test("of several workers one reads an account, and each page once")
    func once() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let simulator = CountingSimulator(FalconSimulator(fleet(60)))
        let server = try await SimulatorServer.start(simulator)
        try add("hq", to: "alpha", at: server.url, folder)
        let workers = try (0..<3).map { _ in try Program(garrison: ["worker"], environment: environment(folder)) }
        try await waitUntil("the account is read") { try await account("hq", of: database.a).syncedAt != nil }
        for worker in workers { await worker.stop() }
        #expect(try await account("hq", of: database.a).lastError == nil)
        #expect(simulator.count("/devices/combined/devices/v1") == 6)
        #expect(simulator.count("/oauth2/token") == 1)
        try await server.stop()
    }

    @Test("a vendor that does not answer holds up its tenant's other accounts but no other tenant")
    func silence() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        // Takes connections, and never says a word.
        let silent = try LocalListener()
        let server = try await SimulatorServer.start(FalconSimulator(fleet(20)))
        for number in 1...4 { try add("silent \(number)", to: "alpha", at: "http://127.0.0.1:\(silent.port)", folder) }
        try add("hq", to: "beta", at: server.url, folder)
        let worker = try Program(garrison: ["worker"], environment: environment(folder))
        try await waitUntil("the other tenant is read", seconds: 60) {
            try await account("hq", of: database.b).syncedAt != nil
        }
        let running = try await database.store.connectors.statuses(tenant: database.a.id).values.filter(\.isRunning)
        #expect(running.count == ConnectorStore.turnsOfTenant)
        await worker.stop()
        // A worker that is asked to stop gives accounts back at once.
        let left = try await database.store.connectors.statuses(tenant: database.a.id).values.filter(\.isRunning)
        #expect(left.isEmpty)
        try await server.stop()
    }

    @Test("credentials are rotated when they work, settings change when they do, and neither leads secrets elsewhere")
    func rotation() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let server = try await SimulatorServer.start(FalconSimulator(fleet(5)))
        try add("hq", to: "alpha", at: server.url, folder)
        func run(_ arguments: String..., secret: String = FalconAccount().clientSecret) throws -> GarrisonProcess {
            try GarrisonProcess.run(
                ["connector", arguments[0], "--tenant", "alpha", "hq"] + arguments.dropFirst(),
                environment: environment(folder).merging(["GARRISON_CONNECTOR_CLIENT_SECRET": secret]) { $1 })
        }
        let before = try await database.store.connectors.access(account("hq", of: database.a).id, tenant: database.a.id)
        let refused = try run("rotate", secret: "wrong")
        #expect(refused.status == 1 && refused.complaints.contains("does not accept the credentials"))
        #expect(try await database.store.connectors.access(before.id, tenant: database.a.id) == before)
        #expect(try run("rotate", "--set", "page_size=20").status == 0)
        let after = try await database.store.connectors.access(before.id, tenant: database.a.id)
        #expect(after.settings["page_size"] == "20" && after.sealedSecrets != before.sealedSecrets)
        let elsewhere = try run("configure", "--set", "base_url=http://127.0.0.1:1")
        #expect(elsewhere.status == 1 && elsewhere.complaints.contains("entered again"))
        #expect(try run("configure", "--set", "page_size=0").status == 1)
        #expect(try run("configure", "--set", "page_size=", secret: "unused").status == 0)
        #expect(try await account("hq", of: database.a).settings["page_size"] == nil)
        #expect(try run("test", secret: "unused").status == 0)
        try await server.stop()
    }

    @Test("a schedule is printed and changed; the quarantine is shown and read again")
    func schedule() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        var settings = fleet(30)
        settings.malformed = 0.3
        let server = try await SimulatorServer.start(FalconSimulator(settings))
        try add("hq", to: "alpha", at: server.url, folder)
        func run(_ arguments: String...) throws -> GarrisonProcess {
            try GarrisonProcess.run(
                ["connector", arguments[0], "--tenant", "alpha", "hq"] + arguments.dropFirst(),
                environment: environment(folder))
        }
        #expect(try run("schedule").output.hasPrefix("changes every 15m, everything every 1d, next at "))
        #expect(
            try run("schedule", "--every", "5m", "--full-every", "12h", "--pause").output
                == "changes every 5m, everything every 12h, paused\n")
        let refused = try run("schedule", "--full")
        #expect(refused.status == 1 && refused.complaints.contains("Resume it first"))
        #expect(try run("schedule", "--every", "5x").status == 2)
        #expect(try run("schedule", "--resume").status == 0)
        #expect(try run("sync").status == 0)
        let shown = try run("quarantine")
        #expect(shown.status == 0 && shown.output.contains(" must ") && shown.output.contains("{"))
        #expect(try run("quarantine", "--json", "--limit", "1").json(as: [[String: Any]].self).count == 1)
        let replayed = try run("quarantine", "--replay")
        #expect(replayed.complaints.contains("A worker reads again: "))
        let status = try await database.store.connectors.status(
            account("hq", of: database.a).id, tenant: database.a.id)
        #expect(status.streams.contains { $0.fullRequestedAt != nil })
        try await server.stop()
    }
}

/// Counts what is asked for, by path.
private final class CountingSimulator: Simulator {
    private let simulator: any Simulator
    private let counts = Mutex<[String: Int]>([:])

    init(_ simulator: any Simulator) { self.simulator = simulator }

    func answer(_ request: SimulatedRequest) -> SimulatedAnswer {
        counts.withLock { $0[request.path, default: 0] += 1 }
        return simulator.answer(request)
    }

    func count(_ path: String) -> Int { counts.withLock { $0[path] ?? 0 } }
}
