import ArgumentParser
import FoundationEssentials
import Store

/// `garrison audit`: the trail of changes.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Show and verify the audit trail.",
        discussion: """
            Every change by a person or a token is an entry that nobody can change; each holds a hash of the one before.
            """,
        subcommands: [List.self, Verify.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a tenant's latest changes, the newest first.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var tenant: TenantOption
        @Option(help: "How many.") var limit = 50
        @Option(help: "Only entries before this number.") var before: Int?
        @Flag(help: "Print JSON.") var json = false

        func validate() throws {
            if !(1...10_000).contains(limit) { throw ValidationError("--limit must be 1 to 10000") }
        }

        func run() async throws {
            let events = try await database.withTenant(tenant) { store, tenant in
                try await store.audit.list(
                    AuditStore.Query(limit: limit, cursor: before.map(String.init)), tenant: tenant.id
                ).items
            }
            if json { return try Console.printJSON(events.map(Item.init)) }
            if events.isEmpty { return Console.note("Nothing has been changed yet.") }
            let rows = events.map { ["\($0.sequence)", Moment.second($0.at), $0.action, $0.object, $0.actor] }
            Console.print(Columns.text(["NUMBER", "AT", "ACTION", "OBJECT", "BY"], rows))
        }

        private struct Item: Encodable {
            let sequence: Int
            let at: Date
            let actor: String
            let action: String
            let object: String

            init(_ event: AuditStore.Event) {
                sequence = event.sequence
                at = event.at
                actor = event.actor
                action = event.action
                object = event.object
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Recompute the hash chain of a tenant's audit trail; exit code 1 where it is broken.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var tenant: TenantOption
        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let (name, broken) = try await database.withTenant(tenant) { store, tenant in
                (tenant.name, try await store.audit.firstBrokenEntry(tenant: tenant.id))
            }
            if json { try Console.printJSON(Result(tenant: name, intact: broken == nil, firstBrokenEntry: broken)) }
            if let broken {
                throw CommandError.problem(
                    "the audit trail of “\(name)” is broken at entry \(broken): it was changed or removed.")
            }
            if !json { Console.print("The audit trail of “\(name)” is intact.") }
        }

        private struct Result: Encodable {
            let tenant: String
            let intact: Bool
            let firstBrokenEntry: Int?
        }
    }
}
