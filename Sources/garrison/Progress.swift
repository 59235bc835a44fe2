import Glibc

/// Progress of long work on standard error: one line that redraws itself on a terminal, a plain
/// line every tenth otherwise.
enum Progress {
    static func show(_ what: String, done: Int, of total: Int) {
        guard total > 0 else { return }
        if Console.isTerminal(.error) {
            let width = 30
            let filled = min(width, done * width / total)
            let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
            Console.write("\r\u{1B}[K\(what) \(bar) \(done)/\(total)" + (done >= total ? "\n" : ""), to: .error)
        } else if done >= total {
            Console.note("\(what): \(done) of \(total)")
        }
    }

    /// Work whose end is not known; drawn on a terminal only, since each line would say no more than the last.
    static func show(_ what: String, done: Int) {
        if Console.isTerminal(.error) { Console.write("\r\u{1B}[K\(what) \(done) …", to: .error) }
    }

    /// Removes what `show` drew.
    static func clear() { if Console.isTerminal(.error) { Console.write("\r\u{1B}[K", to: .error) } }

    /// A step of a start-up, and how long it took.
    static func step<Answer>(_ what: String, _ body: () async throws -> Answer) async rethrows -> Answer {
        let clock = ContinuousClock()
        let start = clock.now
        if Console.isTerminal(.error) { Console.write("  … \(what)", to: .error) }
        let answer = try await body()
        let seconds = (clock.now - start) / .seconds(1)
        let prefix = Console.isTerminal(.error) ? "\r\u{1B}[K" : ""
        let tenths = Int((seconds * 10).rounded())
        Console.note("\(prefix)  ✓ \(what) (\(tenths / 10).\(tenths % 10) s)")
        return answer
    }

    /// A step whose work can be counted: a bar on a terminal, and how long it took.
    /// - Parameter body: is given what to call with the units done so far.
    static func step<Answer>(
        _ what: String, of total: Int, _ body: (@escaping @Sendable (Int) -> Void) async throws -> Answer
    ) async rethrows -> Answer {
        try await step(what) {
            try await body { done in
                if Console.isTerminal(.error) { show("  … \(what)", done: min(done, total - 1), of: total) }
            }
        }
    }
}
