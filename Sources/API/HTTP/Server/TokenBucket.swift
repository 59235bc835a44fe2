/// How many requests come in on average and at once.
public struct Rate: Sendable, Hashable {
    /// Tokens that come back each second.
    public let perSecond: Double
    /// Tokens at most: what a quiet client may use at once.
    public let burst: Double

    public init(perSecond: Double, burst: Double) {
        self.perSecond = perSecond
        self.burst = burst
    }
}

/// A token bucket as a value: the clock comes from outside.
public struct TokenBucket: Sendable, Hashable {
    public private(set) var tokens: Double
    /// Seconds on any clock that only goes forward.
    private var updated: Double

    public init(rate: Rate, now: Double) {
        tokens = rate.burst
        updated = now
    }

    /// Takes tokens if they are there.
    /// - Returns: nil when taken, else the seconds until they will be there.
    public mutating func take(_ cost: Double, rate: Rate, now: Double) -> Double? {
        tokens = min(rate.burst, tokens + max(0, now - updated) * rate.perSecond)
        updated = max(updated, now)
        guard tokens >= cost else { return (cost - tokens) / rate.perSecond }
        tokens -= cost
        return nil
    }

    /// Puts tokens back that were taken for nothing.
    mutating func giveBack(_ cost: Double, rate: Rate) { tokens = min(rate.burst, tokens + cost) }

    /// Whether nothing would be lost by forgetting the bucket.
    func isFull(rate: Rate, now: Double) -> Bool { tokens + (now - updated) * rate.perSecond >= rate.burst }
}
