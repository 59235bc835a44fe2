import AgentRuntime
import ArgumentParser

/// `garrison agent`: the agent on a machine, and the agents of a tenant.
struct AgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent", abstract: "The agent on this machine, and the agents that the server knows.",
        discussion: """
            On a machine: enrol, run, uninstall. The program garrison-agent is these three alone. On the server: token, \
            list, ask, accept, revoke.
            """,
        subcommands: [
            AgentEnrolCommand.self, AgentRunCommand.self, AgentUninstallCommand.self, AgentTokenCommand.self,
            AgentListCommand.self, AgentAskCommand.self, AgentAcceptCommand.self, AgentRevokeCommand.self,
        ])
}
