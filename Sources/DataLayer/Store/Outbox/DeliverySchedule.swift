/// When a message that did not arrive is sent again: after half a minute, then twice as long each time, six hours at
/// most, for about a day in all.
package enum DeliverySchedule {
    /// After this many attempts a message is dead.
    package static let maximumAttempts = 14
    private static let first = 30.0
    private static let longest = 6 * 3600.0

    /// Seconds until the next attempt.
    /// - Parameters:
    ///   - attempts: made so far, one at least.
    ///   - jitter: 0…1, random: receivers that were down are not asked by everybody at once.
    ///   - wish: what the receiver asks for; waited for at least.
    package static func delay(after attempts: Int, jitter: Double, wish: Double? = nil) -> Double {
        var delay = first
        for _ in 1..<max(attempts, 1) where delay < longest { delay *= 2 }
        return max(min(delay, longest) * (0.75 + jitter / 2), wish ?? 0)
    }
}
