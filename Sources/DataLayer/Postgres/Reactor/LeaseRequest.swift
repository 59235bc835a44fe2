/// A task's wait for a connection of its own.
///
/// `@unchecked Sendable`: `continuation` is set once before the request is posted, and the mailbox's
/// lock orders that before the reactor's use; the rest belongs to the reactor's thread.
final class LeaseRequest: @unchecked Sendable {
    typealias Answer = Result<SessionID, PostgresError>

    private var continuation: CheckedContinuation<Answer, Never>?
    private(set) var isFinished = false
    /// The pool has it. A withdrawal that comes before has nothing to answer yet.
    var isQueued = false
    var deadline = Moment.never

    nonisolated(nonsending) func answer(
        post: (LeaseRequest) -> Bool, withdraw: @escaping @Sendable (LeaseRequest) -> Void
    ) async throws(PostgresError) -> SessionID {
        let answer: Answer = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                self.continuation = continuation
                if !post(self) { finish(.failure(PostgresError(.closed))) }
                // A handler that ran before the post was not heeded.
                if Task.isCancelled { withdraw(self) }
            }
        } onCancel: {
            withdraw(self)
        }
        return try answer.get()
    }

    func finish(_ answer: Answer) {
        isFinished = true
        continuation?.resume(returning: answer)
        continuation = nil
    }
}
