import Domain

/// How long to wait with actions, in seconds.
public enum ActionPace {
    /// A decision that could not be sent for this long is given up: what was urgent then may be wrong now.
    public static let sending = 3600.0
    /// A device that fetches its actions may be switched off for so long.
    public static let fetching = 7 * 86_400.0
    /// What a source has is asked after for this long: a device may be offline.
    public static let doing = 86_400.0
    /// How often what is unknown is asked after by itself; then only when a person says so.
    public static let unknownChecks = 8

    /// Until an action that could not be sent is tried again: 5 s, doubling, up to two minutes.
    ///
    /// - Parameters:
    ///   - attempts: how often it was tried.
    ///   - asked: seconds for which the vendor wants to be left alone.
    public static func retry(after attempts: Int, asked: Double? = nil, jitter: Double) -> Double {
        max(doubled(5, attempts - 1, 120) * (0.75 + jitter / 2), asked ?? 0)
    }

    /// Until a source is asked how it stands: 2 s, doubling, up to five minutes; nil when nobody asks by itself.
    public static func check(_ status: ActionStatus, after checks: Int) -> Double? {
        switch status {
        case .inProgress: doubled(2, checks, 300)
        case .unknown: checks < unknownChecks ? doubled(5, checks, 900) : nil
        case .pending, .sending, .completed, .failed: nil
        }
    }

    private static func doubled(_ first: Double, _ times: Int, _ longest: Double) -> Double {
        min(first * Double(1 << min(max(times, 0), 20)), longest)
    }
}
