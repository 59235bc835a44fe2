import ArgumentParser
import Domain
import Store

/// `garrison connector quarantine`: records that could not be understood.
struct ConnectorQuarantineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine", abstract: "Records of an account that could not be understood, as they came.",
        discussion: """
            The newest first. With --replay a worker reads everything of the kinds they are of again: what the vendor has put \
            right, and what this version understands, leaves the quarantine; so does what the vendor lists no more.
            """)

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var tenant: TenantOption
    @Argument(help: "The connector's name; `garrison connector list` shows them.") var name: String
    @Option(help: "How many to print.") var limit = 100
    @Flag(help: "Have them read again.") var replay = false
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        guard 1...10_000 ~= limit else { throw ValidationError("--limit must be 1 to 10000.") }
    }

    func run() async throws {
        try await database.withTenant(tenant) { store, tenant in
            let id = try await store.connectors.named(name, tenant: tenant.id).id
            guard replay else { return try await list(store, tenant, id) }
            let streams = try await store.connectors.replay(
                id, tenant: tenant.id, by: Operator.principal(of: tenant))
            let names = streams.map(\.rawValue).joined(separator: ", ")
            Console.note(streams.isEmpty ? "Nothing is in quarantine." : "A worker reads again: \(names).")
        }
    }

    private func list(_ store: Store, _ tenant: Tenant, _ id: ConnectorID) async throws {
        let records = try await store.connectors.quarantine(id, limit: limit, tenant: tenant.id)
        if json { return try Console.printJSON(records) }
        for record in records {
            let place = record.field.isEmpty ? "" : "\(record.field) "
            Console.print(
                "\(record.stream.rawValue) \(record.sourceID ?? "without an id"): \(place)\(record.reason)\n  \(record.json)"
            )
        }
        if records.isEmpty { Console.note("Nothing is in quarantine.") }
    }
}
