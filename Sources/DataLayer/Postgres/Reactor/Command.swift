/// What other threads ask of the reactor.
enum Command: Sendable {
    /// Runs a one-shot job on any shared connection.
    case run(Job)
    /// The task behind a job was cancelled.
    case cancel(Job)
    case lease(LeaseRequest)
    /// The waiting task was cancelled.
    case withdraw(LeaseRequest)
    case release(SessionID)
    /// Runs a job on a leased connection.
    case runLeased(SessionID, Job)
    case copy(SessionID, CopyTask)
    /// A producer has data, or a consumer has room, where there was none before.
    case resumeCopy(SessionID)
    case cancelCopy(SessionID, CopyTask)
    case opened(Purpose, Result<OpenedConnection, PostgresError>)
    /// A PQcancel call has returned.
    case cancelDelivered(SessionID)
    case subscribe(Subscription)
    case unsubscribe(Subscription)
    /// Finish what was accepted, then end.
    case close
}

/// The identity of an open connection; never used twice, so a late command finds nothing.
typealias SessionID = UInt64

/// What a connection was opened for.
enum Purpose: Sendable, Hashable {
    case shared(slot: Int)
    case leased
    case notifications
}
