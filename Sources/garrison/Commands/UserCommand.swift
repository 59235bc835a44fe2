import ArgumentParser
import Domain
import Glibc
import Identity
import Store

/// `garrison user`: the people who sign in.
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Create and list users, set passwords.",
        subcommands: [Create.self, List.self, Password.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a user; the password is read from standard input or asked for.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var tenant: TenantOption
        @Option(help: "admin, analyst or viewer.") var role: Role
        @Argument var email: String

        func run() async throws {
            let hash = try PasswordHash(password: try PasswordPrompt.read())
            try await database.withStore { store in
                let user = try await store.users.create(
                    email: email, role: role, passwordHash: hash.encoded, tenant: try await tenant.find(in: store).id)
                Console.print(user.id.description)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List a tenant's users.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var tenant: TenantOption
        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let users = try await database.withStore { store in
                try await store.users.list(tenant: try await tenant.find(in: store).id)
            }
            if json { return try Console.printJSON(users) }
            for user in users { Console.print("\(user.id)  \(user.role.rawValue)  \(user.email)") }
        }
    }

    struct Password: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set a user's password, read from standard input or asked for.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var tenant: TenantOption
        @Argument var email: String

        func run() async throws {
            let hash = try PasswordHash(password: try PasswordPrompt.read())
            try await database.withStore { store in
                try await store.users.setPassword(
                    hash: hash.encoded, email: email, tenant: try await tenant.find(in: store).id)
            }
        }
    }
}

/// Reads a password: without echo on a terminal, one line otherwise.
enum PasswordPrompt {
    static func read() throws -> String {
        guard isatty(STDIN_FILENO) == 1 else { return try line() }
        Console.write("Password: ", to: .error)
        var saved = termios()
        tcgetattr(STDIN_FILENO, &saved)
        var silent = saved
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSANOW, &silent)
        defer {
            tcsetattr(STDIN_FILENO, TCSANOW, &saved)
            Console.write("\n", to: .error)
        }
        return try line()
    }

    private static func line() throws(CommandError) -> String {
        guard let line = readLine(), !line.isEmpty else { throw .problem("no password was given on standard input") }
        return line
    }
}
