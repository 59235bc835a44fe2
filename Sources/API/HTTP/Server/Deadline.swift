/// Runs work that must end by itself in a given time.
enum Deadline {
    /// - Throws: `error` when the time is up; the work is cancelled first and waited for.
    static func run<Value: Sendable>(
        _ limit: Duration?, orThrow error: RequestError, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard let limit else { return try await work() }
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() ?? nil else { throw error }
            return value
        }
    }
}
