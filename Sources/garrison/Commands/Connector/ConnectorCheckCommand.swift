import ArgumentParser
import Domain

/// `garrison connector check`: whether credentials work, and what they lack.
struct ConnectorCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Try credentials, and say which permissions are missing.",
        discussion: "Changes nothing at the vendor. The exit code is 1 when something is missing.")

    @OptionGroup var options: ConnectorOptions
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let checks = try await options.withConnector { try await $0.check() }
        try AccessReport.print(checks, json: json)
    }
}

/// Permissions and whether they are there.
enum AccessReport {
    /// - Throws: `ExitCode` 1 when something is missing.
    static func print(_ checks: [AccessCheck], json: Bool) throws {
        if json {
            try Console.printJSON(checks)
        } else {
            for check in checks {
                Console.print("\(check.isGranted ? "ok     " : "missing")  \(check.permission)")
                if let problem = check.problem { Console.print("         \(problem) \(check.purpose)") }
            }
        }
        if !checks.allSatisfy(\.isGranted) { throw ExitCode(1) }
    }
}
