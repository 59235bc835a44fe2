import Foundation
import Simulators
import Synchronization

/// A simulated vendor that knows a part of an estate, and how an account of it is added.
struct EstateVendor: Sendable {
    let kind: String
    /// As options of `garrison connector add`.
    let settings: [String: String]
    /// Variables of the environment.
    let secrets: [String: String]
    let simulator: any EstateSimulator
    let hasSoftware: Bool
    private let server: SimulatorServer

    func stop() async throws { try await server.stop() }

    /// Four vendors whose knowledge overlaps: none knows all machines, and each machine of the middle is known to all.
    static func all(_ estate: Estate, _ trouble: FaultPlan, _ meter: RequestMeter) async throws -> [EstateVendor] {
        func faults(_ number: UInt64, skew: Double) -> FaultPlan {
            var faults = trouble
            faults.seed = estate.seed &* 8 &+ number
            faults.clockSkew = skew
            return faults
        }
        func part(from first: Int) -> Estate { Estate(seed: estate.seed, first: first, now: estate.now) }
        return [
            try await falcon(part(from: 0), 20, faults(1, skew: 3_600), meter),
            try await microsoft(part(from: 8), 18, faults(2, skew: -1_800), meter),
            try await sentinelOne(part(from: 14), 14, faults(3, skew: 0), meter),
            try await sophos(part(from: 4), 20, faults(4, skew: 60), meter),
        ]
    }

    /// One vendor on a good day, every one of whose machines has an alert.
    ///
    /// - Parameter kind: the connector's; `microsoft graph` reads alerts there.
    static func one(_ kind: String) async throws -> EstateVendor {
        let meter = RequestMeter(seed: 1)
        let estate = Estate(seed: 1, now: Date().timeIntervalSince1970 - 60)
        switch kind {
        case "crowdstrike": return try await falcon(estate, 8, .none, meter, alerts: 1)
        case "microsoft": return try await microsoft(estate, 8, .none, meter, alerts: 1)
        case "microsoft graph": return try await microsoft(estate, 8, .none, meter, alerts: 1, source: "graph")
        case "sentinelone": return try await sentinelOne(estate, 8, .none, meter, alerts: 1)
        default: return try await sophos(estate, 8, .none, meter, alerts: 1)
        }
    }

    /// Alerts that somebody can resolve at the vendor: Sophos' that allow it.
    var resolvable: Set<String> {
        guard let sophos = simulator as? SophosSimulator else { return Set(simulator.view.alerts.keys) }
        return Set(sophos.alertIDs(allowing: "acknowledge"))
    }

    private static func falcon(
        _ estate: Estate, _ devices: Int, _ faults: FaultPlan, _ meter: RequestMeter, alerts: Double = 0.6
    ) async throws -> EstateVendor {
        var fleet = FalconFleetSettings()
        (fleet.devices, fleet.seed, fleet.estate) = (devices, faults.seed, estate)
        (fleet.vulnerabilitiesPerDevice, fleet.alertsPerDevice) = (1, alerts)
        var account = FalconAccount()
        (account.quota, account.tokenQuota) = (1_000_000, 1_000_000)
        let simulator = FalconSimulator(fleet, account, faults)
        let server = try await SimulatorServer.start(MeteredSimulator(simulator, meter))
        return EstateVendor(
            kind: "crowdstrike",
            settings: [
                "client_id": account.clientID, "base_url": server.url, "page_size": "30",
                "requests_per_minute": "100000",
            ], secrets: ["client_secret": account.clientSecret], simulator: simulator, hasSoftware: true, server: server
        )
    }

