import ArgumentParser
import Domain
import Store

/// `--tenant NAME`, by name or id.
struct TenantOption: ParsableArguments {
    @Option(help: "The tenant, by name or id.")
    var tenant: String

    /// - Throws: `CommandError.unknownTenant`.
    func find(in store: Store) async throws -> Tenant {
        guard let found = try await store.tenants.find(tenant) else { throw CommandError.unknownTenant(tenant) }
        return found
    }
}

extension Role: ExpressibleByArgument {}
