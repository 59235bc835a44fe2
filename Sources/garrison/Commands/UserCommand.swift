import ArgumentParser
import Domain
import Identity
import Store

/// `garrison user`: the people who sign in.
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Create, list and disable users, set passwords.",
        discussion: """
            Passwords are asked for, or read as one line from standard input; never from the command line, which \
            every user of the machine can read. They have at least \(PasswordHash.minimumLength) characters.
            """,
        subcommands: [Create.self, List.self, Disable.self, Password.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a user and print its id; the password is read from standard input or asked for.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var tenant: TenantOption
        @Option(help: "admin, analyst or viewer.") var role: Role
        @Flag(help: "Print the user as JSON.") var json = false
        @Argument(help: "The e-mail address to sign in with.") var email: String

        func run() async throws {
            let user = try await database.withTenant(tenant) { store, tenant in
                let hash = try PasswordHash(password: try PasswordPrompt.read())
                return try await store.users.create(
                    email: email, role: role, passwordHash: hash.encoded, tenant: tenant.id,
                    by: Operator.principal(of: tenant))
            }
            if json { return try Console.printJSON(user) }
            Console.print(user.id.description)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List a tenant's users; disabled ones are left out.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var tenant: TenantOption
        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let users = try await database.withTenant(tenant) { try await $0.users.list(tenant: $1.id) }
            if json { return try Console.printJSON(users) }
            if users.isEmpty { return Console.note("There is no user yet: garrison user create --help") }
            let rows = users.map { [$0.id.description, Moment.day($0.createdAt), $0.role.rawValue, $0.email] }
            Console.print(Columns.text(["ID", "CREATED", "ROLE", "E-MAIL"], rows))
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a user's access, sessions included; what they did stays attributed to them.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var tenant: TenantOption
        @Argument(help: "The e-mail address.") var email: String

        func run() async throws {
            try await database.withTenant(tenant) { store, tenant in
                let user = try await store.users.named(email, in: tenant)
                try await store.users.disable(user.id, tenant: tenant.id, by: Operator.principal(of: tenant))
                Console.note("Disabled \(user.email).")
            }
        }
    }

    struct Password: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set a user's password, read from standard input or asked for.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var tenant: TenantOption
        @Argument(help: "The e-mail address.") var email: String

        func run() async throws {
            try await database.withTenant(tenant) { store, tenant in
                let user = try await store.users.named(email, in: tenant)
                let hash = try PasswordHash(password: try PasswordPrompt.read())
                try await store.users.setPassword(
                    hash: hash.encoded, email: user.email, tenant: tenant.id, by: Operator.principal(of: tenant))
                Console.note("Set the password of \(user.email).")
            }
        }
    }
}

extension UserStore {
    /// - Throws: `CommandError.unknownUser`, with the address that may be meant.
    fileprivate func named(_ email: String, in tenant: Tenant) async throws -> User {
        let users = try await list(tenant: tenant.id)
        if let user = users.first(where: { $0.email == email.lowercased() }) { return user }
        throw CommandError.unknownUser(
            email, tenant: tenant.name, suggestion: Suggestion.closest(to: email, among: users.map(\.email)))
    }
}
