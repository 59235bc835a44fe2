import ArgumentParser

/// Where the agent keeps its state.
public struct AgentFolderOption: ParsableArguments {
    @Option(help: "The agent's folder. Default: \(StateFolder.standard).")
    var state = StateFolder.standard

    public init() {}

    var folder: StateFolder { StateFolder(state) }
}
