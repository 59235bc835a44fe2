import Domain
import FoundationEssentials

/// How long to wait for endpoints, in seconds.
public enum TargetPace {
    /// Until the next word of an endpoint that is under way; nil for one that nothing is waited for.
    public static func lease(_ status: TargetStatus) -> Double? {
        switch status {
        case .offered: 900
        case .downloading: 1800
        case .installing, .rollingBack: 7200
        case .rebooting: 3600
        case .verifying: 1800
        default: nil
        }
    }

    /// An endpoint that fell silent after it had begun is asked after for this long.
    public static let silence = 86_400.0
    /// One that an executor has, and of which nothing can be told, holds its place among those under way for so long, where
    /// nobody says something else.
    public static let standardHold = 3600.0
    /// A machine that is to be rolled back may be switched off for so long.
    public static let rollback = 7 * 86_400.0

    /// Whether a target has no place any more among those under way that its deployment may have at once: an executor has
    /// its job, and for so long nothing could be told of it. It is the executor's answer that is missing, and others need
    /// not wait for that. An agent that fell silent holds its place: its machine may be what the patch has broken.
    ///
    /// - Parameters:
    ///   - since: when it came to its present state.
    ///   - hold: seconds.
    public static func releases(
        _ life: TargetLife, ofExecutor isOfExecutor: Bool, since: Date, hold: Double, at now: Date
    ) -> Bool {
        let isUntold = life.status == .unknown || life.status == .rollingBack && life.lease == nil
        return isOfExecutor && isUntold && now.timeIntervalSince(since) >= hold
    }

    /// When there is no more time for a target (`TargetLife.Event.overdue`); nil for one that has its lease, or its end.
    ///
    /// - Parameters:
    ///   - since: when it came to its present state; of one that waits, when a person had it tried again, if ever. That it
    ///     had a turn and did not come to it gives it no more time.
    ///   - opened: when its ring was opened, or the deployment went on after a hold, whichever is later.
    ///   - calendar: its windows: a machine that may not begin yet is not late.
    public static func deadline(
        _ life: TargetLife, since: Date, opened: Date, calendar: WindowCalendar? = nil, offlineHours: Int
    ) -> Date? {
        switch life.status {
        case .waiting:
            let from = max(since, opened)
            let first = calendar.map { $0.nextOpening(from: from) ?? from } ?? from
            return first.addingTimeInterval(Double(offlineHours) * 3600)
        case .unknown: return since.addingTimeInterval(silence)
        case .rollbackWaiting: return since.addingTimeInterval(rollback)
        case .rollingBack where life.lease == nil: return since.addingTimeInterval(rollback)
        default: return nil
        }
    }
}
