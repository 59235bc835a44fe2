import ArgumentParser
import Domain
import Store

/// `garrison migrate`: the database's schema, forward and back.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the schema to the newest migration, or with --to to any other.",
        discussion: "--to 0 removes everything. Each migration is one transaction.")

    @OptionGroup var database: DatabaseOptions
    @Option(help: "The migration to end at.") var to: Int?

    func run() async throws {
        let migrator = try Migrator(resources: try ResourceLocator.migrations())
        let steps = try await migrator.migrate(databaseURL: try database.url(), to: to) {
            Console.note("migrate: \($0)")
        }
        if steps == 0 { Console.note("migrate: nothing to do") }
    }
}
