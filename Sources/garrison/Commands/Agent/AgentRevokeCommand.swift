import ArgumentParser
import Store

/// `garrison agent revoke`: an agent's key is good for nothing from now on.
struct AgentRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Refuse an agent's requests from now on. What it has reported stays.")

    @OptionGroup var agent: ChosenAgent

    func run() async throws {
        try await agent.with { store, tenant, id in
            try await store.agents.revoke(id, tenant: tenant.id, by: Operator.principal(of: tenant))
            Console.note("Revoked \(id).")
        }
    }
}
