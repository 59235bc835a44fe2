import Domain
import Synchronization

/// Statements that travel together: one round trip, one implicit transaction, one answer.
///
/// `@unchecked Sendable`: `steps`, `parameters` and `kind` never change. `continuation` is set once,
/// before the job is posted, and the mailbox's lock orders that before the reactor's reads. All other
/// variables belong to the reactor's thread.
final class Job: @unchecked Sendable {
    struct Step: Sendable {
        var sql: String
        var parameters: Range<Int>
        /// The caller does not want to see the result: the tenant setting.
        var isPrologue: Bool
    }

    enum Phase {
        /// The reactor has not seen it yet.
        case created
        case queued
        case inFlight(SessionID)
        case finished
    }

    typealias Answer = Result<[Rows], PostgresError>

    let steps: [Step]
    let parameters: ParameterBuffer
    /// Runs once or seldom: a name for its statements would only fill the cache.
    let isHousekeeping: Bool
    private let isCancelledFlag = Atomic(false)
    /// Unchecked, because a checked one costs an allocation; `finish` sees to it that it is resumed once.
    private var continuation: UnsafeContinuation<Answer, Never>?

    var phase = Phase.created
    var results: [Rows] = []
    var failure: PostgresError?
    /// A cached plan or statement name turned out stale: the job is sent again, once.
    var isStale = false
    /// A request to cancel another job was made while this one was behind it.
    var mayBeHit = false
    var wasRetried = false
    var waitDeadline = Moment.never

    init(_ statements: [Statement], prologue: Prologue?) throws(PostgresError) {
        var parameters = ParameterBuffer()
        var steps: [Step] = []
        steps.reserveCapacity(statements.count + 1)
        if let prologue { prologue.append(to: &steps, &parameters) }
        for statement in statements {
            let range = try parameters.append(statement.parameters)
            steps.append(Step(sql: statement.sql, parameters: range, isPrologue: false))
        }
        self.steps = steps
        self.parameters = parameters
        isHousekeeping = false
    }

    /// BEGIN, and the settings that are to last as long as the transaction.
    static func beginning(_ begin: String, prologue: Prologue?) throws(PostgresError) -> Job {
        var parameters = ParameterBuffer()
        var steps = [Step(sql: begin, parameters: 0..<0, isPrologue: false)]
        prologue?.append(to: &steps, &parameters)
        return Job(steps, parameters)
    }

    private init(_ steps: [Step], _ parameters: ParameterBuffer) {
        self.steps = steps
        self.parameters = parameters
        isHousekeeping = false
    }

    /// A job of the module's own, whose answer nobody waits for. Without statements it is a bare Sync:
    /// the health check.
    init(housekeeping statements: [String]) {
        steps = statements.map { Step(sql: $0, parameters: 0..<0, isPrologue: true) }
        parameters = ParameterBuffer()
        isHousekeeping = true
    }

    var isCancelled: Bool { isCancelledFlag.load(ordering: .relaxed) }

    func markCancelled() { isCancelledFlag.store(true, ordering: .relaxed) }

    var isFinished: Bool {
        if case .finished = phase { true } else { false }
    }

    /// Hands the job to `post` and waits for its answer; calls `cancel` when the task is cancelled.
    nonisolated(nonsending) func answer(
        post: (Job) -> Bool, cancel: @escaping @Sendable (Job) -> Void
    ) async throws(PostgresError) -> [Rows] {
        try await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                self.continuation = continuation
                if !post(self) { finish(.failure(PostgresError(.closed))) }
            }
        } onCancel: {
            self.markCancelled()
            cancel(self)
        }.get()
    }

    /// The same, deaf to cancellation: for COMMIT and ROLLBACK.
    nonisolated(nonsending) func uninterruptedAnswer(
        post: (Job) -> Bool
    ) async throws(PostgresError) -> [Rows] {
        try await withUnsafeContinuation { (continuation: UnsafeContinuation<Answer, Never>) in
            self.continuation = continuation
            if !post(self) { finish(.failure(PostgresError(.closed))) }
        }.get()
    }

    /// Answers the caller; later calls do nothing.
    func finish(_ answer: Answer) {
        phase = .finished
        continuation?.resume(returning: answer)
        continuation = nil
    }
}
