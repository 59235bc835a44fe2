/// How an agent works; the standard is for production.
public struct AgentSettings: Sendable {
    /// How long the server may put off its answer when there is no work. It is the time between two heartbeats.
    public var poll: Duration = .seconds(50)
    /// How often the inventory is taken.
    public var inventory: Duration = .seconds(3600)
    /// The longest wait between two attempts to reach the server.
    public var longestBackoff: Duration = .seconds(300)
    /// Bytes of reports that wait on the disk.
    public var queueLimit = 16 << 20
    public var version: String

    public init(version: String) { self.version = version }
}
