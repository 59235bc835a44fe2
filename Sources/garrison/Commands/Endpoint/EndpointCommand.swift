import ArgumentParser
import Domain
import Store

/// `garrison endpoint`: have something done to a machine.
struct EndpointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "endpoint", abstract: "Isolate, release and scan endpoints through their agents and EDRs.",
        discussion: """
            Each source of the endpoint that can do it is asked to, each at most once. What was decided is sent by \
            `garrison serve` or `garrison worker`.
            """,
        subcommands: [
            EndpointIsolateCommand.self, EndpointReleaseCommand.self, EndpointScanCommand.self,
            EndpointActionsCommand.self, EndpointCheckCommand.self,
        ])
}

/// Which endpoint a command is about.
struct EndpointOptions: ParsableArguments {
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var tenant: TenantOption
    @Argument(help: "The endpoint, by host name or id.") var endpoint: String

    func withEndpoint<Value>(
        _ body: (Store, Tenant, EndpointID) async throws -> Value
    ) async throws -> Value {
        try await database.withTenant(tenant) { store, tenant in
            if let id = EndpointID(endpoint) { return try await body(store, tenant, id) }
            let query = EndpointStore.Query(hostname: endpoint, limit: 2)
            let found = try await store.endpoints.list(query, tenant: tenant.id).items
            guard let first = found.first else {
                throw CommandError.problem("there is no endpoint “\(endpoint)”.")
            }
            return try await body(store, tenant, first.id)
        }
    }
}

/// What commands that act have in common.
struct ActionOptions: ParsableArguments {
    @OptionGroup var options: EndpointOptions
    @Option(help: "Why: for the trail and for the vendor.") var reason: String
    @Option(help: "The connector that is to do it, by name; as many as are to. All that can without this.")
    var source: [String] = []
    @Flag(help: "Wait for what comes of it. The exit code is 1 unless it is done.") var wait = false
    @Flag(help: "Print JSON.") var json = false

    func run(_ kind: ActionKind) async throws {
        let decision = try await options.withEndpoint { store, tenant, endpoint in
            let sources = try await sources(of: endpoint, store, tenant)
            let new = NewAction(endpoint: endpoint, kind: kind, reason: reason, sources: sources)
            var decision = try await store.actions.decide(
                new, tenant: tenant.id, by: Operator.principal(of: tenant))
            while wait, decision.status.isUnderWay {
                try await Task.sleep(for: .seconds(1))
                decision = try await store.actions.find(decision.id, tenant: tenant.id)
            }
            return decision
        }
        try ActionReport.print([decision], json: json)
        if wait, decision.status != .completed { throw ExitCode(1) }
    }

    private func sources(of endpoint: EndpointID, _ store: Store, _ tenant: Tenant) async throws -> Set<ConnectorID>? {
        guard !source.isEmpty else { return nil }
        var ids: Set<ConnectorID> = []
        for name in source { ids.insert(try await store.connectors.named(name, tenant: tenant.id).id) }
        return ids
    }
}

struct EndpointIsolateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "isolate", abstract: "Cut an endpoint off from the network.")
    @OptionGroup var options: ActionOptions
    func run() async throws { try await options.run(.isolate) }
}

struct EndpointReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Connect an isolated endpoint again.")
    @OptionGroup var options: ActionOptions
    func run() async throws { try await options.run(.release) }
}

struct EndpointScanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan", abstract: "Have an endpoint's antivirus look at all of it.")
    @OptionGroup var options: ActionOptions
    func run() async throws { try await options.run(.scan) }
}
