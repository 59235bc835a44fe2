import Synchronization

/// One line on a terminal that tells of all downloads under way; nothing elsewhere.
final class TransferProgress: Sendable {
    private struct State {
        var files: [String: (received: Int64, total: Int64?)] = [:]
        var drawn: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private let isShown = Console.isTerminal(.error)

    func show(_ file: String, _ received: Int64, _ total: Int64?) {
        guard isShown else { return }
        state.withLock { state in
            state.files[file] = received == total ? nil : (received, total)
            let now = ContinuousClock.now
            if let drawn = state.drawn, now - drawn < .milliseconds(100) { return }
            state.drawn = now
            let parts = state.files.sorted { $0.key < $1.key }.map { name, size in
                "\(name) \(Self.amount(size.received))" + (size.total.map { " of \(Self.amount($0))" } ?? "")
            }
            Console.write("\r\u{1B}[K  ↓ \(parts.joined(separator: ", "))".prefix(200) + "", to: .error)
        }
    }

    /// Makes way for a line of its own.
    func clear() {
        if isShown { Console.write("\r\u{1B}[K", to: .error) }
    }

    private static func amount(_ bytes: Int64) -> String {
        bytes < 1 << 20 ? "\(bytes >> 10) kB" : "\(bytes >> 20) MB"
    }
}
