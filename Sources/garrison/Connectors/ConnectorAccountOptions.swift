import API
import ArgumentParser
import Connectors
import Domain
import FoundationEssentials
import Identity
import Store

/// Which database, tenant and connector a command is about.
struct ConnectorAccountOptions: ParsableArguments {
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var tenant: TenantOption
    @Argument(help: "The connector's name; `garrison connector list` shows them.")
    var name: String

    /// Runs `body` with the account and its connector.
    func withConnector<Value>(
        _ body: (Store, Tenant, ConnectorAccount, any Connector) async throws -> Value
    ) async throws -> Value {
        let box = try SecretBox(keyFile: database.configuration().secretKeyFile)
        return try await database.withTenant(tenant) { store, tenant in
            let account = try await store.connectors.named(name, tenant: tenant.id)
            guard !account.isImplicit else {
                throw CommandError.problem("“\(account.name)” is not pulled: what it has was sent to Garrison.")
            }
            let access = try await store.connectors.access(account.id, tenant: tenant.id)
            return try await ConnectorNetwork.with { network in
                try await body(
                    store, tenant, account, try StoredConnectors.make(access, box, network, tenant: tenant.id))
            }
        }
    }
}

extension ConnectorNetwork {
    /// Runs `body` with connections that go through the environment's proxies and are closed afterwards.
    static func with<Value>(_ body: (ConnectorNetwork) async throws -> Value) async throws -> Value {
        try await with(try TransportSettings(environment: ProcessInfo.processInfo.environment), body)
    }
}
