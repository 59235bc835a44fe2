import Domain
import UnixSignals

/// Work that SIGINT or SIGTERM ends early: what a server does before it serves, so that Ctrl-C leaves
/// nothing running at any moment.
enum Interruption {
    /// The work was ended by a signal.
    struct Ended: UserFacingError {
        var code: String { "command.interrupted" }
        var message: String { "stopped before it was ready; nothing is left half-done, the next start goes on" }
    }

    /// Runs `body`; a signal cancels it.
    /// - Throws: `Ended` after a signal, else what `body` throws.
    static func guarding<Answer: Sendable>(
        _ body: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        return try await withThrowingTaskGroup(of: Answer?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                for await _ in signals { return nil }
                // Never reached while the body runs: the sequence ends with its task.
                try await Task.sleep(for: .seconds(86_400))
                return nil
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() ?? nil else { throw Ended() }
            return answer
        }
    }
}