    private static func microsoft(
        _ estate: Estate, _ devices: Int, _ faults: FaultPlan, _ meter: RequestMeter, alerts: Double = 0.6,
        source: String = "defender"
    ) async throws -> EstateVendor {
        var fleet = MicrosoftFleetSettings()
        (fleet.devices, fleet.seed, fleet.estate) = (devices, faults.seed, estate)
        (fleet.vulnerabilitiesPerDevice, fleet.alertsPerDevice) = (1, alerts)
        var account = MicrosoftAccount()
        account.defenderQuota = (1_000_000, 1_000_000)
        account.exportQuota = (1_000_000, 1_000_000)
        account.graphQuota = 1_000_000
        let simulator = MicrosoftSimulator(fleet, account, faults)
        let server = try await SimulatorServer.start(MeteredSimulator(simulator, meter))
        return EstateVendor(
            kind: "microsoft",
            settings: [
                "tenant_id": account.tenantID, "client_id": account.clientID, "base_url": server.url, "page_size": "9",
                "export_page_size": "60", "requests_per_minute": "100000", "alerts": source,
            ], secrets: ["client_secret": account.clientSecret], simulator: simulator, hasSoftware: true, server: server
        )
    }

    private static func sentinelOne(
        _ estate: Estate, _ devices: Int, _ faults: FaultPlan, _ meter: RequestMeter, alerts: Double = 0.6
    ) async throws -> EstateVendor {
        var fleet = SentinelOneFleetSettings()
        (fleet.devices, fleet.seed, fleet.estate) = (devices, faults.seed, estate)
        (fleet.risksPerDevice, fleet.threatsPerDevice) = (1, alerts)
        var account = SentinelOneAccount()
        account.quota = 1_000_000
        let simulator = SentinelOneSimulator(fleet, account, faults)
        let server = try await SimulatorServer.start(MeteredSimulator(simulator, meter))
        return EstateVendor(
            kind: "sentinelone",
            settings: ["base_url": server.url, "page_size": "9", "requests_per_minute": "100000"],
            secrets: ["api_token": account.token], simulator: simulator, hasSoftware: true, server: server)
    }

    private static func sophos(
        _ estate: Estate, _ devices: Int, _ faults: FaultPlan, _ meter: RequestMeter, alerts: Double = 0.6
    ) async throws -> EstateVendor {
        var fleet = SophosFleetSettings()
        (fleet.devices, fleet.seed, fleet.estate) = (devices, faults.seed, estate)
        (fleet.alertsPerDevice, fleet.eventsPerDevice) = (alerts, 0.3)
        var account = SophosAccount()
        account.limits = []
        let simulator = SophosSimulator(fleet, account, faults)
        let server = try await SimulatorServer.start(MeteredSimulator(simulator, meter))
        return EstateVendor(
            kind: "sophos",
            settings: [
                "client_id": account.clientID, "base_url": server.url, "auth_url": server.url, "page_size": "9",
                "requests_per_second": "1000", "requests_per_minute": "100000", "requests_per_hour": "1000000",
            ], secrets: ["client_secret": account.clientSecret], simulator: simulator, hasSoftware: false,
            server: server)
    }
}

/// Counts what all vendors of an estate are asked, and lets something happen at them now and then, between two questions.
final class RequestMeter: Sendable {
    private struct State {
        var count = 0
        var isLiving = false
        var random: SplitMix
    }

    private let state: Mutex<State>

    init(seed: UInt64) { state = Mutex(State(random: SplitMix(seed))) }

    var count: Int { state.withLock { $0.count } }

    /// Whether things happen while vendors are being read.
    func setLiving(_ isLiving: Bool) { state.withLock { $0.isLiving = isLiving } }

    /// - Returns: the seed of what happens after this question; nil for nothing.
    fileprivate func question() -> UInt64? {
        state.withLock { state in
            state.count += 1
            guard state.isLiving, Int.random(in: 0..<8, using: &state.random) == 0 else { return nil }
            return state.random.next()
        }
    }
}

private final class MeteredSimulator: Simulator {
    private let simulator: any EstateSimulator
    private let meter: RequestMeter

    init(_ simulator: any EstateSimulator, _ meter: RequestMeter) {
        self.simulator = simulator
        self.meter = meter
    }

    func answer(_ request: SimulatedRequest) -> SimulatedAnswer {
        let answer = simulator.answer(request)
        if let seed = meter.question() { simulator.live(1, seed: seed) }
        return answer
    }
}
