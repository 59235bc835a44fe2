import Synchronization

/// Runs work that must end by itself in a given time.
///
/// One clock serves all: it looks at what is under way ten times a second, while anything is. A timer and
/// a task group for each request cost a tenth of the answer to a list, and nearly all of them for nothing.
final class Deadline: Sendable {
    private struct Entry {
        let end: ContinuousClock.Instant
        let cancel: @Sendable () -> Void
    }

    private struct State {
        var entries: [UInt64: Entry] = [:]
        var lastID: UInt64 = 0
        var isWatching = false
    }

    private static let shared = Deadline()
    private static let interval = Duration.milliseconds(100)

    private let state = Mutex(State())

    /// - Throws: `error` when the time is up; the work is cancelled first and waited for.
    static func run<Value: Sendable>(
        _ limit: Duration?, orThrow error: RequestError, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard let limit else { return try await work() }
        // A task of its own, because the caller's must not be cancelled: it answers.
        let task = Task { try await work() }
        let id = shared.add(Entry(end: .now + limit) { task.cancel() })
        let result = await withTaskCancellationHandler {
            await task.result
        } onCancel: {
            task.cancel()
        }
        if shared.remove(id) { throw error }
        return try result.get()
    }

    private func add(_ entry: Entry) -> UInt64 {
        let (id, mustWatch) = state.withLock { state in
            state.lastID += 1
            state.entries[state.lastID] = entry
            defer { state.isWatching = true }
            return (state.lastID, !state.isWatching)
        }
        if mustWatch { Task { await watch() } }
        return id
    }

    /// Whether the time was up before.
    private func remove(_ id: UInt64) -> Bool {
        state.withLock { $0.entries.removeValue(forKey: id) } == nil
    }

    private func watch() async {
        repeat {
            try? await Task.sleep(for: Self.interval)
        } while cancelOverdue()
    }

    /// False when nothing is left to watch.
    private func cancelOverdue() -> Bool {
        let now = ContinuousClock.now
        let (overdue, isWatching) = state.withLock { state in
            let overdue = state.entries.filter { $0.value.end <= now }
            for id in overdue.keys { state.entries[id] = nil }
            state.isWatching = !state.entries.isEmpty
            return (overdue.values, state.isWatching)
        }
        for entry in overdue { entry.cancel() }
        return isWatching
    }
}
