/// When a service looks for work: after each notification, and at an interval even when none comes.
enum Wakeups {
    /// - Parameters:
    ///   - beside: what else goes on meanwhile; cancelled when the body has ended.
    ///   - body: told when to look, until the task is cancelled; with what wakes it itself.
    static func serve<Arrivals: AsyncSequence & Sendable>(
        _ arrivals: Arrivals, every interval: Duration, beside: [@Sendable () async -> Void] = [],
        _ body: (AsyncStream<Void>, AsyncStream<Void>.Continuation) async -> Void
    ) async where Arrivals.Failure == Never {
        await withTaskGroup(of: Void.self) { group in
            let (wakeups, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            group.addTask {
                for await _ in arrivals { signal.yield() }
            }
            group.addTask {
                while !Task.isCancelled {
                    signal.yield()
                    try? await Task.sleep(for: interval)
                }
                signal.finish()
            }
            for task in beside { group.addTask { await task() } }
            await body(wakeups, signal)
            group.cancelAll()
        }
    }

    /// Does work, and tells meanwhile that it is being done; when that cannot be told it goes on.
    static func keepingLease<Value: Sendable>(
        _ renew: @escaping @Sendable () async throws -> Void, during work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: Worker.heartbeat)
                    if !Task.isCancelled { try? await renew() }
                }
                return nil
            }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }
}
