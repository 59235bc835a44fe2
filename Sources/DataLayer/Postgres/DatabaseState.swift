/// How the connections are doing, for `/readyz`, `/metrics` and logs.
public struct DatabaseState: Sendable, Hashable {
    /// Connections ready for one-shot statements.
    public internal(set) var ready = 0
    /// Connections lent to transactions.
    public internal(set) var leased = 0
    /// Times a connection was lost since the start.
    public internal(set) var lost = 0
    /// Why the last attempt to connect failed; nil after a success.
    public internal(set) var lastFailure: PostgresError?
    public internal(set) var isClosed = false

    /// Statements can be run now.
    public var isHealthy: Bool { ready > 0 && !isClosed }
}
