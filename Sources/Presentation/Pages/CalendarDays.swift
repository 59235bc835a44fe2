import Domain
import FoundationEssentials
import Patching
import Store

/// Days by UTC, and what of deployments' windows each shows.
package struct CalendarDays: Sendable {
    package struct Entry: Sendable {
        let windows: DeploymentStore.Windows
        let opening: WindowCalendar.Opening
        /// An opening of more than a day stands on each that it touches.
        let isLong: Bool
    }

    package struct Blackout: Sendable {
        let windows: DeploymentStore.Windows
        let reason: String?
        /// Of the schedules that have it.
        var zones: [String]
    }

    package struct Day: Sendable {
        /// `2026-12-24`.
        let name: String
        let start: Date
        var entries: [Entry] = []
        var blackouts: [Blackout] = []

        var isCalm: Bool { entries.isEmpty && blackouts.isEmpty }
    }

    private static let second = 86_400.0
    package static let count = 28

    package private(set) var days: [Day]
    package var start: Date { days[0].start }
    package var end: Date { start.addingTimeInterval(Double(Self.count) * Self.second) }

    /// Four weeks of whole ones.
    ///
    /// - Parameter moment: in the first of them.
    package init(around moment: Date) {
        let day = Int((moment.timeIntervalSince1970 / Self.second).rounded(.down))
        // 1970-01-01 was a Thursday.
        let monday = day - ((day + 3) % 7 + 7) % 7
        days = (0..<Self.count).map { offset in
            let start = Date(timeIntervalSince1970: Double(monday + offset) * Self.second)
            return Day(name: Text.day(start), start: start)
        }
    }

    /// What is asked of the store, so that openings which began the day before are known for what they are.
    package var asked: (from: Date, until: Date) {
        (start.addingTimeInterval(-2 * Self.second), end.addingTimeInterval(2 * Self.second))
    }

    package mutating func show(_ all: [DeploymentStore.Windows]) {
        for windows in all {
            for opening in windows.openings { show(opening, of: windows) }
            for blackout in windows.schedule.blackouts {
                let dark = blackout.from...max(blackout.from, blackout.through)
                for index in days.indices where dark.contains(days[index].name) {
                    Self.darken(&days[index], blackout.reason, windows)
                }
            }
        }
        for index in days.indices { days[index].entries.sort { $0.opening.opens < $1.opening.opens } }
    }

    /// Schedules of one deployment often share their blackouts.
    private static func darken(_ day: inout Day, _ reason: String?, _ windows: DeploymentStore.Windows) {
        let (id, zone) = (windows.deployment.id, windows.schedule.timeZone)
        guard let known = day.blackouts.firstIndex(where: { $0.windows.deployment.id == id && $0.reason == reason })
        else {
            return day.blackouts.append(Blackout(windows: windows, reason: reason, zones: [zone]))
        }
        if !day.blackouts[known].zones.contains(zone) { day.blackouts[known].zones.append(zone) }
    }

    private mutating func show(_ opening: WindowCalendar.Opening, of windows: DeploymentStore.Windows) {
        let isLong = opening.closes.timeIntervalSince(opening.opens) > Self.second
        let first = Int((opening.opens.timeIntervalSince(start) / Self.second).rounded(.down))
        let last =
            isLong ? Int(((opening.closes.timeIntervalSince(start) - 1) / Self.second).rounded(.down)) : first
        for index in days.indices where (first...max(first, last)).contains(index) {
            days[index].entries.append(Entry(windows: windows, opening: opening, isLong: isLong))
        }
    }
}
