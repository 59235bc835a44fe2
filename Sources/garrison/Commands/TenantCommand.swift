import ArgumentParser
import Domain
import Store

/// `garrison tenant`: the customers of this installation.
struct TenantCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenant", abstract: "Create, list and delete tenants.",
        discussion: "A tenant is a customer: its endpoints, findings, users and tokens are nobody else's.",
        subcommands: [Create.self, List.self, Delete.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Create a tenant and print its id.")

        @OptionGroup var database: DatabaseOptions
        @Flag(help: "Print the tenant as JSON.") var json = false
        @Argument(help: "Its name, 1 to 100 characters, unique.") var name: String

        func run() async throws {
            let tenant = try await database.withStore { try await $0.tenants.create(name: name, by: Operator.name) }
            if json { return try Console.printJSON(tenant) }
            Console.print(tenant.id.description)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the tenants.")

        @OptionGroup var database: DatabaseOptions
        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let tenants = try await database.withStore { try await $0.tenants.list() }
            if json { return try Console.printJSON(tenants) }
            if tenants.isEmpty { return Console.note("There is no tenant yet: garrison tenant create NAME") }
            Console.print(
                Columns.text(
                    ["ID", "CREATED", "NAME"], tenants.map { [$0.id.description, Moment.day($0.createdAt), $0.name] }))
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a tenant and everything of it, for good.",
            discussion: "Without --yes it only says what would go, with exit code 1.")

        @OptionGroup var database: DatabaseOptions
        @Argument(help: "Name or id.") var name: String
        @Flag(help: "Do it; without this, only say what would go.") var yes = false

        func run() async throws {
            try await database.withStore { store in
                let tenant = try await store.tenants.named(name)
                guard yes else {
                    let endpoints = try await store.endpoints.list(.init(limit: 1), tenant: tenant.id).total
                    throw CommandError.problem(
                        "this deletes tenant “\(tenant.name)” with \(endpoints) endpoint(s) for good; repeat with --yes."
                    )
                }
                try await store.tenants.delete(tenant.id)
                Console.note("Deleted tenant “\(tenant.name)”.")
            }
        }
    }
}
