import Domain
import Foundation
import Simulators
import Store
import Synchronization
import TestSupport
import Testing

/// Real workers that send actions to a simulated Falcon.
@Suite("Actions are sent at most once", .database, .blocking, .serialized)
struct ActionWorkerTests {
    private let database = TestDatabase.current

    private func environment(_ folder: TestFolder) -> [String: String] {
        [
            "DATABASE_URL": database.url, "GARRISON_SECRET_KEY_FILE": "\(folder.path)/secret.key",
            "GARRISON_CONNECTOR_CLIENT_SECRET": FalconAccount().clientSecret, "GARRISON_WEBHOOK_OWN_NETWORK": "allow",
        ]
    }

    /// An account that is not read, so that only actions are asked for.
    private func account(at url: String, _ folder: TestFolder) async throws -> ConnectorID {
        let added = try GarrisonProcess.run(
            [
                "connector", "add", "--tenant", "alpha", "crowdstrike", "--name", "falcon", "--untried", "--set",
                "client_id=\(FalconAccount().clientID)", "--set", "base_url=\(url)",
            ], environment: environment(folder))
        try #require(added.status == 0, "\(added.complaints)")
        let id = try #require(ConnectorID(added.output.lines.first ?? ""))
        try await database.store.connectors.schedule(
            id, SyncSchedule(isPaused: true), tenant: database.a.id, by: database.a.administrator)
        return id
    }

    private func fleet(_ devices: Int) -> FalconFleetSettings {
        var fleet = FalconFleetSettings()
        fleet.devices = devices
        return fleet
    }

    /// An endpoint for each host that is not contained.
    private func endpoints(_ simulator: FalconSimulator, of connector: ConnectorID, _ count: Int) async throws
        -> [(endpoint: EndpointID, device: String)]
    {
        let devices = simulator.truth.hosts.filter { $0.value.hasSuffix("normal") }.keys.sorted().prefix(count)
        let endpoints = try await database.addEndpoints(devices.count, in: database.a)
        for (endpoint, device) in zip(endpoints, devices) {
            try await database.link(device, of: connector, to: endpoint, in: database.a)
        }
        return Array(zip(endpoints, devices)).map { (endpoint: $0.0, device: $0.1) }
    }

    private func isolate(_ endpoint: EndpointID) async throws -> ActionDecision {
        try await database.store.actions.decide(
            NewAction(endpoint: endpoint, kind: .isolate, reason: "drill"), tenant: database.a.id,
            by: database.a.administrator)
    }

    private func expireLeases() async throws {
        _ = try await database.store.owner.query(
            "UPDATE device_actions SET locked_until = now() - interval '1 second' WHERE locked_by IS NOT NULL")
    }

