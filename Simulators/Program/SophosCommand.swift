import ArgumentParser
import Simulators

struct SophosCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sophos", abstract: "Sophos Central.",
        discussion: """
            Prints its address and the API credential, then serves until it is interrupted. Point a connector's \
            base_url and auth_url at it.
            """)

    @Option(help: "The port to listen on, on this machine only; 0 for a free one.")
    var port = 8803

    @Option(help: "Tenants of a partner; with 1 the account is a tenant itself.")
    var tenants = 1

    @OptionGroup var fleet: FleetOptions

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port must be between 0 and 65535.") }
        guard (1...1_000).contains(tenants) else { throw ValidationError("--tenants must be between 1 and 1000.") }
    }

    func run() async throws {
        var settings = SophosFleetSettings()
        settings.devices = fleet.devices / tenants
        settings.seed = fleet.seed
        var account = SophosAccount()
        account.kind = tenants > 1 ? .partner : .tenant
        account.tenants = tenants
        account.visibilityDelay = min(1, fleet.actionDelay)
        account.actionDelay = fleet.actionDelay
        let simulator = SophosSimulator(settings, account, fleet.faults ? .rough : .none)
        let server = try await SimulatorServer.start(simulator, port: port)
        Announcement.tell([
            "base_url": server.url, "auth_url": server.url, "client_id": account.clientID,
            "client_secret": account.clientSecret,
        ])
        try await server.wait()
    }
}
