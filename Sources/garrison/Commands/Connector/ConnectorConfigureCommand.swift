import API
import ArgumentParser
import Connectors
import Domain
import Identity
import Store

/// `garrison connector configure`: other settings for a stored account.
struct ConnectorConfigureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "configure", abstract: "Change an account's settings, and leave its credentials.",
        discussion: """
            The account is tried with them first. An address changes only together with the credentials that are sent there: \
            garrison connector rotate --set base_url=…
            """)

    @OptionGroup var options: ConnectorAccountOptions
    @Option(
        name: .customLong("set"),
        help: "A setting, NAME=VALUE; without a value it is removed. As many as change.")
    var settings: [ConnectorSetting]
    @Flag(help: "Do not try the account.") var untried = false

    func run() async throws {
        let box = try SecretBox(keyFile: options.database.configuration().secretKeyFile)
        try await options.database.withTenant(options.tenant) { store, tenant in
            let account = try await store.connectors.named(options.name, tenant: tenant.id)
            let access = try await store.connectors.access(account.id, tenant: tenant.id)
            let kind = try StoredConnectors.kind(access)
            let changed = EnteredConnector.merged(
                try EnteredConnector.read(settings, kind), over: access.settings)
            if let field = kind.firstAddress(changedFrom: access.settings, to: changed) {
                throw CommandError.problem(
                    "\(field) says where the credentials are sent, so they are entered again with it: "
                        + "garrison connector rotate --tenant … \(options.name) --set \(field)=…")
            }
            let secrets = try SealedSecrets.open(access.sealedSecrets, account.id, tenant.id, box)
            let entered = EnteredConnector(settings: changed, secrets: secrets)
            if untried { try await entered.make(kind) } else { try await entered.test(kind) }
            try await store.connectors.replace(
                account.id, settings: changed, tenant: tenant.id, by: Operator.principal(of: tenant))
        }
    }
}
