import ArgumentParser
import Domain
import Store

/// `garrison tenant`: the customers of this installation.
struct TenantCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenant", abstract: "Create, list and delete tenants.",
        subcommands: [Create.self, List.self, Delete.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Create a tenant and print its id.")

        @OptionGroup var database: DatabaseOptions
        @Argument var name: String

        func run() async throws {
            let tenant = try await database.withStore { try await $0.tenants.create(name: name) }
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
            if tenants.isEmpty { Console.note("There is no tenant yet: garrison tenant create NAME") }
            for tenant in tenants { Console.print("\(tenant.id)  \(tenant.name)") }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a tenant and everything of it.")

        @OptionGroup var database: DatabaseOptions
        @Argument(help: "Name or id.") var name: String
        @Flag(help: "Do it; without this, only say what would go.") var yes = false

        func run() async throws {
            try await database.withStore { store in
                guard let tenant = try await store.tenants.find(name) else { throw CommandError.unknownTenant(name) }
                guard yes else {
                    let endpoints = try await store.endpoints.list(.init(limit: 1), tenant: tenant.id).total
                    throw CommandError.problem(
                        "this deletes tenant “\(tenant.name)” with \(endpoints) endpoint(s) for good; repeat with --yes"
                    )
                }
                try await store.tenants.delete(tenant.id)
                Console.note("Deleted tenant “\(tenant.name)”.")
            }
        }
    }
}
