import ArgumentParser

/// `garrison agent uninstall`: takes the agent off this machine.
public struct AgentUninstallCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "uninstall",
        abstract: "Lift isolation, have the server forget this machine's key, remove its state.",
        discussion: "Stop the agent first. What the server knows of the machine stays.")

    @OptionGroup var options: AgentFolderOption

    public init() {}

    public func run() async throws {
        let problem = try await Uninstall.run(options.folder)
        if let problem { print("The server could not be told: \(problem) Revoke the agent there.") }
        print("The agent's state is removed.")
    }
}
