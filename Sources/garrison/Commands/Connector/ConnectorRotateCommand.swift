import API
import ArgumentParser
import Connectors
import Domain
import Identity
import Store

/// `garrison connector rotate`: new credentials for a stored account.
struct ConnectorRotateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Replace an account's credentials.",
        discussion: """
            They are asked for as `add` asks for them, tried first, and then sealed in place of the old ones: nobody is ever \
            shown either. What was read stays. With --set a setting that belongs to them changes with them.
            """)

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var tenant: TenantOption
    @Argument(help: "The connector's name; `garrison connector list` shows them.") var name: String
    @Option(name: .customLong("set"), help: "A setting that changes too, NAME=VALUE; without a value it is removed.")
    var settings: [ConnectorSetting] = []
    @Flag(help: "Do not try the credentials.") var untried = false

    func run() async throws {
        let box = try SecretBox(keyFile: database.configuration().secretKeyFile)
        try await database.withTenant(tenant) { store, tenant in
            let account = try await store.connectors.named(name, tenant: tenant.id)
            let access = try await store.connectors.access(account.id, tenant: tenant.id)
            let kind = try StoredConnectors.kind(access)
            let entered = try EnteredConnector(kind, settings, over: access.settings)
            if !untried { try await entered.test(kind) }
            let sealed = try SealedSecrets.seal(entered.secrets, account.id, tenant.id, box)
            try await store.connectors.replace(
                account.id, settings: entered.settings, sealedSecrets: sealed, tenant: tenant.id,
                by: Operator.principal(of: tenant))
        }
    }
}
