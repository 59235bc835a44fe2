import ArgumentParser
import Domain
import Inventories
import Store

/// `garrison import`: inventories into the database.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import inventories: of this program, package managers, SBOMs, osquery, EDRs; - is standard input.",
        discussion: """
            Tells the format by content: \(InventoryFormat.allCases.map(\.rawValue).joined(separator: ", ")). Package \
            lists need --distro, and --hostname where they do not name their host.

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
    @Option(help: "What the file is, where its content does not tell.") var inputFormat: InventoryFormat?
    @Option(help: "The system that the packages belong to, debian:12.") var distro: String?
    @Option(help: "The host's name, where the file does not tell it.") var hostname: String?
    @Option(help: "Of Windows, where the file does not tell it: “Server Core”.") var installationType: String?
    @Argument(help: "The file, or -.") var file: String

    func run() async throws {
        let source = try InventoryInput(path: file)
        let format = try inputFormat ?? InventoryFormat.detect(source.beginning())
        let input = try strict ? source.rereadable() : source
        let outcome = try await database.withTenant(tenant) { store, tenant in
            var run = ImportRun(store: store, tenant: tenant.id)
            guard format == .inventory else { return try await run.write(documents(input, format)) }
            if strict, let refused = try Self.check(input) { return refused }
            return try await run.read(input.stream())
        }
        if json { try Console.printJSON(outcome) } else { outcome.print() }
        if outcome.rejectedCount > 0 { throw ExitCode(1) }
    }

    /// All hosts of a document that is read as a whole.
    private func documents(_ input: InventoryInput, _ format: InventoryFormat?) throws -> [Inventory] {
        let hints = HostHints(
            system: distro.flatMap(Distribution.operatingSystem), hostname: hostname, installationType: installationType
        )
        let bytes = try input.whole(limit: DocumentLimits.standard.documentBytes)
        return try InventoryDocuments.read(bytes, format: format, hints: hints)
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
