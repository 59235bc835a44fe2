import Domain
import FoundationEssentials
import Patching
import Presentation
import Store
import Testing

@Suite("The calendar of windows")
struct CalendarTests {
    /// A Wednesday.
    private static let moment = (try? Date("2031-01-01T12:00:00Z", strategy: .iso8601)) ?? .distantPast

    private func page(
        _ window: MaintenanceSchedule.Window, zone: String = "UTC", blackouts: [MaintenanceSchedule.Blackout] = []
    ) throws -> String {
        let schedule = MaintenanceSchedule(timeZone: zone, windows: [window], blackouts: blackouts)
        let days = CalendarDays(around: Self.moment)
        let record = DeploymentRecord(
            number: "DSA-1-1", title: "curl", plan: DeploymentPlan(strategy: .scheduled, schedules: [schedule]),
            life: DeploymentLife(.running, ring: 0, ringCount: 1), reason: "", requestedBy: "", at: Sample.past)
        let windows = try #require(
            DeploymentStore.Windows(record, 0, from: days.asked.from, until: days.asked.until))
        return WindowCalendarPage.render(days, [windows], mayDeploy: true, now: Self.moment).text
    }

    /// What stands in the grid on a day.
    private func day(_ name: String, in page: String) -> String {
        guard let start = page.range(of: "datetime=\"\(name)\"") else { return "" }
        let rest = page[start.upperBound...]
        return String(rest[..<(rest.range(of: "<time datetime=\"20")?.lowerBound ?? rest.endIndex)])
    }

    @Test("four whole weeks are shown, from the Monday before")
    func weeks() throws {
        let page = try page(.init(start: "22:00", end: "04:00"))
        #expect(page.contains("2030-12-30 to 2031-01-26"))
        #expect(page.components(separatedBy: "<p class=\"date\">").count == 29)
        #expect(day("2031-01-01", in: page).contains("<b>today</b>"))
    }

    @Test("a night stands on the day on which it opens, by UTC and by the clocks there")
    func night() throws {
        let page = try page(.init(days: [.thursday], start: "22:00", end: "04:00"), zone: "Asia/Tokyo")
        let thursday = day("2031-01-02", in: page)
        #expect(thursday.contains("13:00–19:00") && thursday.contains("22:00–04:00"), "\(thursday)")
        #expect(!thursday.contains("01-02 22:00"))
        #expect(day("2031-01-03", in: page).contains("nothing"))
        // Early in the morning there, it is the day before by UTC.
        let early = try self.page(.init(days: [.thursday], start: "02:00", end: "04:00"), zone: "Asia/Tokyo")
        #expect(day("2031-01-01", in: early).contains("01-02 02:00–04:00"))
    }

    @Test("what is open for longer than a day stands on each of its days")
    func long() throws {
        let page = try page(.init(days: [.friday, .saturday, .sunday], start: "00:00", end: "00:00"))
        for name in ["2031-01-03", "2031-01-04", "2031-01-05"] {
            #expect(day(name, in: page).contains("all day"), "\(name)")
        }
        #expect(day("2031-01-06", in: page).contains("nothing"))
        let shifted = try self.page(
            .init(days: [.friday, .saturday], start: "06:00", end: "06:00"), zone: "America/New_York")
        #expect(day("2031-01-03", in: shifted).contains("from 11:00"))
        #expect(day("2031-01-05", in: shifted).contains("until 11:00"))
    }

    @Test("a blackout is told with its reason, and its windows are not there")
    func blackout() throws {
        let page = try page(
            .init(start: "22:00", end: "23:00"),
            blackouts: [.init(from: "2031-01-06", through: "2031-01-07", reason: "Stocktaking")])
        #expect(day("2031-01-06", in: page).contains("Blackout: Stocktaking"))
        #expect(!day("2031-01-07", in: page).contains("22:00–23:00"))
        #expect(day("2031-01-08", in: page).contains("22:00–23:00"))
    }

    @Test("without windows it is said what they are and how they are made, to whoever may make them")
    func empty() {
        let days = CalendarDays(around: Self.moment)
        let page = WindowCalendarPage.render(days, [], mayDeploy: true).text
        #expect(page.contains("No open deployment has windows") && page.contains("href=\"/deployments/new\""))
        #expect(!WindowCalendarPage.render(days, [], mayDeploy: false).text.contains("/deployments/new"))
    }
}
