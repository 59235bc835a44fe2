import ArgumentParser
import Simulators

/// Simulated vendors, for tests, demonstrations and development without licences.
@main
struct GarrisonSimulators: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "garrison-simulators", abstract: "Serve a security vendor's interface over a generated fleet.",
        subcommands: [
            CrowdStrikeCommand.self, MicrosoftCommand.self, SentinelOneCommand.self, SophosCommand.self,
            UnknownCommand.self,
        ])
}
