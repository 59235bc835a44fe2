import API
import ArgumentParser
import Connectors
import Domain
import Identity
import Store

/// `garrison connector add`: an account at a vendor, for a tenant.
struct ConnectorAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a vendor's account to a tenant.",
        discussion: "The credentials are tried first, and then sealed: nobody is ever shown them again.")

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var tenant: TenantOption
    @OptionGroup var options: ConnectorOptions
    @Option(help: "What it is called; the vendor's name by default.") var name: String?
    @Flag(help: "Do not try the credentials.") var untried = false

    func run() async throws {
        let box = try SecretBox(keyFile: database.configuration().secretKeyFile)
        try await database.withTenant(tenant) { store, tenant in
            let entered = try options.entered()
            if untried { try await entered.make(options.kind) } else { try await entered.test(options.kind) }
            let id = ConnectorID.make()
            let sealed = try SealedSecrets.seal(entered.secrets, id, tenant.id, box)
            let connector = NewConnector(
                id: id, kind: options.kind.id, name: name ?? options.kind.id, settings: entered.settings,
                sealedSecrets: sealed)
            try await store.connectors.add(connector, tenant: tenant.id, by: Operator.principal(of: tenant))
            Console.print(id.description)
        }
    }
}
