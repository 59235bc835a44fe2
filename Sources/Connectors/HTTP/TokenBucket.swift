/// How often a vendor may be asked: so many requests at once, refilled at a steady rate. A pause that the vendor asks
/// for holds up everybody who shares the bucket.
actor TokenBucket {
    private let capacity: Double
    private let perSecond: Double
    private var tokens: Double
    private var filled = ContinuousClock.now
    private var pausedUntil = ContinuousClock.now

    /// - Parameters:
    ///   - requests: in any `window`, on average.
    ///   - burst: at once.
    init(_ requests: Int, in window: Duration, burst: Int) {
        capacity = Double(max(1, burst))
        let seconds = Double(window.components.seconds) + Double(window.components.attoseconds) / 1e18
        perSecond = Double(max(1, requests)) / max(seconds, 0.001)
        tokens = capacity
    }

    /// Returns when one more request may be sent, and counts it.
    func take() async throws {
        while true {
            let now = ContinuousClock.now
            if now < pausedUntil {
                try await Task.sleep(until: pausedUntil, clock: .continuous)
                continue
            }
            let passed = (now - filled).components
            tokens = min(capacity, tokens + (Double(passed.seconds) + Double(passed.attoseconds) / 1e18) * perSecond)
            filled = now
            if tokens >= 1 {
                tokens -= 1
                return
            }
            try await Task.sleep(for: .seconds((1 - tokens) / perSecond))
        }
    }

    /// Nothing is sent for this long.
    func pause(_ duration: Duration) { pausedUntil = max(pausedUntil, ContinuousClock.now + duration) }
}
