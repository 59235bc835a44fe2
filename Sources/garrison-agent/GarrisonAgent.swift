import AgentRuntime
import ArgumentParser
import Domain
import Glibc

/// The agent alone: what `garrison agent` runs, without a database client and a server in it.
@main
struct GarrisonAgent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "garrison-agent", abstract: "Reports this machine to a Garrison server and does what it asks for.",
        version: AgentBuild.version,
        subcommands: [AgentEnrolCommand.self, AgentRunCommand.self, AgentUninstallCommand.self])

    /// Exit codes: 0 done, 1 failed, 2 wrong usage.
    static func main() async {
        SmallHeap.prepare()
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as any UserFacingError {
            let line = Array("garrison-agent: \(failure.message)\n".utf8)
            _ = Glibc.write(2, line, line.count)
            Glibc.exit(1)
        } catch {
            let code: Int32 = exitCode(for: error) == .validationFailure ? 2 : exitCode(for: error).rawValue
            let line = Array((fullMessage(for: error) + "\n").utf8)
            _ = Glibc.write(code == 0 ? 1 : 2, line, line.count)
            Glibc.exit(code)
        }
    }
}
