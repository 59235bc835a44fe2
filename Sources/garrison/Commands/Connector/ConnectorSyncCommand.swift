import ArgumentParser
import Domain
import Glibc
import Store

/// `garrison connector sync`: reads an account into the database.
struct ConnectorSyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Read what changed at a vendor into the database.",
        discussion: """
            `garrison serve` and `garrison worker` do so by themselves; see `garrison connector schedule`. A sync that was broken off goes on where it stopped. With --full everything is read, and what the vendor \
            does not list any more is removed. The exit code is 1 when a part could not be read.
            """)

    @OptionGroup var options: ConnectorAccountOptions
    @Flag(help: "Read everything, not only what changed.") var full = false

    func run() async throws {
        let outcomes = try await options.withConnector { store, tenant, account, connector in
            let turn = try await store.connectors.takeTurn(
                of: account.id, tenant: tenant.id, worker: "sync-\(getpid())")
            return try await turn.held(in: store) { [full] in
                try await ConnectorSync(store: store, turn: turn, connector: connector, isFull: full).run()
            }
        }
        for outcome in outcomes {
            let result = outcome.result
            Console.print("\(outcome.stream.rawValue): \(result.records) read, \(result.quarantined) left out")
            if let problem = result.problem { Console.error(problem) }
        }
        if outcomes.contains(where: { $0.problem != nil }) { throw ExitCode(1) }
    }
}
