import Connectors
import Simulators

/// A simulated vendor of the demonstration, and the account that a tenant has there.
struct DemoVendor: Sendable {
    let kind: ConnectorKind
    /// What the tenant calls its account.
    let name: String
    let settings: [String: String]
    let secrets: [String: String]
    let devices: Int
    /// Lets some things happen: machines come, go and change, alerts are raised and dealt with.
    let live: @Sendable (_ changes: Int, _ seed: UInt64) -> Void
    private let server: SimulatorServer

    func stop() async { try? await server.stop() }

    /// Seconds that an isolation or a scan takes.
    private static let actionDelay = 15.0

    static func falcon(_ estate: Estate, devices: Int) async throws -> DemoVendor {
        var fleet = FalconFleetSettings()
        (fleet.devices, fleet.seed, fleet.estate) = (devices, estate.seed &+ 1, estate)
        (fleet.alertsPerDevice, fleet.malformed) = (0.02, 0.001)
        var account = FalconAccount()
        account.actionDelay = actionDelay
        let simulator = FalconSimulator(fleet, account)
        let server = try await SimulatorServer.start(simulator)
        return DemoVendor(
            kind: .falcon, name: "Falcon", settings: ["client_id": account.clientID, "base_url": server.url],
            secrets: ["client_secret": account.clientSecret], devices: devices,
            live: { simulator.live($0, seed: $1) }, server: server)
    }

    static func microsoft(_ estate: Estate, devices: Int) async throws -> DemoVendor {
        var fleet = MicrosoftFleetSettings()
        (fleet.devices, fleet.seed, fleet.estate) = (devices, estate.seed &+ 4, estate)
        (fleet.alertsPerDevice, fleet.malformed) = (0.02, 0.001)
        var account = MicrosoftAccount()
        account.actionDelay = actionDelay
        let simulator = MicrosoftSimulator(fleet, account)
        let server = try await SimulatorServer.start(simulator)
        return DemoVendor(
            kind: .microsoft, name: "Microsoft 365",
            settings: ["tenant_id": account.tenantID, "client_id": account.clientID, "base_url": server.url],
            secrets: ["client_secret": account.clientSecret], devices: devices,
            live: { simulator.live($0, seed: $1) }, server: server)
    }

    static func sentinelOne(_ estate: Estate, devices: Int) async throws -> DemoVendor {
        var fleet = SentinelOneFleetSettings()
        (fleet.devices, fleet.seed, fleet.estate) = (devices, estate.seed &+ 2, estate)
        (fleet.threatsPerDevice, fleet.malformed) = (0.02, 0.001)
        var account = SentinelOneAccount()
        account.actionDelay = actionDelay
        let simulator = SentinelOneSimulator(fleet, account)
        let server = try await SimulatorServer.start(simulator)
        return DemoVendor(
            kind: .sentinelOne, name: "SentinelOne", settings: ["base_url": server.url, "requests_per_minute": "5000"],
            secrets: ["api_token": account.token], devices: devices,
            live: { simulator.live($0, seed: $1) }, server: server)
    }

    static func sophos(_ estate: Estate, devices: Int) async throws -> DemoVendor {
        var fleet = SophosFleetSettings()
        (fleet.devices, fleet.seed, fleet.estate) = (devices, estate.seed &+ 3, estate)
        (fleet.alertsPerDevice, fleet.eventsPerDevice, fleet.malformed) = (0.02, 0.01, 0.001)
        var account = SophosAccount()
        account.actionDelay = actionDelay
        let simulator = SophosSimulator(fleet, account)
        let server = try await SimulatorServer.start(simulator)
        return DemoVendor(
            kind: .sophos, name: "Sophos",
            settings: ["client_id": account.clientID, "base_url": server.url, "auth_url": server.url],
            secrets: ["client_secret": account.clientSecret], devices: devices,
            live: { simulator.live($0, seed: $1) }, server: server)
    }
}
