import ArgumentParser
import Domain
import FoundationEssentials
import Inventories
import Store

/// `garrison import`: inventories into the database.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import inventories: one JSON object, or NDJSON; - reads standard input.")

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var tenant: TenantOption
    @Flag(help: "Print the outcome as JSON.") var json = false
    @Argument(help: "The file, or -.") var file: String

    func run() async throws {
        // Everything is read and checked before anything is written.
        let inventories = try InventoryReader.all(try contents(of: file))
        guard !inventories.isEmpty else { throw CommandError.problem("\(file) holds no inventory") }
        let outcome = try await database.withStore { store in
            let tenant = try await tenant.find(in: store)
            var outcome = InventoryStore.Outcome()
            for start in stride(from: 0, to: inventories.count, by: 500) {
                let batch = inventories[start..<min(start + 500, inventories.count)]
                outcome.add(try await store.inventories.ingest(Array(batch), tenant: tenant.id))
                Progress.show("importing", done: outcome.endpoints.count, of: inventories.count)
            }
            _ = try await store.jobs.enqueue(.scan, tenant: tenant.id)
            return outcome
        }
        if json {
            return try Console.printJSON([
                "endpoints": outcome.endpoints.count, "created": outcome.created, "packages": outcome.packages,
            ])
        }
        Console.print(
            "\(outcome.endpoints.count) endpoint(s), \(outcome.created) of them new, \(outcome.packages) packages")
    }
}
