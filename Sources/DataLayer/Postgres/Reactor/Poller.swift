import CEpoll
import Glibc

/// The epoll instance of a reactor. Used by its thread only.
final class Poller {
    struct Event {
        var token: UInt64
        var isWritable: Bool
        /// Readable, or closed by the peer: reading tells which.
        var isReadable: Bool
    }

    private let epoll: Int32
    private var ready = [garrison_event](repeating: garrison_event(), count: 64)

    /// Nil when the process has no descriptor left.
    init?() {
        epoll = garrison_epoll_create()
        if epoll < 0 { return nil }
    }

    deinit { close(epoll) }

    func add(_ descriptor: Int32, token: UInt64) -> Bool {
        garrison_epoll_add(epoll, descriptor, garrison_epoll_in, token) == 0
    }

    func modify(_ descriptor: Int32, token: UInt64, reading: Bool, writing: Bool) {
        let events = (reading ? garrison_epoll_in : 0) | (writing ? garrison_epoll_out : 0)
        _ = garrison_epoll_modify(epoll, descriptor, events, token)
    }

    func remove(_ descriptor: Int32) { _ = garrison_epoll_remove(epoll, descriptor) }

    /// Waits at most `timeout` milliseconds (-1: for ever) and reports what is ready.
    func wait(timeout: Int32, _ report: (Event) -> Void) {
        let count = garrison_epoll_wait(epoll, &ready, Int32(ready.count), timeout)
        for index in 0..<Int(max(count, 0)) {
            let event = ready[index]
            report(
                Event(
                    token: event.token, isWritable: event.events & garrison_epoll_out != 0,
                    isReadable: event.events & ~garrison_epoll_out != 0))
        }
    }
}
