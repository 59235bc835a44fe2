import Domain
import FoundationEssentials
import Patching
import Store

/// When endpoints may be patched: four weeks of the windows of all open deployments.
package enum WindowCalendarPage {
    /// - Parameters:
    ///   - all: the windows, by schedule, as they were asked for.
    ///   - isWhole: whether these are all.
    package static func render(
        _ days: CalendarDays, _ all: [DeploymentStore.Windows], isWhole: Bool = true, mayDeploy: Bool,
        now: Date = Date()
    ) -> HTML {
        var days = days
        days.show(all)
        return """
            <div class="heading"><div><h1>Calendar of windows</h1>\
            <p>\(Text.day(days.start)) to \(Text.day(days.end.addingTimeInterval(-1))). Times are UTC; below them is what clocks \
            of the schedule’s time zone show.</p></div></div>
            \(tabs(current: path))
            \(all.isEmpty ? empty(mayDeploy) : "\(steps(days, now))\(notice(isWhole))\(grid(days, now))\(list(all, now))" as HTML)
            """
    }

    package static let path = "/deployments/calendar"

    static func tabs(current: String) -> HTML {
        Components.tabs(
            "Views of deployments", [("All deployments", "/deployments"), ("Calendar of windows", path)],
            current: current)
    }

    private static func empty(_ mayDeploy: Bool) -> HTML {
        let how: HTML =
            mayDeploy
            ? "<a href=\"/deployments/new\">Deploy a patch</a> in windows, or in rings with windows, to have them here."
            : "They are made with a deployment, by somebody who may deploy patches."
        return """
            <section class="card">\(Components.empty(.calendar, "No open deployment has windows", """
            <p>A window says on which days of the week, and from when to when by the clocks of a time zone, endpoints may begin \
            to be patched; on blackout dates nothing begins.</p><p>\(how)</p>
            """))</section>
            """
    }

    private static func steps(_ days: CalendarDays, _ now: Date) -> HTML {
        func link(_ label: String, _ moment: Date) -> HTML {
            "<a class=\"button quiet small\" href=\"\(path)?from=\(Text.day(moment))\">\(label)</a>"
        }
        let span = Double(CalendarDays.count) * 86_400
        return """
            <nav class="actions calendar-steps" aria-label="Weeks">\(link("Four weeks before", days.start.addingTimeInterval(-span)))\
            <a class="button quiet small" href="\(path)">From this week</a>\(link("Four weeks after", days.end))</nav>
            """
    }

    private static func notice(_ isWhole: Bool) -> HTML {
        isWhole
            ? .empty
            : """
            <p class="notice warning" role="status">More deployments have windows than fit here: these are those of the oldest \
            \(Text.grouped(DeploymentStore.mostScheduled)).</p>
            """
    }

    private static func grid(_ days: CalendarDays, _ now: Date) -> HTML {
        let today = Text.day(now)
        let calm: HTML =
            days.days.allSatisfy(\.isCalm)
            ? "<p class=\"notice\" role=\"status\">In these weeks no window opens.</p>" : .empty
        return "\(calm)<ol class=\"days\">\(days.days.map { day($0, isToday: $0.name == today) })</ol>"
    }

    private static func day(_ day: CalendarDays.Day, isToday: Bool) -> HTML {
        let classes = (day.isCalm ? "calm" : "") + (isToday ? " today" : "")
        let entries = day.entries.map { entry($0, on: day) }
        let blackouts = day.blackouts.map(blackout)
        return """
            <li class="\(classes)"><p class="date"><time datetime="\(day.name)">\(weekday(day.start)) \(day.name.dropFirst(5).description)</time>\
            \(isToday ? " <b>today</b>" as HTML : .empty)</p>\
            \(day.isCalm ? "<p class=\"hidden-text\">nothing</p>" as HTML : "<ul>\(folded(blackouts + entries))</ul>")</li>
            """
    }

    /// Of many the first, and the others when they are asked for.
    private static func folded(_ entries: [HTML]) -> HTML {
        let shown = 4
        guard entries.count > shown + 1 else { return "\(entries)" }
        return """
            \(Array(entries.prefix(shown)))<li><details><summary>\(entries.count - shown) more</summary>\
            <ul>\(Array(entries.dropFirst(shown)))</ul></details></li>
            """
    }

    private static func entry(_ entry: CalendarDays.Entry, on day: CalendarDays.Day) -> HTML {
        let windows = entry.windows
        let groups = windows.schedule.groups
        return """
            <li class="opening">\(link(windows))<span>\(times(entry, on: day))</span>\(local(entry))\
            \(groups.isEmpty ? .empty : "<span class=\"muted\">\(groups.joined(separator: ", "))</span>" as HTML)</li>
            """
    }

    private static func link(_ windows: DeploymentStore.Windows) -> HTML {
        "<a class=\"strong\" href=\"/deployments/\(windows.deployment.id.description)\">\(windows.deployment.number)</a>"
    }

    private static func blackout(_ blackout: CalendarDays.Blackout) -> HTML {
        """
        <li class="blackout">\(link(blackout.windows))<span>Blackout\(blackout.reason.map { ": \($0)" } ?? "")</span>\
        <span class="muted">\(blackout.zones.joined(separator: ", "))</span></li>
        """
    }

    private static func times(_ entry: CalendarDays.Entry, on day: CalendarDays.Day) -> String {
        let (opening, end) = (entry.opening, day.start.addingTimeInterval(86_400))
        guard entry.isLong else { return "\(time(opening.opens))–\(time(opening.closes))" }
        if opening.opens > day.start { return "from \(time(opening.opens))" }
        return opening.closes < end ? "until \(time(opening.closes))" : "all day"
    }

    /// By the clocks there, where they show another time.
    private static func local(_ entry: CalendarDays.Entry) -> HTML {
        let (opening, calendar) = (entry.opening, entry.windows.calendar)
        let zone = entry.windows.schedule.timeZone
        guard zone != "UTC" else { return .empty }
        guard !entry.isLong else { return "<span class=\"muted\">\(zone)</span>" }
        let (opens, closes) = (calendar.onWall(opening.opens), calendar.onWall(opening.closes))
        let isOtherDay = opens.prefix(10) != Text.day(opening.opens).prefix(10)
        let date = isOtherDay ? "\(opens.dropFirst(5).prefix(5)) " : ""
        return """
            <span class="muted">\(date)\(opens.suffix(5).description)–\(closes.suffix(5).description)</span>\
            <span class="muted">\(zone)</span>
            """
    }

    private static func time(_ moment: Date) -> String { String(Text.time(moment).dropFirst(11).prefix(5)) }

    private static func weekday(_ day: Date) -> String {
        let number = Int((day.timeIntervalSince1970 / 86_400).rounded(.down))
        return name(MaintenanceSchedule.Day.allCases[((number + 3) % 7 + 7) % 7])
    }

    private static func name(_ day: MaintenanceSchedule.Day) -> String {
        day.rawValue.prefix(1).uppercased() + day.rawValue.dropFirst().prefix(2)
    }

    private static func list(_ all: [DeploymentStore.Windows], _ now: Date) -> HTML {
        let rows = all.map { windows -> [HTML] in
            let schedule = windows.schedule
            let lines = schedule.windows.map { "<span class=\"under\">\(Self.words($0))</span>" as HTML }
            return [
                "\(link(windows))<span class=\"under\">\(windows.deployment.title)</span>",
                Badge.deployment(windows.deployment.status),
                "\(schedule.groups.isEmpty ? "all other endpoints" : schedule.groups.joined(separator: ", "))",
                "\(schedule.timeZone)\(lines)", "\(next(windows, now))",
                "\(schedule.blackouts.map { "<span class=\"under\">\(Self.words($0))</span>" as HTML })",
            ]
        }
        let columns: [Table.Column] = [
            .init("Deployment", .wide), .init("Status"), .init("For"), .init("Windows"), .init("Opens next"),
            .init("Blackouts"),
        ]
        return """
            <section class="card"><h2>Schedules</h2>\
            \(Table(caption: "Schedules of open deployments", columns: columns, rows: rows).html)</section>
            """
    }

    private static func next(_ windows: DeploymentStore.Windows, _ now: Date) -> String {
        let start = max(now, windows.deployment.plan.startsAt ?? now)
        guard let next = windows.calendar.nextOpening(from: start) else { return "not within a year" }
        return next <= now ? "open now" : Text.time(next)
    }

    private static func words(_ blackout: MaintenanceSchedule.Blackout) -> String {
        blackout.from == blackout.through ? blackout.from : "\(blackout.from) to \(blackout.through)"
    }

    /// `Mon, Tue 22:00–04:00`, the days left out where it is every one.
    package static func words(_ window: MaintenanceSchedule.Window) -> String {
        let days = MaintenanceSchedule.Day.allCases.filter(window.days.contains)
        let names = days.count == 7 ? "every day" : days.map(name).joined(separator: ", ")
        return "\(names) \(window.start)–\(window.end)"
    }
}
