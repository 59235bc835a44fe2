import Simulators

/// An account at a simulated vendor, on a socket of this machine.
struct SimulatedFalcon: Sendable {
    let simulator: FalconSimulator
    let url: String
    let account: FalconAccount

    /// Devices on a page: what the vendor allows would be twice as many.
    static let pageSize = 5_000

    /// Runs `body` with an account of so many devices that says nothing of what is on them.
    static func with(devices: Int, _ body: (SimulatedFalcon) async throws -> Void) async throws {
        var fleet = FalconFleetSettings()
        fleet.devices = devices
        fleet.applicationsPerDevice = 0
        fleet.vulnerabilitiesPerDevice = 0
        fleet.alertsPerDevice = 0
        var account = FalconAccount()
        account.quota = 1_000_000_000
        account.tokenQuota = 1_000_000_000
        let simulator = FalconSimulator(fleet, account)
        let server = try await SimulatorServer.start(simulator)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(Self(simulator: simulator, url: server.url, account: account)))
        } catch {
            outcome = .failure(error)
        }
        try await server.stop()
        try outcome.get()
    }

    /// Lets some of the devices change.
    func change(_ count: Int) {
        var random = SystemRandomNumberGenerator()
        simulator.revise(count, seed: random.next())
    }

    /// What a connector needs to know, besides the secret.
    var settings: [String: String] {
        [
            "client_id": account.clientID, "base_url": url, "page_size": "\(Self.pageSize)",
            "requests_per_minute": "100000", "overlap_seconds": "0",
        ]
    }
}
