import ArgumentParser
import Foundation
import Simulators

struct MicrosoftCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "microsoft", abstract: "Microsoft Defender for Endpoint and Intune.",
        discussion: """
            Prints its address, the directory's id and the application's id and secret, then serves until it is \
            interrupted. Point a connector's base_url at it.
            """)

    @Option(help: "The port to listen on, on this machine only; 0 for a free one.")
    var port = 8802

    @Option(help: "How many devices the fleet has.")
    var devices = 5_000

    @Option(help: "Equal seeds give equal fleets.")
    var seed: UInt64 = 1

    @Flag(help: "Expired tokens, 429, failures, broken answers and malformed records, at random.")
    var faults = false

    @Option(help: "Seconds until an action has come about.")
    var actionDelay = 20.0

    @Option(
        help: "A file with a certificate in PEM that the application has; a key to it is good instead of the secret.")
    var certificate: String?

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port must be between 0 and 65535.") }
        guard devices >= 0 else { throw ValidationError("--devices cannot be negative.") }
        guard actionDelay >= 0 else { throw ValidationError("--action-delay cannot be negative.") }
    }

    func run() async throws {
        var fleet = MicrosoftFleetSettings()
        fleet.devices = devices
        fleet.seed = seed
        var account = MicrosoftAccount()
        account.visibilityDelay = min(1, actionDelay)
        account.actionDelay = actionDelay
        if let certificate { account.certificate = try String(contentsOfFile: certificate, encoding: .utf8) }
        let simulator = MicrosoftSimulator(fleet, account, faults ? .rough : .none)
        let server = try await SimulatorServer.start(simulator, port: port)
        print("base_url       \(server.url)")
        print("tenant_id      \(account.tenantID)")
        print("client_id      \(account.clientID)")
        print("client_secret  \(account.clientSecret)")
        try await server.wait()
    }
}
