import ArgumentParser
import Simulators

struct SentinelOneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sentinelone", abstract: "SentinelOne.",
        discussion: """
            Prints its address and the API token, then serves until it is interrupted. Point a connector's base_url \
            at it.
            """)

    @Option(help: "The port to listen on, on this machine only; 0 for a free one.")
    var port = 8802

    @OptionGroup var fleet: FleetOptions

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port must be between 0 and 65535.") }
    }

    func run() async throws {
        var settings = SentinelOneFleetSettings()
        settings.devices = fleet.devices
        settings.seed = fleet.seed
        var account = SentinelOneAccount()
        account.visibilityDelay = min(1, fleet.actionDelay)
        account.actionDelay = fleet.actionDelay
        let simulator = SentinelOneSimulator(settings, account, fleet.faults ? .rough : .none)
        let server = try await SimulatorServer.start(simulator, port: port)
        Announcement.tell(["base_url": server.url, "api_token": account.token])
        try await server.wait()
    }
}
