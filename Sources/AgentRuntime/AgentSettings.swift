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
    /// How long another program may hold the package manager before a job gives up.
    public var lockWait: Duration = .seconds(600)
    /// How long a download may take, and an installation.
    public var downloadLimit: Duration = .seconds(6 * 3600)
    public var installLimit: Duration = .seconds(5400)
    /// How long a machine that was told to restart may take to go down.
    public var restartWait: Duration = .seconds(900)
    /// How long the outcome of a job waits for the inventory that shows it.
    public var inventoryWait: Duration = .seconds(120)
    /// Of package files for rollbacks.
    public var keptBytes: Int64 = 1 << 30
    public var version: String

    public init(version: String) { self.version = version }
}
