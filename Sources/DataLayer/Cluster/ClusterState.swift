/// What the private cluster is doing.
public enum ClusterState: Sendable, Equatable {
    case stopped
    /// initdb, once in the life of a data directory.
    case initialising
    case starting
    case running
    /// PostgreSQL has died and is started again; `attempt` counts from 1.
    case restarting(attempt: Int, reason: String)
    case stopping
}
