import Domain
import Foundation
import Patching
import Testing
import TestRandomness

@Suite("When windows are open")
struct WindowCalendarTests {
    private static func date(_ text: String) -> Date {
        (try? Date(text, strategy: .iso8601)) ?? .distantPast
    }

    private func spans(
        _ zone: String, _ window: MaintenanceSchedule.Window, from: String, until: String,
        blackouts: [MaintenanceSchedule.Blackout] = [], margin: Int = 0
    ) throws -> [String] {
        let schedule = MaintenanceSchedule(
            timeZone: zone, windows: [window], blackouts: blackouts, marginMinutes: margin)
        let calendar = try #require(WindowCalendar(schedule))
        return calendar.openings(from: Self.date(from), until: Self.date(until)).map {
            "\($0.opens.formatted(.iso8601))/\($0.closes.formatted(.iso8601))"
        }
    }

    @Test(
        "where clocks are changed a window is open exactly while they show its time",
        arguments: [
            // 2026-03-29: 02:00 is 03:00 in Berlin.
            ("Europe/Berlin", "01:30", "03:30", "2026-03-28T23:00:00Z", ["2026-03-29T00:30:00Z/2026-03-29T01:30:00Z"]),
            ("Europe/Berlin", "02:30", "03:30", "2026-03-28T23:00:00Z", ["2026-03-29T01:00:00Z/2026-03-29T01:30:00Z"]),
            ("Europe/Berlin", "02:10", "02:50", "2026-03-28T23:00:00Z", []),
            ("Europe/Berlin", "22:00", "04:00", "2026-03-28T12:00:00Z", ["2026-03-28T21:00:00Z/2026-03-29T02:00:00Z"]),
            // 2026-10-25: 03:00 is 02:00.
            ("Europe/Berlin", "22:00", "04:00", "2026-10-24T12:00:00Z", ["2026-10-24T20:00:00Z/2026-10-25T03:00:00Z"]),
            (
                "Europe/Berlin", "02:15", "02:45", "2026-10-24T22:00:00Z",
                ["2026-10-25T00:15:00Z/2026-10-25T00:45:00Z", "2026-10-25T01:15:00Z/2026-10-25T01:45:00Z"]
            ),
            // 2026-03-08: 02:00 is 03:00 in New York; 2026-11-01: 02:00 is 01:00.
            (
                "America/New_York", "02:00", "04:00", "2026-03-08T05:00:00Z",
                ["2026-03-08T07:00:00Z/2026-03-08T08:00:00Z"]
            ),
            (
                "America/New_York", "01:00", "02:00", "2026-11-01T04:00:00Z",
                ["2026-11-01T05:00:00Z/2026-11-01T07:00:00Z"]
            ),
            // Half an hour: 2026-10-04, 02:00 is 02:30; 2026-04-05, 02:00 is 01:30.
            (
                "Australia/Lord_Howe", "02:00", "03:00", "2026-10-03T13:30:00Z",
                ["2026-10-03T15:30:00Z/2026-10-03T16:00:00Z"]
            ),
            (
                "Australia/Lord_Howe", "01:30", "02:00", "2026-04-04T13:00:00Z",
                ["2026-04-04T14:30:00Z/2026-04-04T15:30:00Z"]
            ),
            ("UTC", "00:00", "00:00", "2026-03-28T00:00:00Z", ["2026-03-28T00:00:00Z/2026-03-28T20:00:00Z"]),
        ])
    func changes(zone: String, start: String, end: String, from: String, expected: [String]) throws {
        let until = Self.date(from).addingTimeInterval(20 * 3600).formatted(.iso8601)
        #expect(try spans(zone, .init(start: start, end: end), from: from, until: until) == expected)
    }

