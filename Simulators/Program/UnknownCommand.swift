import ArgumentParser
import Simulators

struct UnknownCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unknown", abstract: "An EDR that nobody has heard of, for declarations of one's own.",
        discussion: """
            Prints its address, user and secret, then serves until it is interrupted. docs/generic-connector.md has \
            the declaration that reads it.
            """)

    @Option(help: "The port to listen on, on this machine only; 0 for a free one.")
    var port = 8804

    @OptionGroup var fleet: FleetOptions

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port must be between 0 and 65535.") }
    }

    func run() async throws {
        var settings = UnknownEDRSettings()
        settings.machines = fleet.devices
        settings.seed = fleet.seed
        settings.actionDelay = fleet.actionDelay
        let simulator = UnknownEDR(settings, fleet.faults ? .rough : .none)
        let server = try await SimulatorServer.start(simulator, port: port)
        Announcement.tell(["base_url": server.url, "user": settings.user, "secret": settings.secret])
        try await server.wait()
    }
}
