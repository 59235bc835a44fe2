import ArgumentParser
import Domain

/// `garrison connector sync`: reads an account into the database.
struct ConnectorSyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Read what changed at a vendor into the database.",
        discussion: """
            A sync that was broken off goes on where it stopped. With --full everything is read, and what the vendor \
            does not list any more is removed. The exit code is 1 when a part could not be read.
            """)

    @OptionGroup var options: ConnectorAccountOptions
    @Flag(help: "Read everything, not only what changed.") var full = false

    func run() async throws {
        let outcomes = try await options.withConnector { store, tenant, account, connector in
            let sync = ConnectorSync(store: store, tenant: tenant.id, account: account, connector: connector)
            return try await sync.run(full ? .full : .changes) { _ in }
        }
        for outcome in outcomes {
            Console.print("\(outcome.stream.rawValue): \(outcome.records) read, \(outcome.quarantined) left out")
            if let problem = outcome.problem { Console.error(problem) }
        }
        if outcomes.contains(where: { $0.problem != nil }) { throw ExitCode(1) }
    }
}
