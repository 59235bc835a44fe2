import Domain
import FoundationEssentials
import Store

/// The form that asks for a deployment: its fields, and the plan that they make.
package struct DeploymentForm: Sendable {
    package static let mostRings = 10
    package static let mostSchedules = 6
    static let days = MaintenanceSchedule.Day.allCases

    /// By the names of the fields; a box that is not ticked is not there.
    package private(set) var entered: [String: String]

    package init(_ entered: [String: String]) { self.entered = entered }

    /// What a gate is made of: the plan's by these names, a ring's own behind the ring's.
    static let gateParts = [
        "success", "coverage", "soak", "unhealthy", "incidents", "alerts", "good", "bad", "proof", "silent",
    ]
    static let ringParts = ["name", "kind", "value"] + gateParts
    static let scheduleParts = ["zone", "from", "to", "groups", "margin", "blackouts"] + days.map(\.rawValue)
    static let plain = [
        "patch", "strategy", "reason", "starts_at", "approval", "reboot", "notice", "concurrent", "bandwidth",
        "download", "offline", "rings", "schedules",
    ]
    package static let fields =
        plain + gateParts + (0..<mostRings).flatMap { ring in ringParts.map { "ring\(ring)_\($0)" } }
        + (0..<mostSchedules).flatMap { schedule in scheduleParts.map { "schedule\(schedule)_\($0)" } }

    /// What the page can say something beside.
    static let shown =
        fields + (0..<mostSchedules).map { "schedule\($0)_days" }

    /// What stands in it at first.
    package static func standard(patch: String) -> DeploymentForm {
        let (plan, gate) = (DeploymentPlan(), GatePolicy())
        var form = DeploymentForm([
            "patch": patch, "strategy": "staged", "approval": "none", "reboot": "if_needed",
            "notice": String(plan.reboot.noticeMinutes), "download": String(plan.limits.kilobitsPerDownload),
            "offline": String(plan.offlineHours), "success": text(gate.successPercent),
            "coverage": text(gate.coveragePercent), "soak": String(gate.soakMinutes),
            "unhealthy": String(gate.unhealthy), "incidents": String(gate.incidents), "alerts": String(gate.alerts),
            "good": text(gate.test.goodRate * 100), "bad": text(gate.test.badRate * 100), "silent": "on",
            "schedules": "0",
        ])
        for (name, kind, value) in [("Canary", "percent", "5"), ("Early", "percent", "20"), ("All others", "rest", "")]
        {
            form.add("ring", ["name": name, "kind": kind, "value": value])
        }
        return form
    }

    private static func text(_ number: Double) -> String {
        number == number.rounded() ? String(Int(number)) : String((number * 100).rounded() / 100)
    }

    package var rings: Int { rows("ring") }
    package var schedules: Int { rows("schedule") }

    private static func limits(_ row: String) -> (most: Int, parts: [String]) {
        row == "ring" ? (mostRings, ringParts) : (mostSchedules, scheduleParts)
    }

    private func rows(_ row: String) -> Int {
        min(max(entered["\(row)s"].flatMap { Int($0) } ?? 0, 0), Self.limits(row).most)
    }

    private mutating func add(_ row: String, _ values: [String: String]) {
        let place = rows(row)
        guard place < Self.limits(row).most else { return }
        for (part, value) in values { entered["\(row)\(place)_\(part)"] = value }
        entered["\(row)s"] = String(place + 1)
    }

    private mutating func remove(_ row: String, _ place: Int) {
        let count = rows(row)
        guard (0..<count).contains(place) else { return }
        for part in Self.limits(row).parts {
            for next in place..<count { entered["\(row)\(next)_\(part)"] = entered["\(row)\(next + 1)_\(part)"] }
        }
        entered["\(row)s"] = String(count - 1)
    }

    /// Windows of every night, to be changed.
    package mutating func addSchedule() {
        var values = ["zone": "UTC", "from": "22:00", "to": "04:00", "margin": "0"]
        for day in Self.days { values[day.rawValue] = "on" }
        add("schedule", values)
    }

    /// Does what a button asks for that changes the form alone.
    ///
    /// - Returns: whether it was such a one.
    package mutating func change(_ action: String) -> Bool {
        let words = action.split(separator: "-").map(String.init)
        switch (words.first, words.dropFirst().first.flatMap { Int($0) }) {
        case ("addring", _): add("ring", ["kind": "percent"])
        case ("addschedule", _): addSchedule()
        case ("dropring", let place?): remove("ring", place)
        case ("dropschedule", let place?): remove("schedule", place)
        default: return false
        }
        return true
    }

    /// All that such buttons say.
    package static let changes =
        ["addring", "addschedule"] + (0..<mostRings).map { "dropring-\($0)" }
        + (0..<mostSchedules).map { "dropschedule-\($0)" }

    subscript(_ name: String) -> String { (entered[name] ?? "").trimmed }
    func isTicked(_ name: String) -> Bool { entered[name] != nil }

    /// Whether something is said of a ring's gate; what is not said is as in the plan's.
    func hasOwnGate(_ ring: Int) -> Bool { Self.gateParts.contains { !self["ring\(ring)_\($0)"].isEmpty } }
}

extension String {
    /// Without what nobody sees at its ends.
    var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
