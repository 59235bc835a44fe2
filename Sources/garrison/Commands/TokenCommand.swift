import ArgumentParser
import Domain
import FoundationEssentials
import Identity
import Store

/// `garrison token`: API tokens.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Create, list and revoke API tokens.",
        discussion: "A token belongs to one tenant and one role: `Authorization: Bearer TOKEN`.",
        subcommands: [Create.self, List.self, Revoke.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a token and print it, alone: it is shown only now.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var tenant: TenantOption
        @Option(help: "admin, analyst or viewer.") var role: Role
        @Option(help: "push: good for reporting in and nothing else. Without, for all that its role may.")
        var scope: TokenScope?
        @Option(help: "What it is for; shown in lists and in the audit trail.") var name = "command line"
        @Option(help: "Days until it expires; without, it does not.") var days: Int?

        func validate() throws {
            if let days, !(1...36_500).contains(days) { throw ValidationError("--days must be 1 to 36500") }
            if scope == .push, role < .analyst {
                throw ValidationError("--scope push needs --role analyst, which may report in")
            }
            if name.isEmpty || name.count > 100 { throw ValidationError("--name must have 1 to 100 characters") }
        }

        func run() async throws {
            let token = try await database.withTenant(tenant) { store, tenant in
                let token = AccessToken.make(for: tenant.id)
                try await store.tokens.create(
                    name: name, role: role, scope: scope, hash: token.digest,
                    expiresAt: days.map { Date(timeIntervalSinceNow: Double($0) * 86_400) }, tenant: tenant.id,
                    by: Operator.principal(of: tenant))
                return token
            }
            Console.print(token.text)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List a tenant's tokens; never the secrets.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var tenant: TenantOption
        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let tokens = try await database.withTenant(tenant) { try await $0.tokens.list(tenant: $1.id) }
            if json { return try Console.printJSON(tokens.map(Item.init)) }
            if tokens.isEmpty { return Console.note("There is no token yet: garrison token create --help") }
            let rows = tokens.map { token in
                [
                    token.id.description, token.role.rawValue + (token.scope.map { ":\($0.rawValue)" } ?? ""),
                    Moment.day(token.createdAt),
                    token.expiresAt.map(Moment.day) ?? "never", token.lastUsedAt.map(Moment.day) ?? "never", token.name,
                ]
            }
            Console.print(Columns.text(["ID", "ROLE", "CREATED", "EXPIRES", "LAST USED", "NAME"], rows))
        }

        private struct Item: Encodable {
            let id: TokenID
            let name: String
            let role: Role
            let createdAt: Date
            let expiresAt: Date?
            let lastUsedAt: Date?
            let scope: TokenScope?

            init(_ token: TokenStore.Summary) {
                id = token.id
                name = token.name
                role = token.role
                createdAt = token.createdAt
                expiresAt = token.expiresAt
                lastUsedAt = token.lastUsedAt
                scope = token.scope
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Revoke a token at once.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var tenant: TenantOption
        @Argument(help: "The token's id, from `token list`.") var id: String

        func validate() throws {
            if TokenID(id) == nil { throw ValidationError("“\(id)” is not a token's id, which `token list` shows") }
        }

        func run() async throws {
            guard let id = TokenID(id) else { return }
            try await database.withTenant(tenant) { store, tenant in
                try await store.tokens.revoke(id, tenant: tenant.id, by: Operator.principal(of: tenant))
                Console.note("Revoked \(id).")
            }
        }
    }
}
