import ArgumentParser
import Store

/// `garrison audit`: the trail of changes.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Verify the audit trail.", subcommands: [Verify.self])

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Recompute the hash chain of a tenant's audit trail; exit code 1 where it is broken.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var tenant: TenantOption

        func run() async throws {
            try await database.withStore { store in
                let tenant = try await tenant.find(in: store)
                if let broken = try await store.audit.firstBrokenEntry(tenant: tenant.id) {
                    throw CommandError.problem(
                        "the audit trail of “\(tenant.name)” is broken at entry \(broken): it was changed or removed")
                }
                Console.print("The audit trail of “\(tenant.name)” is intact.")
            }
        }
    }
}
