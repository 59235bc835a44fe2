/// When endpoints of some groups may be patched, by the clocks on their walls.
public struct MaintenanceSchedule: Sendable, Hashable, Codable {
    public enum Day: String, Sendable, Codable, CaseIterable {
        case monday, tuesday, wednesday, thursday, friday, saturday, sunday
    }

    /// From a time of some days to another, past midnight where that is not later: 22:00 to 04:00.
    public struct Window: Sendable, Hashable, Codable {
        /// On which it opens.
        public var days: [Day]
        /// `22:00`.
        public var start: String
        /// `04:00`. The same as the start: a whole day.
        public var end: String

        public init(days: [Day] = Day.allCases, start: String, end: String) {
            self.days = days
            self.start = start
            self.end = end
        }
    }

    /// Days on which nothing begins, whatever the windows say.
    public struct Blackout: Sendable, Hashable, Codable {
        /// `2026-12-24`.
        public var from: String
        /// The last day of it.
        public var through: String
        public var reason: String?

        public init(from: String, through: String, reason: String? = nil) {
            self.from = from
            self.through = through
            self.reason = reason
        }
    }

    /// Empty for the endpoints that are in no other schedule's groups.
    public var groups: [String]
    /// By its name in the IANA database: `Europe/Berlin`.
    public var timeZone: String
    public var windows: [Window]
    public var blackouts: [Blackout]
    /// Nothing begins so shortly before a window closes.
    public var marginMinutes: Int

    public init(
        groups: [String] = [], timeZone: String, windows: [Window], blackouts: [Blackout] = [], marginMinutes: Int = 0
    ) {
        self.groups = groups
        self.timeZone = timeZone
        self.windows = windows
        self.blackouts = blackouts
        self.marginMinutes = marginMinutes
    }

    enum CodingKeys: String, CodingKey {
        case groups, windows, blackouts
        case timeZone = "time_zone"
        case marginMinutes = "margin_minutes"
    }
}
