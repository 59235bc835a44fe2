import Synchronization

/// Where the reactor writes how it is doing and any thread reads it.
final class StateBoard: Sendable {
    private let state = Mutex(DatabaseState())
    /// Fulfilled by the first connection, or by the first failure to get one.
    let start = OneShot<Result<Void, PostgresError>>()
    let end = OneShot<Void>()

    var current: DatabaseState { state.withLock { $0 } }

    func update(_ change: (inout DatabaseState) -> Void) { state.withLock { change(&$0) } }
}
