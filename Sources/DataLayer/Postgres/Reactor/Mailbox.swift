import CEpoll
import Glibc
import Synchronization

/// The way into the reactor from any thread. Posting costs a short lock, and a system call only when
/// the reactor sleeps.
final class Mailbox: Sendable {
    private struct State {
        var commands: [Command] = []
        var isSleeping = false
        var isClosed = false
    }

    private let state = Mutex(State())
    /// The eventfd that wakes the reactor.
    let descriptor: Int32

    /// Nil when the process has no descriptor left.
    init?() {
        descriptor = garrison_eventfd_create()
        if descriptor < 0 { return nil }
    }

    deinit { Glibc.close(descriptor) }

    /// False when the reactor has ended: the command was not taken.
    func post(_ command: Command) -> Bool {
        let (isTaken, wake) = state.withLock { state -> (Bool, Bool) in
            if state.isClosed { return (false, false) }
            state.commands.append(command)
            defer { state.isSleeping = false }
            return (true, state.isSleeping)
        }
        if wake { _ = garrison_eventfd_signal(descriptor) }
        return isTaken
    }

    /// Exchanges the waiting commands for `empty`, so that both buffers are kept.
    func drain(into empty: inout [Command]) {
        state.withLock { swap(&$0.commands, &empty) }
    }

    /// True when nothing waits: from now on a post signals `descriptor`.
    func prepareToSleep() -> Bool {
        state.withLock { state in
            state.isSleeping = state.commands.isEmpty
            return state.isSleeping
        }
    }

    func wakeUp() { _ = garrison_eventfd_drain(descriptor) }

    /// Takes no more; gives what was waiting.
    func close() -> [Command] {
        state.withLock { state in
            state.isClosed = true
            defer { state.commands = [] }
            return state.commands
        }
    }
}
