import DequeModule
import Synchronization

/// One COPY: a bounded queue of chunks between a task and the reactor, and the outcome.
final class CopyTask: Sendable {
    enum Direction: Sendable {
        case into
        case out
    }

    /// What the reactor finds when it looks for data to send.
    enum Supply {
        case chunk([UInt8])
        /// Nothing yet: the producer will post `.resumeCopy`.
        case nothing
        case finished
        case aborted
    }

    private struct State {
        var chunks: Deque<[UInt8]> = []
        var isFinished = false
        var isAborted = false
        var outcome: Result<Int, PostgresError>?
        /// The task that waits for room, for a chunk, or for the outcome. There is never more than one.
        var waiter: CheckedContinuation<Void, Never>?
        var isReactorWaiting = false

        mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
            defer { waiter = nil }
            return waiter
        }
    }

    /// Chunks of 64 KiB that may wait on either side.
    private static let capacity = 4

    let sql: String
    let direction: Direction
    private let state = Mutex(State())
    /// Wakes the reactor for this COPY.
    private let wakeReactor: @Sendable () -> Void

    init(_ sql: String, _ direction: Direction, wakeReactor: @escaping @Sendable () -> Void) {
        self.sql = sql
        self.direction = direction
        self.wakeReactor = wakeReactor
    }

    // The task's side.

    /// Gives a chunk to the reactor, waiting for room. Throws what ended the COPY early.
    nonisolated(nonsending) func push(_ chunk: [UInt8]) async throws(PostgresError) {
        while true {
            let (isTaken, wake) = try offer(chunk)
            if wake { wakeReactor() }
            if isTaken { return }
            await waitForChange { $0.chunks.count < Self.capacity }
        }
    }

    private func offer(_ chunk: [UInt8]) throws(PostgresError) -> (isTaken: Bool, wake: Bool) {
        let answer = state.withLock { state -> Result<(isTaken: Bool, wake: Bool), PostgresError> in
            if case .failure(let error) = state.outcome { return .failure(error) }
            if state.isAborted || state.outcome != nil { return .failure(PostgresError(.cancelled)) }
            if state.chunks.count >= Self.capacity { return .success((false, false)) }
            state.chunks.append(chunk)
            defer { state.isReactorWaiting = false }
            return .success((true, state.isReactorWaiting))
        }
        return try answer.get()
    }

    /// The next chunk; nil at the end. Throws what ended the COPY early.
    nonisolated(nonsending) func next() async throws(PostgresError) -> [UInt8]? {
        while true {
            let (chunk, outcome, wake) = state.withLock { state in
                let chunk = state.chunks.popFirst()
                let wake = state.isReactorWaiting && state.chunks.count < Self.capacity
                if wake { state.isReactorWaiting = false }
                return (chunk, state.outcome, wake)
            }
            if wake { wakeReactor() }
            if let chunk { return chunk }
            if let outcome {
                _ = try outcome.get()
                return nil
            }
            await waitForChange { !$0.chunks.isEmpty }
        }
    }

    /// No more chunks will come.
    func finish() {
        state.withLock { $0.isFinished = true }
        wakeReactor()
    }

    /// Makes the server undo it; chunks on either side are dropped.
    func abort() {
        let waiter = state.withLock { state in
            state.isAborted = true
            state.chunks = []
            return state.takeWaiter()
        }
        waiter?.resume()
        wakeReactor()
    }

    /// The number of rows copied, when all is done.
    nonisolated(nonsending) func result() async throws(PostgresError) -> Int {
        while true {
            if let outcome = state.withLock({ $0.outcome }) { return try outcome.get() }
            await waitForChange { _ in false }
        }
    }

    /// Returns when `condition` holds, when the COPY has ended, or when it was aborted meanwhile.
    private nonisolated(nonsending) func waitForChange(_ condition: @Sendable (State) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if state.outcome != nil || condition(state) { return true }
                state.waiter = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    // The reactor's side.

    var isAborted: Bool { state.withLock { $0.isAborted } }

    func take() -> Supply {
        let (supply, waiter) = state.withLock { state -> (Supply, CheckedContinuation<Void, Never>?) in
            if state.isAborted { return (.aborted, nil) }
            if let chunk = state.chunks.popFirst() { return (.chunk(chunk), state.takeWaiter()) }
            if state.isFinished { return (.finished, nil) }
            state.isReactorWaiting = true
            return (.nothing, nil)
        }
        waiter?.resume()
        return supply
    }

    /// True when there is room for more; otherwise the consumer will wake the reactor.
    func deliver(_ chunk: [UInt8]) -> Bool {
        let (hasRoom, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
            if state.isAborted { return (true, nil) }
            state.chunks.append(chunk)
            let hasRoom = state.chunks.count < Self.capacity
            state.isReactorWaiting = !hasRoom
            return (hasRoom, state.takeWaiter())
        }
        waiter?.resume()
        return hasRoom
    }

    func complete(_ outcome: Result<Int, PostgresError>) {
        let waiter = state.withLock { state in
            if state.outcome == nil { state.outcome = outcome }
            return state.takeWaiter()
        }
        waiter?.resume()
    }
}
