import ArgumentParser
import Domain
import Glibc

/// The command line: one subcommand a file in `Commands/`, registered here.
@main
struct Garrison: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "garrison",
        abstract: "Endpoint security for several tenants: inventory, vulnerabilities, risk.",
        version: Build.version,
        subcommands: [
            ServeCommand.self, DemoCommand.self, WorkerCommand.self, MigrateCommand.self, DoctorCommand.self,
            CollectCommand.self, AgentCommand.self, OsqueryCommand.self, DiscoverCommand.self, ImportCommand.self,
            ScanCommand.self, IntelCommand.self, ConnectorCommand.self,
            EndpointCommand.self, IncidentCommand.self, DeploymentCommand.self,
            TenantCommand.self, UserCommand.self, TokenCommand.self, AuditCommand.self, VEXCommand.self,
            PatchCommand.self,
            OutboxCommand.self,
            BackupCommand.self, RestoreCommand.self,
            CompareVersionsCommand.self, CVSSCommand.self, CPEMatchCommand.self, IdentifyCommand.self,
        ])

    /// Exit codes: 0 done, 1 found a problem or failed, 2 wrong usage.
    static func main() async {
        // A reader that closes early (`garrison scan | head`) is not a crash.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as any UserFacingError {
            Console.error(failure.message)
            Glibc.exit(1)
        } catch let code as ExitCode {
            Glibc.exit(code.rawValue)
        } catch {
            finish(error)
        }
    }

    private static func finish(_ error: any Error) -> Never {
        switch exitCode(for: error) {
        case .success:
            print(fullMessage(for: error))
            Glibc.exit(0)
        case .validationFailure:
            Console.write(fullMessage(for: error) + "\n", to: .error)
            Glibc.exit(2)
        default:
            Console.error(message(for: error))
            Glibc.exit(1)
        }
    }
}
