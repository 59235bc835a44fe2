import ArgumentParser
import Simulators

struct CrowdStrikeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crowdstrike", abstract: "CrowdStrike Falcon.",
        discussion: """
            Prints its address and the API client's id and secret, then serves until it is interrupted. Point a \
            connector's base_url at it.
            """)

    @Option(help: "The port to listen on, on this machine only; 0 for a free one.")
    var port = 8801

    @OptionGroup var fleet: FleetOptions

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port must be between 0 and 65535.") }
    }

    func run() async throws {
        var settings = FalconFleetSettings()
        settings.devices = fleet.devices
        settings.seed = fleet.seed
        var account = FalconAccount()
        account.visibilityDelay = min(1, fleet.actionDelay)
        account.actionDelay = fleet.actionDelay
        let simulator = FalconSimulator(settings, account, fleet.faults ? .rough : .none)
        let server = try await SimulatorServer.start(simulator, port: port)
        Announcement.tell([
            "base_url": server.url, "client_id": account.clientID, "client_secret": account.clientSecret,
        ])
        try await server.wait()
    }
}
