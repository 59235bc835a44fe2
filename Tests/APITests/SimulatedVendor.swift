import API
import Simulators

/// A vendor on this machine that all tests of this process may ask.
actor SimulatedVendor {
    static let shared = SimulatedVendor()

    private var server: Task<String, any Error>?
    private let account = FalconAccount()

    private func url() async throws -> String {
        if let server { return try await server.value }
        let start = Task { [account] in
            var fleet = FalconFleetSettings()
            fleet.devices = 3
            return try await SimulatorServer.start(FalconSimulator(fleet, account)).url
        }
        server = start
        return try await start.value
    }

    /// An account with it as a person would enter it.
    func entry(_ name: String) async throws -> ConnectorSetup.Entry {
        ConnectorSetup.Entry(
            kind: "crowdstrike", name: name,
            settings: ["client_id": account.clientID, "base_url": try await url()],
            secrets: ["client_secret": account.clientSecret])
    }
}
