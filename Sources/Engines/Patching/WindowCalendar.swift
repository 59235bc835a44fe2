import Domain
import FoundationEssentials

/// When the windows of a schedule are open.
///
/// A window is open exactly while the clock on the wall says so. Where clocks jump over its start it opens after the jump;
/// where they jump over all of it it does not open; where they show an hour twice it is open both times.
public struct WindowCalendar: Sendable, Hashable {
    /// From then on, and no longer than until then.
    public struct Opening: Sendable, Hashable {
        public let opens: Date
        public let closes: Date

        public init(opens: Date, closes: Date) {
            self.opens = opens
            self.closes = closes
        }
    }

    private let clock: PlaceClock
    /// For each weekday, from and until which second after its midnight.
    private let windows: [[Range<Int>]]
    private let blackouts: [ClosedRange<Int>]
    private let margin: Int

    /// Nil where the schedule is not sound (`PlanDefect`).
    public init?(_ schedule: MaintenanceSchedule) {
        guard let clock = PlaceClock(schedule.timeZone) else { return nil }
        var windows = [[Range<Int>]](repeating: [], count: 7)
        for window in schedule.windows {
            guard let start = CivilTime.time(window.start), let end = CivilTime.time(window.end) else { return nil }
            for day in Set(window.days) {
                guard let index = MaintenanceSchedule.Day.allCases.firstIndex(of: day) else { return nil }
                windows[index].append(start..<(end > start ? end : end + CivilTime.daySeconds))
            }
        }
        var blackouts: [ClosedRange<Int>] = []
        for blackout in schedule.blackouts {
            guard let from = CivilTime.day(blackout.from), let through = CivilTime.day(blackout.through),
                from <= through
            else { return nil }
            blackouts.append(from...through)
        }
        self.clock = clock
        self.windows = windows
        self.blackouts = blackouts.sorted { $0.lowerBound < $1.lowerBound }
        margin = max(0, schedule.marginMinutes) * 60
    }

    /// Whether something may begin.
    public func isOpen(at now: Date) -> Bool { opening(at: now) != nil }

    /// The opening in which something may begin now; it may go on after two days.
    public func opening(at now: Date) -> Opening? {
        openings(from: now, until: now.addingTimeInterval(172_800)).first { $0.opens <= now }
    }

    /// The next moment at which something may begin, now included; nil within a year and a month.
    public func nextOpening(from now: Date) -> Date? {
        var start = now
        for _ in 0..<50 {
            let end = start.addingTimeInterval(8 * 86_400)
            if let first = openings(from: start, until: end).first { return first.opens }
            start = end
        }
        return nil
    }

    /// Every opening between two moments, cut off at them, without the margins at their ends.
    public func openings(from start: Date, until end: Date) -> [Opening] {
        let (first, last) = (Self.second(start), Self.second(end))
        var spans: [Range<Int>] = []
        for (stretch, offset) in clock.stretches(from: first, until: last + margin) {
            let wall = stretch.lowerBound + offset..<stretch.upperBound + offset
            for span in openOnWall(wall) { spans.append(span.lowerBound - offset..<span.upperBound - offset) }
        }
        return Self.merged(spans).compactMap { span in
            // What goes on beyond the end has no margin there.
            let close = min(span.upperBound == last + margin ? last : span.upperBound - margin, last)
            return close > span.lowerBound
                ? Opening(
                    opens: max(start, Date(timeIntervalSince1970: Double(span.lowerBound))),
                    closes: Date(timeIntervalSince1970: Double(close)))
                : nil
        }
    }

    /// What the clocks of the place show: `2026-12-24T22:00`.
    public func onWall(_ moment: Date) -> String {
        let shifted = moment.addingTimeInterval(Double(clock.offset(Self.second(moment))))
        return String(shifted.formatted(.iso8601).prefix(16))
    }

    private static func second(_ date: Date) -> Int { Int(date.timeIntervalSince1970.rounded(.down)) }

    /// What is open of a stretch of time on the wall.
    private func openOnWall(_ wall: Range<Int>) -> [Range<Int>] {
        guard !wall.isEmpty else { return [] }
        // A window may have begun the day before.
        let days = CivilTime.floored(wall.lowerBound) - 1...CivilTime.floored(wall.upperBound - 1)
        return days.flatMap { day in
            windows[CivilTime.weekday(day)].flatMap { window in
                let midnight = day * CivilTime.daySeconds
                let span = (midnight + window.lowerBound..<midnight + window.upperBound).clamped(to: wall)
                return span.isEmpty ? [] : outsideBlackouts(span)
            }
        }
    }

    private func outsideBlackouts(_ span: Range<Int>) -> [Range<Int>] {
        var spans: [Range<Int>] = []
        var start = span.lowerBound
        for blackout in blackouts {
            let dark =
                (blackout.lowerBound * CivilTime.daySeconds..<(blackout.upperBound + 1) * CivilTime.daySeconds)
            if dark.lowerBound > start { spans.append(start..<min(dark.lowerBound, span.upperBound)) }
            start = max(start, dark.upperBound)
            if start >= span.upperBound { return spans.filter { !$0.isEmpty && $0.lowerBound < span.upperBound } }
        }
        spans.append(start..<span.upperBound)
        return spans.filter { !$0.isEmpty }
    }

    private static func merged(_ spans: [Range<Int>]) -> [Range<Int>] {
        var merged: [Range<Int>] = []
        for span in spans.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, span.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, span.upperBound)
            } else {
                merged.append(span)
            }
        }
        return merged
    }
}
