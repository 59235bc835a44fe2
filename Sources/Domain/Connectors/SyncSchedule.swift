import FoundationEssentials

/// How often an account is read.
public struct SyncSchedule: Sendable, Codable, Hashable {
    /// Seconds between readings of what changed.
    public var interval: Int
    /// Seconds between readings of everything.
    public var fullInterval: Int
    public var isPaused: Bool

    public static let intervals = 30...604_800
    public static let fullIntervals = 3600...31_536_000
    /// An account that fails is tried again after this time at the latest, unless its interval is longer.
    public static let longestBackoff = 21_600.0

    public init(interval: Int = 900, fullInterval: Int = 86_400, isPaused: Bool = false) {
        self.interval = interval
        self.fullInterval = fullInterval
        self.isPaused = isPaused
    }

    /// Seconds until the next sync. Each failure in a row after the first doubles the wait; what is drawn at random
    /// keeps accounts that were read together from being read together for ever.
    ///
    /// - Parameters:
    ///   - failures: syncs in a row that stopped; 0 after one that did not.
    ///   - asked: seconds for which the vendor wants to be left alone.
    ///   - jitter: 0…1, random.
    public func wait(failures: Int, asked: Double? = nil, jitter: Double) -> Double {
        let interval = Double(interval)
        var wait = interval
        if failures > 1 {
            let doubled = interval * pow2(min(failures - 1, 20))
            wait = max(interval, min(doubled, Self.longestBackoff))
        }
        return max(wait * (0.9 + 0.2 * jitter), asked ?? 0)
    }

    private func pow2(_ exponent: Int) -> Double { Double(1 << exponent) }
}
