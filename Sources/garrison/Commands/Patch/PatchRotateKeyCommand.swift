import API
import ArgumentParser
import Domain
import Store

/// `garrison patch rotate-key`: another key for orders to agents.
struct PatchRotateKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-key", abstract: "Replace the key that a tenant's orders to agents are signed with.",
        discussion: """
            The present key signs that the new one takes its place: agents believe it when they next ask for work, those that \
            were away included.
            """)

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var tenant: TenantOption

    func run() async throws {
        let secrets = SecretKey(try database.configuration())
        let key = try await database.withTenant(tenant) { store, tenant in
            try await PatchKeys(store: store) { try secrets.box() }.rotate(by: Operator.principal(of: tenant))
        }
        Console.print(key.id)
    }
}