    @Test(
        "what is open is what the calendar of the system shows, whatever the window",
        arguments: [
            ("Europe/Berlin", "2026-03-27T12:00:00Z"), ("Europe/Berlin", "2026-10-23T12:00:00Z"),
            ("America/New_York", "2026-03-06T12:00:00Z"), ("America/New_York", "2026-10-30T12:00:00Z"),
            ("Australia/Lord_Howe", "2026-04-03T12:00:00Z"), ("Australia/Lord_Howe", "2026-10-02T12:00:00Z"),
            ("Asia/Kathmandu", "2026-12-30T12:00:00Z"),
        ])
    func againstCalendar(zone: String, from: String) throws {
        var system = Calendar(identifier: .gregorian)
        system.timeZone = try #require(TimeZone(identifier: zone))
        let first = Self.date(from)
        // Weekday (Monday is 0) and minute, each five minutes of three days.
        let wall = (0..<864).map { step in
            let parts = system.dateComponents([.weekday, .hour, .minute], from: first + Double(step) * 300)
            return (day: ((parts.weekday ?? 0) + 5) % 7, minute: (parts.hour ?? 0) * 60 + (parts.minute ?? 0))
        }
        var generator = SeededRandom(seed: 3)
        func clock(_ minute: Int) -> String { String(format: "%02d:%02d", minute / 60, minute % 60) }
        for _ in 0..<20 {
            let days = MaintenanceSchedule.Day.allCases.filter { _ in Bool.random(using: &generator) }
            let (start, end) = (
                Int.random(in: 0..<288, using: &generator) * 5, Int.random(in: 0..<288, using: &generator) * 5
            )
            let window = MaintenanceSchedule.Window(days: days, start: clock(start), end: clock(end))
            let calendar = try #require(WindowCalendar(.init(timeZone: zone, windows: [window])))
            let openings = calendar.openings(from: first, until: first + 259_200)
            for (step, shown) in wall.enumerated() {
                let today = days.contains(MaintenanceSchedule.Day.allCases[shown.day])
                let before = days.contains(MaintenanceSchedule.Day.allCases[(shown.day + 6) % 7])
                let isOpen =
                    end > start
                    ? today && (start..<end).contains(shown.minute)
                    : today && shown.minute >= start || before && shown.minute < end
                let now = first + Double(step) * 300
                #expect(
                    openings.contains { $0.opens <= now && now < $0.closes } == isOpen,
                    "\(zone) \(window) at \(now.formatted(.iso8601))")
            }
            #expect(zip(openings, openings.dropFirst()).allSatisfy { $0.closes < $1.opens })
        }
    }

    @Test("on a blackout's days, by the clocks there, nothing begins; a window over midnight is cut")
    func blackouts() throws {
        let christmas = MaintenanceSchedule.Blackout(from: "2026-12-24", through: "2026-12-26", reason: "Christmas")
        #expect(
            try spans(
                "Europe/Berlin", .init(start: "22:00", end: "04:00"), from: "2026-12-23T12:00:00Z",
                until: "2026-12-27T12:00:00Z", blackouts: [christmas]) == [
                    "2026-12-23T21:00:00Z/2026-12-23T23:00:00Z", "2026-12-26T23:00:00Z/2026-12-27T03:00:00Z",
                ])
        let calendar = try #require(
            WindowCalendar(
                .init(timeZone: "UTC", windows: [.init(start: "00:00", end: "00:00")], blackouts: [christmas])))
        #expect(!calendar.isOpen(at: Self.date("2026-12-24T00:00:00Z")))
        #expect(calendar.nextOpening(from: Self.date("2026-12-24T00:00:00Z")) == Self.date("2026-12-27T00:00:00Z"))
        #expect(calendar.isOpen(at: Self.date("2026-12-23T23:59:59Z")))
    }

    @Test("nothing begins in the margin before a window closes, and only there")
    func margin() throws {
        let calendar = try #require(
            WindowCalendar(
                .init(
                    timeZone: "UTC",
                    windows: [.init(start: "22:00", end: "00:00"), .init(start: "00:00", end: "04:00")],
                    marginMinutes: 60)))
        #expect(calendar.isOpen(at: Self.date("2026-05-05T22:00:00Z")))
        // The next window follows at once.
        #expect(calendar.isOpen(at: Self.date("2026-05-05T23:30:00Z")))
        #expect(calendar.isOpen(at: Self.date("2026-05-06T02:59:59Z")))
        #expect(!calendar.isOpen(at: Self.date("2026-05-06T03:00:00Z")))
        #expect(calendar.nextOpening(from: Self.date("2026-05-06T03:00:00Z")) == Self.date("2026-05-06T22:00:00Z"))
    }

    @Test("a window of some days is found however far it is, and one that never opens is not")
    func next() throws {
        let sunday = MaintenanceSchedule.Window(days: [.sunday], start: "03:00", end: "05:00")
        let year = MaintenanceSchedule.Blackout(from: "2026-01-01", through: "2026-12-31")
        let calendar = try #require(
            WindowCalendar(.init(timeZone: "Europe/Berlin", windows: [sunday], blackouts: [year])))
        #expect(calendar.nextOpening(from: Self.date("2026-02-01T00:00:00Z")) == Self.date("2027-01-03T02:00:00Z"))
        #expect(calendar.nextOpening(from: Self.date("2025-10-01T00:00:00Z")) == Self.date("2025-10-05T01:00:00Z"))
        let never = MaintenanceSchedule.Blackout(from: "2020-01-01", through: "2099-12-31")
        #expect(
            try #require(WindowCalendar(.init(timeZone: "UTC", windows: [sunday], blackouts: [never])))
                .nextOpening(from: start) == nil)
    }
}
