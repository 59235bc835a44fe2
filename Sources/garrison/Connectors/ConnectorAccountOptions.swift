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
            guard let kind = ConnectorKind.named(account.kind) else {
                throw CommandError.problem("this version of garrison has no connector of the kind “\(account.kind)”.")
            }
            let sealed = try await store.connectors.sealedSecrets(account.id, tenant: tenant.id)
            let secrets = try SealedSecrets.open(sealed, account.id, tenant.id, box)
            let configuration = ConnectorConfiguration(settings: account.settings, secrets: secrets)
            return try await ConnectorNetwork.with { network in
                try await body(store, tenant, account, try kind.connector(configuration, network))
            }
        }
    }
}

/// Secrets of a connector as they are stored: JSON, sealed for its tenant and for it alone.
enum SealedSecrets {
    static func seal(
        _ secrets: [String: String], _ id: ConnectorID, _ tenant: TenantID, _ box: SecretBox
    ) throws -> [UInt8] {
        try box.seal(Array(try JSONEncoder().encode(secrets)), tenant: tenant, purpose: "connector.\(id)")
    }

    static func open(
        _ sealed: [UInt8], _ id: ConnectorID, _ tenant: TenantID, _ box: SecretBox
    ) throws -> [String: String] {
        let bytes = try box.open(sealed, tenant: tenant, purpose: "connector.\(id)")
        return try JSONDecoder().decode([String: String].self, from: Data(bytes))
    }
}

extension ConnectorNetwork {
    /// Runs `body` with connections that are closed afterwards.
    static func with<Value>(_ body: (ConnectorNetwork) async throws -> Value) async throws -> Value {
        let network = ConnectorNetwork()
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body(network))
        } catch {
            outcome = .failure(error)
        }
        try await network.close()
        return try outcome.get()
    }
}
