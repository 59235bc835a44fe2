import ArgumentParser
import Domain
import Inventories
import Store

/// `garrison import`: inventories into the database.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import inventories: one JSON object, or NDJSON; - reads standard input.",
        discussion: """
            Reads what `garrison collect` prints, of any number of hosts, in the memory of a few hundred. A batch is \
            written in one transaction, and the same inventory again changes nothing, so an import that was cut off \
            is simply repeated.

            Every valid inventory is imported. One that is not is told with its line and the reason, and the exit \
            code is 1. With --strict nothing is written unless every one is valid.
            """)

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var tenant: TenantOption
    @Flag(help: "All or nothing: check everything before anything is written.") var strict = false
    @Flag(help: "Print the outcome as JSON.") var json = false
    @Argument(help: "The file, or -.") var file: String

    func run() async throws {
        let source = try InventoryInput(path: file)
        let input = try strict ? source.rereadable() : source
        let outcome = try await database.withTenant(tenant) { store, tenant in
            if strict, let refused = try Self.check(input) { return refused }
            var run = ImportRun(store: store, tenant: tenant.id)
            return try await run.read(input.stream())
        }
        if json { try Console.printJSON(outcome) } else { outcome.print() }
        if outcome.rejectedCount > 0 { throw ExitCode(1) }
    }

    /// Nil when every document is valid.
    private static func check(_ input: InventoryInput) throws -> ImportOutcome? {
        var outcome = ImportOutcome()
        var stream = input.stream()
        while let document = try stream.nextDocument() {
            if case .failure(let refused) = document { outcome.reject(refused) }
        }
        return outcome.rejectedCount > 0 ? outcome : nil
    }
}
