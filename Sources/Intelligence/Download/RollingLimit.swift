/// At most so many requests in any window of time, as publishers count them.
actor RollingLimit {
    private let count: Int
    private let window: Duration
    private var sent: [ContinuousClock.Instant] = []

    init(_ count: Int, in window: Duration) {
        self.count = max(1, count)
        self.window = window
    }

    /// Returns when one more request may be sent, and counts it.
    func acquire() async throws {
        while true {
            let now = ContinuousClock.now
            sent.removeAll { now - $0 >= window }
            guard sent.count >= count, let first = sent.first else {
                sent.append(now)
                return
            }
            try await Task.sleep(until: first + window, clock: .continuous)
        }
    }
}
