import Domain
import Foundation
import Simulators
import Store
import Synchronization
import TestSupport

/// A simulated vendor whose account patches machines without agents, with an endpoint for each of its devices.
struct PatchVendor: Sendable {
    enum Name: String, CaseIterable, Sendable { case falcon, sentinelOne }

    let kind: String
    let settings: [String: String]
    let secrets: [String: String]
    let devices: [String]
    /// What scripts were run with.
    let runs: @Sendable () -> [String]
    let server: SimulatorServer

    static func make(
        _ name: Name, devices count: Int, _ faults: FaultPlan = FaultPlan(), broken: Int = 0,
        around wrap: (any Simulator) -> any Simulator = { $0 }
    ) async throws -> PatchVendor {
        switch name {
        case .falcon:
            var fleet = FalconFleetSettings()
            fleet.devices = count
            var account = FalconAccount()
            account.quota = 1_000_000
            let simulator = FalconSimulator(fleet, account, faults)
            let server = try await SimulatorServer.start(wrap(simulator))
            return PatchVendor(
                kind: "crowdstrike",
                settings: ["client_id": account.clientID, "base_url": server.url, "patch_script": "garrison-patch"],
                secrets: ["client_secret": account.clientSecret], devices: simulator.deviceIDs,
                runs: { simulator.scriptLines }, server: server)
        case .sentinelOne:
            var fleet = SentinelOneFleetSettings()
            fleet.devices = count
            var account = SentinelOneAccount()
            account.quota = 1_000_000
            // Those that are broken are known by their ids, which are the same in every fleet of this size.
            account.broken = Set(SentinelOneSimulator(fleet, account, faults).agentIDs.prefix(broken))
            let simulator = SentinelOneSimulator(fleet, account, faults)
            let server = try await SimulatorServer.start(wrap(simulator))
            return PatchVendor(
                kind: "sentinelone",
                settings: [
                    "base_url": server.url, "requests_per_minute": "100000", "patch_script": "collect logs",
                ], secrets: ["api_token": account.token], devices: simulator.agentIDs,
                runs: { simulator.scriptRuns }, server: server)
        }
    }

    static func environment(
        _ folder: TestFolder, _ secrets: [String: String] = [:], database: TestDatabase = .current
    ) -> [String: String] {
        var environment = [
            "DATABASE_URL": database.url, "GARRISON_SECRET_KEY_FILE": "\(folder.path)/secret.key",
            "GARRISON_WEBHOOK_OWN_NETWORK": "allow",
        ]
        for (name, value) in secrets { environment["GARRISON_CONNECTOR_\(name.uppercased())"] = value }
        return environment
    }

    /// Adds the account, which is not read, and an endpoint for each device: without agents.
    func add(_ folder: TestFolder, database: TestDatabase = .current) async throws -> [EndpointID] {
        let settings = settings.flatMap { ["--set", "\($0.key)=\($0.value)"] }
        let added = try await Program(
            garrison: ["connector", "add", "--tenant", "alpha", kind, "--name", "edr", "--untried"] + settings,
            environment: Self.environment(folder, secrets)
        ).end()
        guard added.status == 0, let id = added.lines.first.flatMap({ ConnectorID($0) }) else {
            throw TestFailure("\(kind): \(added.complaints)")
        }
        try await database.store.connectors.schedule(
            id, SyncSchedule(isPaused: true), tenant: database.a.id, by: database.a.administrator)
        let endpoints = try await database.addEndpoints(devices.count, in: database.a)
        for (endpoint, device) in zip(endpoints, devices) {
            try await database.link(device, of: id, to: endpoint, in: database.a)
        }
        return endpoints
    }
}

/// Holds answers to some requests back after they were carried out.
final class SlowAnswers: Simulator {
    private let simulator: any Simulator
    private let path: String
    private let isOpen = Mutex(false)

    init(_ simulator: any Simulator, path: String) {
        self.simulator = simulator
        self.path = path
    }

    func open() { isOpen.withLock { $0 = true } }

    func answer(_ request: SimulatedRequest) -> SimulatedAnswer {
        let answer = simulator.answer(request)
        if request.method == .POST, request.path.contains(path) {
            for _ in 0..<3000 where !isOpen.withLock({ $0 }) { Thread.sleep(forTimeInterval: 0.01) }
        }
        return answer
    }
}
