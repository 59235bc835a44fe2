import Domain

extension PlanCheck {
    mutating func schedules(_ schedules: [MaintenanceSchedule]) {
        guard !schedules.isEmpty else { return }
        require(schedules.count <= 100, "schedules", "There may be 100 schedules at most.")
        let rests = schedules.indices.filter { schedules[$0].groups.isEmpty }
        require(
            !rests.isEmpty, "schedules",
            "One schedule has to be without groups, for the endpoints that are in none of the groups.")
        for index in rests.dropFirst() {
            require(false, "schedules[\(index)].groups", "Only one schedule can be without groups.")
        }
        var groups: Set<String> = []
        for (index, schedule) in schedules.enumerated() {
            for group in Set(schedule.groups).sorted() {
                require(
                    groups.insert(group).inserted, "schedules[\(index)].groups",
                    "The group \(group) has a schedule already.")
            }
            self.schedule(schedule, at: "schedules[\(index)]")
        }
    }

    private mutating func schedule(_ schedule: MaintenanceSchedule, at field: String) {
        require(
            PlaceClock(schedule.timeZone) != nil, "\(field).time_zone",
            "It is not the name of a time zone: write it as Europe/Berlin, or UTC.")
        require(!schedule.windows.isEmpty, "\(field).windows", "A schedule needs a window.")
        require(schedule.windows.count <= 100, "\(field).windows", "There may be 100 windows at most.")
        require(schedule.marginMinutes, 0...1440, "\(field).margin_minutes")
        for (index, window) in schedule.windows.enumerated() {
            let field = "\(field).windows[\(index)]"
            require(!window.days.isEmpty, "\(field).days", "A window needs a day on which it opens.")
            for (text, name) in [(window.start, "start"), (window.end, "end")] {
                require(CivilTime.time(text) != nil, "\(field).\(name)", "It has to be a time from 00:00 to 23:59.")
            }
            require(
                length(of: window).map { $0 > schedule.marginMinutes * 60 } ?? true, "\(field).end",
                "The window is not longer than the margin in which nothing begins.")
        }
        for (index, blackout) in schedule.blackouts.enumerated() {
            self.blackout(blackout, at: "\(field).blackouts[\(index)]")
        }
    }

    private func length(of window: MaintenanceSchedule.Window) -> Int? {
        guard let start = CivilTime.time(window.start), let end = CivilTime.time(window.end) else { return nil }
        return end > start ? end - start : end + CivilTime.daySeconds - start
    }

    private mutating func blackout(_ blackout: MaintenanceSchedule.Blackout, at field: String) {
        let (from, through) = (CivilTime.day(blackout.from), CivilTime.day(blackout.through))
        require(from != nil, "\(field).from", "It has to be a day, as 2026-12-24.")
        require(through != nil, "\(field).through", "It has to be a day, as 2026-12-26.")
        if let from, let through {
            require(from <= through, "\(field).through", "It is before the first day.")
        }
    }
}
