import Domain
import Store
import Synchronization

/// Wakes the questions for work that wait in this process. One look at the database a second serves all of them,
/// however many agents wait.
final class AgentBell: Sendable {
    private struct Waiter {
        let continuation: CheckedContinuation<Void, Never>
        let end: ContinuousClock.Instant
        let device: String
    }

    private struct State {
        var waiting: [AgentID: [UInt64: Waiter]] = [:]
        var next: UInt64 = 0
        var isWatching = false
    }

    private static let interval = Duration.seconds(1)

    private let store: Store
    private let state = Mutex(State())

    init(store: Store) { self.store = store }

    /// Returns when something waits for the agent, the time is up, or the task is cancelled.
    ///
    /// - Parameter device: as `AgentStore.name` names the agent's device.
    func wait(for agent: AgentID, _ device: String, atMost patience: Duration) async {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWatch = state.withLock { state in
                    state.waiting[agent, default: [:]][number] = Waiter(
                        continuation: continuation, end: .now + patience, device: device)
                    defer { state.isWatching = true }
                    return !state.isWatching
                }
                if mustWatch { Task { await watch() } }
                // Cancelled before it was there to be released.
                if Task.isCancelled { release { id, waiter, _ in id == agent && waiter == number } }
            }
        } onCancel: {
            release { id, waiter, _ in id == agent && waiter == number }
        }
    }

    private func release(_ isMeant: (AgentID, UInt64, Waiter) -> Bool) {
        let released = state.withLock { state in
            var released: [Waiter] = []
            for (agent, waiters) in state.waiting {
                for (number, waiter) in waiters where isMeant(agent, number, waiter) {
                    released.append(waiter)
                    state.waiting[agent]?[number] = nil
                }
                if state.waiting[agent]?.isEmpty == true { state.waiting[agent] = nil }
            }
            return released
        }
        for waiter in released { waiter.continuation.resume() }
    }

    private func watch() async {
        while true {
            try? await Task.sleep(for: Self.interval)
            let isDone = state.withLock { state in
                state.isWatching = !state.waiting.isEmpty
                return !state.isWatching
            }
            if isDone { return }
            // While the database does not answer, the questions wait for their time.
            var awaited = (try? await store.agents.awaited()) ?? []
            awaited.formUnion((try? await store.deployments.awaited()) ?? [])
            let devices = (try? await store.agents.awaitedDevices()) ?? []
            let now = ContinuousClock.now
            release { agent, _, waiter in
                awaited.contains(agent) || devices.contains(waiter.device) || waiter.end <= now
            }
        }
    }
}
