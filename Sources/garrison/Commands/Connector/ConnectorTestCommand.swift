import ArgumentParser
import Domain

/// `garrison connector test`: whether a stored account's credentials still work.
struct ConnectorTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Try a stored account's credentials, and say which permissions are missing.")

    @OptionGroup var options: ConnectorAccountOptions
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let checks = try await options.withConnector { _, _, _, connector in try await connector.check() }
        try AccessReport.print(checks, json: json)
    }
}
