import Domain
import FoundationEssentials
import Patching
import Store

extension DeploymentForm {
    /// What the fields make, and what is wrong with them.
    package struct Reading {
        package var plan = DeploymentPlan()
        package var problems: [FormFields.Problem] = []
        /// What the form calls the fields of the plan.
        var names = Reading.gate.merging(Reading.fixed) { $1 }

        static let gate = [
            "gate.success_percent": "success", "gate.coverage_percent": "coverage", "gate.soak_minutes": "soak",
            "gate.unhealthy": "unhealthy", "gate.incidents": "incidents", "gate.alerts": "alerts",
            "gate.test.good_rate": "good", "gate.test.bad_rate": "bad",
        ]
        private static let fixed = [
            "limits.concurrent": "concurrent", "limits.kilobits_per_second": "bandwidth",
            "limits.kilobits_per_download": "download", "reboot.notice_minutes": "notice", "offline_hours": "offline",
        ]

        mutating func refuse(_ field: String, _ sentence: String) {
            problems.append(FormFields.Problem(field: field, sentence: sentence))
        }
    }

    /// - Returns: a plan with everything that is wrong with it, each beside the field that it is in.
    package func read() -> Reading {
        var reading = Reading()
        let strategy = DeploymentPlan.Strategy(rawValue: self["strategy"]) ?? .staged
        reading.plan.strategy = strategy
        reading.plan.approval = DeploymentPlan.Approval(rawValue: self["approval"]) ?? .none
        reading.plan.reboot.mode = RebootPolicy.Mode(rawValue: self["reboot"]) ?? .ifNeeded
        numbers(&reading)
        start(&reading)
        if strategy == .staged {
            reading.plan.gate = gate("", GatePolicy(), &reading)
            reading.plan.gate.test.needsProof = isTicked("proof")
            reading.plan.gate.test.countsSilent = isTicked("silent")
            rings(&reading)
        }
        if strategy != .immediate { schedules(&reading) }
        // What cannot be read is not judged as well.
        let isUnread = reading.problems.contains { $0.field?.hasPrefix("ring") == true }
        let defects = PlanDefect.all(in: reading.plan)
        let wrong = Set(defects.map(\.field))
        for defect in defects where !(isUnread && defect.field.hasPrefix("rings")) {
            let field = reading.names[defect.field] ?? defect.field
            // What a ring has of the plan's gate is said beside that alone.
            if let part = Self.gatePart(defect.field), wrong.contains(part), self[field].isEmpty { continue }
            if !reading.problems.contains(where: { $0.field == field }) { reading.refuse(field, defect.message) }
        }
        return reading
    }

    /// `gate.soak_minutes` of `rings[1].gate.soak_minutes`.
    private static func gatePart(_ field: String) -> String? {
        let parts = field.split(separator: ".", maxSplits: 1)
        return parts.count == 2 && parts[0].hasPrefix("rings[") && parts[1].hasPrefix("gate.") ? String(parts[1]) : nil
    }

    private func number(_ name: String, _ reading: inout Reading) -> Double? {
        let text = self[name]
        if text.isEmpty { return nil }
        guard let number = Double(text), number.isFinite, abs(number) < 1e9 else {
            reading.refuse(name, "It has to be a number.")
            return nil
        }
        return number
    }

    private func whole(_ name: String, _ reading: inout Reading) -> Int? {
        guard let number = number(name, &reading) else { return nil }
        guard number == number.rounded() else {
            reading.refuse(name, "It has to be a whole number.")
            return nil
        }
        return Int(number)
    }

    private func numbers(_ reading: inout Reading) {
        reading.plan.limits.concurrent = whole("concurrent", &reading)
        reading.plan.limits.kilobitsPerSecond = whole("bandwidth", &reading)
        if let share = whole("download", &reading) { reading.plan.limits.kilobitsPerDownload = share }
        if let notice = whole("notice", &reading) { reading.plan.reboot.noticeMinutes = notice }
        if let hours = whole("offline", &reading) { reading.plan.offlineHours = hours }
    }

    /// What fields say of a gate; what they leave empty is as in another.
    private func gate(_ prefix: String, _ other: GatePolicy, _ reading: inout Reading) -> GatePolicy {
        var gate = other
        if let percent = number("\(prefix)success", &reading) { gate.successPercent = percent }
        if let percent = number("\(prefix)coverage", &reading) { gate.coveragePercent = percent }
        if let minutes = whole("\(prefix)soak", &reading) { gate.soakMinutes = minutes }
        if let count = whole("\(prefix)unhealthy", &reading) { gate.unhealthy = count }
        if let count = whole("\(prefix)incidents", &reading) { gate.incidents = count }
        if let count = whole("\(prefix)alerts", &reading) { gate.alerts = count }
        if let percent = number("\(prefix)good", &reading) { gate.test.goodRate = percent / 100 }
        if let percent = number("\(prefix)bad", &reading) { gate.test.badRate = percent / 100 }
        return gate
    }

