import ArgumentParser
import Domain
import Store

/// `garrison agent ask`: has an agent do something.
struct AgentAskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask", abstract: "Ask an agent to scan, isolate or release its machine, or to probe a network.",
        discussion: "It is done when the agent asks for work next, which it does all the time.")

    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case scan, isolate, release, probe
    }

    @OptionGroup var agent: ChosenAgent
    @Argument(help: "scan, isolate, release or probe.") var kind: Kind
    @Option(help: "The network to probe: 10.0.0.0/24.") var network: String?
    @Option(help: "Ports that are tried, separated by commas.") var ports: String?
    @Option(help: "Connections a second.") var perSecond: Int?

    func validate() throws {
        if (kind == .probe) != (network != nil) {
            throw ValidationError("probe takes --network, and nothing else does")
        }
    }

    func run() async throws {
        var arguments: [String: String] = [:]
        arguments["network"] = network
        arguments["ports"] = ports
        arguments["per_second"] = perSecond.map(String.init)
        let (kind, ready) = (kind.rawValue, arguments)
        try await agent.with { store, tenant, id in
            let task = try await store.agents.ask(
                id, kind, ready, tenant: tenant.id, by: Operator.principal(of: tenant))
            Console.print(task.description)
        }
    }
}

/// Which agent a command is about.
struct ChosenAgent: ParsableArguments {
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var tenant: TenantOption
    @Argument(help: "The agent: its id, or its machine's hostname.") var agent: String

    func with(_ body: (Store, Tenant, AgentID) async throws -> Void) async throws {
        try await database.withTenant(tenant) { store, tenant in
            if let id = AgentID(agent) { return try await body(store, tenant, id) }
            let named = try await store.agents.list(tenant: tenant.id).filter { $0.hostname == agent }
            guard named.count == 1 else {
                throw CommandError.problem(
                    named.isEmpty
                        ? "there is no agent “\(agent)”; `garrison agent list` shows them."
                        : "several agents are on machines called “\(agent)”; name one by its id.")
            }
            try await body(store, tenant, named[0].id)
        }
    }
}
