import ArgumentParser
import Domain
import Store

/// `garrison connector remove`: an account and all that it said.
struct ConnectorRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove an account, with its credentials and all that was read from it.")

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var tenant: TenantOption
    @Argument(help: "The connector's name.") var name: String

    func run() async throws {
        try await database.withTenant(tenant) { store, tenant in
            let account = try await store.connectors.named(name, tenant: tenant.id)
            try await store.connectors.remove(account.id, tenant: tenant.id, by: Operator.principal(of: tenant))
        }
    }
}
