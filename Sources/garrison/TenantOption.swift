import ArgumentParser
import Domain
import Store

/// `--tenant NAME`, by name or id.
struct TenantOption: ParsableArguments {
    @Option(help: "The tenant, by name or id.")
    var tenant: String

    /// - Throws: `CommandError.unknownTenant`.
    func find(in store: Store) async throws -> Tenant { try await store.tenants.named(tenant) }
}

extension TenantStore {
    /// - Throws: `CommandError.unknownTenant`, with the name that may be meant.
    func named(_ nameOrID: String) async throws -> Tenant {
        if let found = try await find(nameOrID) { return found }
        let names = try await list().map(\.name)
        throw CommandError.unknownTenant(nameOrID, suggestion: Suggestion.closest(to: nameOrID, among: names))
    }
}

extension DatabaseOptions {
    /// Connects, finds the tenant, runs `body` and disconnects.
    func withTenant<Answer>(
        _ option: TenantOption, _ body: (Store, Tenant) async throws -> Answer
    ) async throws -> Answer {
        try await withStore { store in try await body(store, try await option.find(in: store)) }
    }
}

extension Role: ExpressibleByArgument {}
extension TokenScope: ExpressibleByArgument {}
