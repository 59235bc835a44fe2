import ArgumentParser
import Domain

/// `garrison doctor`: what is missing, and what to do about it.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check this installation and say what to do.",
        discussion: """
            Looks at the configuration, the program's files, PostgreSQL, the data directory, the secret key, the object \
            store, memory, the database (version, roles, schema, intelligence) and the address to listen at. Changes \
            nothing, but for a small file that it writes to the object store and removes again.

            Each line begins with ok, warning (works, but not well or not for long) or problem (does not work); what \
            to do stands under it. The exit code is 1 where there is a problem.
            """)

    @OptionGroup var database: DatabaseOptions
    @Option(help: "Address and port to check (environment: GARRISON_LISTEN).") var listen: String?
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let diagnosis = await diagnose()
        if json { try Console.printJSON(diagnosis) } else { Console.print(diagnosis.text) }
        if diagnosis.problems > 0 { throw ExitCode(1) }
    }

    private func diagnose() async -> Diagnosis {
        do {
            return await Diagnosis.make(try database.configuration(listen: listen))
        } catch {
            // Without a configuration nothing else means anything.
            return Diagnosis(checks: [.problem("configuration", error.message, "Correct the file.")])
        }
    }
}
