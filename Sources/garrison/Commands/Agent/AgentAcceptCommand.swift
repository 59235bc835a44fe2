import ArgumentParser
import Store

/// `garrison agent accept`: an agent in quarantine is believed again.
struct AgentAcceptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Believe an agent in quarantine again: the machine that reports next is meant."
    )

    @OptionGroup var agent: ChosenAgent

    func run() async throws {
        try await agent.with { store, tenant, id in
            try await store.agents.accept(id, tenant: tenant.id, by: Operator.principal(of: tenant))
            Console.note("Accepted \(id).")
        }
    }
}
