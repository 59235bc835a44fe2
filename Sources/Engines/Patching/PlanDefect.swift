import Domain

/// What is wrong with a plan: the field and what to do about it.
public struct PlanDefect: Sendable, Hashable {
    /// As in the JSON: `rings[1].percent`.
    public let field: String
    /// A sentence for whoever wrote it.
    public let message: String

    /// Everything that is wrong; empty for a sound plan.
    public static func all(in plan: DeploymentPlan) -> [PlanDefect] {
        var check = PlanCheck()
        check.strategy(plan)
        check.rings(plan.rings)
        check.schedules(plan.schedules)
        check.limits(plan)
        check.gate(plan.gate, at: "gate")
        return check.defects
    }
}

struct PlanCheck {
    var defects: [PlanDefect] = []

    mutating func require(_ holds: Bool, _ field: String, _ message: @autoclosure () -> String) {
        if !holds { defects.append(PlanDefect(field: field, message: message())) }
    }

    mutating func require(_ value: Int, _ range: ClosedRange<Int>, _ field: String) {
        require(range.contains(value), field, "It has to be between \(range.lowerBound) and \(range.upperBound).")
    }

    mutating func strategy(_ plan: DeploymentPlan) {
        switch plan.strategy {
        case .immediate:
            require(plan.rings.isEmpty, "rings", "An immediate deployment has no rings; choose the strategy staged.")
            require(
                plan.schedules.isEmpty, "schedules",
                "An immediate deployment waits for no window; choose the strategy scheduled.")
        case .staged:
            require(
                plan.rings.count >= 2, "rings", "A staged deployment has at least two rings: a canary and the rest.")
        case .scheduled:
            require(!plan.schedules.isEmpty, "schedules", "A scheduled deployment needs a schedule with windows.")
        }
    }

    mutating func rings(_ rings: [DeploymentRing]) {
        guard !rings.isEmpty else { return }
        require(rings.count <= 20, "rings", "There may be 20 rings at most.")
        var names: Set<String> = []
        for (index, ring) in rings.enumerated() {
            let field = "rings[\(index)]"
            require(
                !ring.name.isEmpty && ring.name.count <= 100, "\(field).name",
                "A ring needs a name of 1 to 100 letters.")
            require(names.insert(ring.name).inserted, "\(field).name", "Another ring is called \(ring.name), too.")
            require(
                ring.percent == nil || !ring.isNamed, "\(field).percent",
                "A ring is a percentage, or has tags and groups, but not both.")
            if let percent = ring.percent {
                require(percent >= 0.01 && percent <= 100, "\(field).percent", "It has to be between 0.01 and 100.")
            }
            if let own = ring.gate { gate(own, at: "\(field).gate") }
        }
        remainder(rings)
    }

    /// Every endpoint has to be in a ring.
    private mutating func remainder(_ rings: [DeploymentRing]) {
        let rests = rings.indices.filter { rings[$0].takesRest }
        let percents = rings.compactMap(\.percent).filter { $0 > 0 && $0 <= 100 }
        let sum = percents.reduce(0) { $0 + Int(($1 * 100).rounded()) }
        for index in rests.dropFirst() {
            require(
                false, "rings[\(index)]",
                "Only one ring can take what is left: give the others percentages, tags or groups.")
        }
        if let rest = rests.first {
            require(sum < 10_000, "rings[\(rest)]", "The percentages leave nothing for this ring.")
            // What is left after the canary is not the canary.
            require(rest > 0 || rings.count == 1, "rings[0]", "What is left belongs in a later ring than the first.")
        } else if percents.isEmpty {
            require(false, "rings", "The last ring has to take what is left: give it no percentage, tags or groups.")
        } else {
            require(
                sum == 10_000, "rings",
                "The percentages add up to \(Double(sum) / 100): they have to make 100, or one ring takes what is left."
            )
        }
    }

    mutating func limits(_ plan: DeploymentPlan) {
        if let limit = plan.limits.concurrent { require(limit, 1...100_000, "limits.concurrent") }
        if let limit = plan.limits.kilobitsPerSecond { require(limit, 1...1_000_000_000, "limits.kilobits_per_second") }
        require(plan.limits.kilobitsPerDownload, 1...1_000_000_000, "limits.kilobits_per_download")
        require(plan.reboot.noticeMinutes, 0...10_080, "reboot.notice_minutes")
        require(plan.offlineHours, 1...8760, "offline_hours")
    }

    mutating func gate(_ gate: GatePolicy, at field: String) {
        for (value, name) in [
            (gate.successPercent, "success_percent"), (gate.coveragePercent, "coverage_percent"),
        ] {
            require(value >= 0 && value <= 100, "\(field).\(name)", "It has to be between 0 and 100.")
        }
        require(gate.soakMinutes, 0...43_200, "\(field).soak_minutes")
        for (value, name) in [
            (gate.unhealthy, "unhealthy"), (gate.incidents, "incidents"), (gate.alerts, "alerts"),
        ] { require(value, 0...100_000, "\(field).\(name)") }
        test(gate.test, at: "\(field).test")
    }

    private mutating func test(_ test: FailureTestPolicy, at field: String) {
        require(
            test.goodRate >= 0.0001 && test.goodRate <= 0.5, "\(field).good_rate",
            "It has to be between 0.0001 and 0.5: no patch never fails.")
        require(
            test.badRate > test.goodRate && test.badRate < 1, "\(field).bad_rate",
            "It has to be above the good rate and below 1.")
        for (value, name) in [(test.falseStop, "false_stop"), (test.falseGo, "false_go")] {
            require(value >= 0.0001 && value <= 0.5, "\(field).\(name)", "It has to be between 0.0001 and 0.5.")
        }
    }
}
