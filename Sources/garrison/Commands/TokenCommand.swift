import ArgumentParser
import Domain
import FoundationEssentials
import Identity
import Store

/// `garrison token`: API tokens.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Create, list and revoke API tokens.",
        subcommands: [Create.self, List.self, Revoke.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a token and print it, alone: it is shown only now.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var tenant: TenantOption
        @Option(help: "admin, analyst or viewer.") var role: Role
        @Option(help: "What it is for; shown in lists and in the audit trail.") var name = "command line"
        @Option(help: "Days until it expires.") var days: Int?

        func validate() throws {
            if let days, days < 1 { throw ValidationError("--days must be at least 1") }
        }

        func run() async throws {
            try await database.withStore { store in
                let tenant = try await tenant.find(in: store)
                let token = AccessToken.make(for: tenant.id)
                try await store.tokens.create(
                    name: name, role: role, hash: token.digest,
                    expiresAt: days.map { Date(timeIntervalSinceNow: Double($0) * 86_400) }, tenant: tenant.id)
                try await store.audit.record(
                    "token.create", object: name, detail: ["role": role.rawValue],
                    by: Principal(tenant: tenant.id, role: .admin, subject: .system, name: "command line"))
                Console.print(token.text)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List a tenant's tokens; never the secrets.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var tenant: TenantOption

        func run() async throws {
            let tokens = try await database.withStore { store in
                try await store.tokens.list(tenant: try await tenant.find(in: store).id)
            }
            for token in tokens { Console.print("\(token.id)  \(token.role.rawValue)  \(token.name)") }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Revoke a token at once.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var tenant: TenantOption
        @Argument(help: "The token's id, from `token list`.") var id: String

        func run() async throws {
            guard let id = TokenID(id) else { throw ValidationError("“\(id)” is not a token's id") }
            try await database.withStore { store in
                try await store.tokens.revoke(id, tenant: try await tenant.find(in: store).id)
            }
        }
    }
}