    /// Nil where the fields of the ring say nothing of it.
    private func ownGate(_ ring: Int, _ reading: inout Reading) -> GatePolicy? {
        let prefix = "ring\(ring)_"
        for (path, name) in Reading.gate { reading.names["rings[\(ring)].\(path)"] = prefix + name }
        guard hasOwnGate(ring) else { return nil }
        var gate = gate(prefix, reading.plan.gate, &reading)
        if let answer = Self.answers[self["\(prefix)proof"]] { gate.test.needsProof = answer }
        if let answer = Self.answers[self["\(prefix)silent"]] { gate.test.countsSilent = answer }
        return gate
    }

    private static let answers = ["yes": true, "no": false]

    /// As browsers write it, `2026-12-24T22:00`, by UTC.
    private func start(_ reading: inout Reading) {
        let text = self["starts_at"]
        if text.isEmpty { return }
        guard let date = try? Date("\(text.replacing(" ", with: "T").prefix(16)):00Z", strategy: .iso8601) else {
            return reading.refuse("starts_at", "It has to be a time, as 2026-12-24 22:00.")
        }
        reading.plan.startsAt = date
    }

    private func rings(_ reading: inout Reading) {
        for place in 0..<rings {
            let (field, value) = ("ring\(place)", self["ring\(place)_value"])
            var ring = DeploymentRing(name: self["\(field)_name"])
            switch self["\(field)_kind"] {
            case "tags", "groups":
                let words = Self.words(value)
                if words.isEmpty { reading.refuse("\(field)_value", "Name at least one, or choose all others.") }
                if self["\(field)_kind"] == "tags" { ring.tags = words } else { ring.groups = words }
            case "rest": break
            default:
                ring.percent = number("\(field)_value", &reading) ?? 0
                if value.isEmpty { reading.refuse("\(field)_value", "How many percent?") }
            }
            reading.names["rings[\(place)].name"] = "\(field)_name"
            reading.names["rings[\(place)].percent"] = "\(field)_value"
            reading.names["rings[\(place)]"] = "\(field)_kind"
            ring.gate = ownGate(place, &reading)
            reading.plan.rings.append(ring)
        }
    }

    private static func words(_ text: String) -> [String] {
        text.split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }
    }

    /// Rows for the same groups by the same clocks are one schedule with several windows.
    private func schedules(_ reading: inout Reading) {
        for row in 0..<schedules {
            let field = "schedule\(row)"
            let (zone, groups) = (self["\(field)_zone"], Self.words(self["\(field)_groups"]))
            let window = MaintenanceSchedule.Window(
                days: Self.days.filter { isTicked("\(field)_\($0.rawValue)") }, start: self["\(field)_from"],
                end: self["\(field)_to"])
            let blackouts = blackouts("\(field)_blackouts", &reading)
            let margin = whole("\(field)_margin", &reading) ?? 0
            let same = reading.plan.schedules.firstIndex {
                $0.timeZone == zone && $0.groups == groups && $0.marginMinutes == margin
            }
            let place = same ?? reading.plan.schedules.count
            if same == nil {
                reading.plan.schedules.append(
                    MaintenanceSchedule(groups: groups, timeZone: zone, windows: [], marginMinutes: margin))
                for (name, part) in [("time_zone", "zone"), ("groups", "groups"), ("margin_minutes", "margin")] {
                    reading.names["schedules[\(place)].\(name)"] = "\(field)_\(part)"
                }
            }
            let path = "schedules[\(place)].windows[\(reading.plan.schedules[place].windows.count)]"
            for (name, part) in [("days", "days"), ("start", "from"), ("end", "to")] {
                reading.names["\(path).\(name)"] = "\(field)_\(part)"
            }
            reading.plan.schedules[place].windows.append(window)
            for blackout in blackouts {
                let path = "schedules[\(place)].blackouts[\(reading.plan.schedules[place].blackouts.count)]"
                for name in ["from", "through"] { reading.names["\(path).\(name)"] = "\(field)_blackouts" }
                reading.plan.schedules[place].blackouts.append(blackout)
            }
        }
    }

    /// A line each: a day, or a day and the last one, and why.
    private func blackouts(_ name: String, _ reading: inout Reading) -> [MaintenanceSchedule.Blackout] {
        self[name].split(whereSeparator: \.isNewline).compactMap { line in
            var words = line.split(separator: " ").map(String.init)
            guard let from = words.first else { return nil }
            words.removeFirst()
            if let word = words.first, ["to", "-", "–", "until", "through"].contains(word) { words.removeFirst() }
            var through = from
            if let last = words.first, last.first?.isNumber == true, last.contains("-") {
                through = last
                words.removeFirst()
            }
            return .init(from: from, through: through, reason: words.isEmpty ? nil : words.joined(separator: " "))
        }
    }
}