    @Test(
        "workers that are killed at random instants never send one again, and each outcome is known or marked unknown")
    func killed() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        var falcon = FalconAccount()
        falcon.actionDelay = 1
        var faults = FaultPlan()
        faults.lostAnswer = 0.2
        faults.burst = 0.1
        let simulator = FalconSimulator(fleet(40), falcon, faults)
        let counter = ContainCounter(simulator)
        let server = try await SimulatorServer.start(counter)
        let connector = try await account(at: server.url, folder)
        let targets = try await endpoints(simulator, of: connector, 24)
        var decisions: [String: DecisionID] = [:]
        for round in 0..<6 {
            for target in targets.dropFirst(round * 4).prefix(4) {
                decisions[target.device] = try await isolate(target.endpoint).id
            }
            let worker = try Program(garrison: ["worker"], environment: environment(folder))
            // Between a look at the queue and the last answer.
            try await waitUntil("the worker sends", seconds: 30) {
                let sent = try await database.store.actions.find(
                    decisions[targets[round * 4].device] ?? .make(), tenant: database.a.id)
                return sent.status != .pending
            }
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...60)))
            worker.signal(SIGKILL)
            _ = try await worker.end()
            try await expireLeases()
        }
        let worker = try Program(garrison: ["worker"], environment: environment(folder))
        try await waitUntil("nothing is under way") {
            for id in decisions.values {
                if try await database.store.actions.find(id, tenant: database.a.id).status.isUnderWay { return false }
            }
            return true
        }
        // What is unknown is asked after once more.
        for id in decisions.values {
            guard try await database.store.actions.find(id, tenant: database.a.id).status == .unknown else { continue }
            _ = try await database.store.actions.requestCheck(
                id, tenant: database.a.id, by: database.a.administrator)
        }
        try await waitUntil("what was contained is known to be") {
            for (device, id) in decisions where counter.taken(device) > 0 {
                guard try await database.store.actions.find(id, tenant: database.a.id).status == .completed else {
                    return false
                }
            }
            return true
        }
        await worker.stop()
        var outcomes: [ActionStatus: Int] = [:]
        for (device, id) in decisions {
            let status = try await database.store.actions.find(id, tenant: database.a.id).status
            outcomes[status, default: 0] += 1
            #expect(counter.taken(device) <= 1, "\(device) was asked \(counter.taken(device)) times")
            #expect(counter.taken(device) == 1 || status == .unknown || status == .failed, "\(device): \(status)")
        }
        #expect(decisions.count == 24 && outcomes[.completed, default: 0] > 0)
        try await server.stop()
    }

    @Test("an endpoint is isolated and released by command, and scanned through a source that is named")
    func commands() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let simulator = FalconSimulator(fleet(10))
        let server = try await SimulatorServer.start(simulator)
        let connector = try await account(at: server.url, folder)
        let target = try await endpoints(simulator, of: connector, 1)[0]
        func run(_ arguments: String...) throws -> GarrisonProcess {
            try GarrisonProcess.run(
                ["endpoint", arguments[0], "--tenant", "alpha"] + arguments.dropFirst(),
                environment: environment(folder))
        }
        let worker = try Program(garrison: ["worker"], environment: environment(folder))
        let isolated = try run("isolate", "host-0", "--reason", "malware", "--wait")
        #expect(isolated.status == 0 && isolated.output.contains("isolate: completed"), "\(isolated.complaints)")
        #expect(simulator.truth.hosts[target.device]?.hasSuffix("contained") == true)
        #expect(try run("release", target.endpoint.description, "--reason", "clean", "--wait").status == 0)
        #expect(simulator.truth.hosts[target.device]?.hasSuffix("normal") == true)
        #expect(try run("scan", "host-0", "--reason", "to be sure", "--source", "falcon", "--wait").status == 0)
        let listed = try run("actions", "host-0", "--json").json(as: [[String: Any]].self)
        #expect(listed.map { $0["kind"] as? String } == ["scan", "release", "isolate"])
        let id = try #require(listed[0]["id"] as? String)
        let ended = try run("check", id)
        #expect(ended.status == 1 && ended.complaints.contains("It has ended"))
        #expect(try run("isolate", "nobody", "--reason", "x").complaints.contains("there is no endpoint"))
        #expect(try run("isolate", "host-0").status == 2)
        await worker.stop()
        try await server.stop()
    }
}

/// Counts how often a host was asked to be contained, whether it was done or not.
private final class ContainCounter: Simulator {
    private let simulator: any Simulator
    private let counts = Mutex<[String: Int]>([:])

    init(_ simulator: any Simulator) { self.simulator = simulator }

    func answer(_ request: SimulatedRequest) -> SimulatedAnswer {
        let answer = simulator.answer(request)
        guard request.path == "/devices/entities/devices-actions/v2", answer.status < 300 else { return answer }
        for id in (try? JSONDecoder().decode(Hosts.self, from: Data(request.body)))?.ids ?? [] {
            counts.withLock { $0[id, default: 0] += 1 }
        }
        return answer
    }

    private struct Hosts: Decodable { let ids: [String] }

    /// Requests that the vendor took.
    func taken(_ device: String) -> Int { counts.withLock { $0[device] ?? 0 } }
}
