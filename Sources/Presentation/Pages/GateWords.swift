import Domain

/// What a gate asks for, in words.
enum GateWords {
    /// Whose the gate of a ring is, and what it asks for.
    static func html(_ plan: DeploymentPlan, ring: Int) -> HTML {
        let isOwn = plan.rings.indices.contains(ring) && plan.rings[ring].gate != nil
        let isLast = ring == plan.ringCount - 1
        return """
            <b>\(isOwn ? "Its own gate" : "The plan’s gate")</b>: \
            \(sentence(plan.gate(after: ring), isLast: isLast))
            """
    }

    /// - Parameter isLast: nothing is opened behind the last ring, so that it is neither watched nor proves anything.
    static func sentence(_ gate: GatePolicy, isLast: Bool = false) -> String {
        var words = [
            gate.successPercent > 0
                ? "at least \(number(gate.successPercent)) % succeed" : "how many succeed is left to the test",
            "at most \(Text.grouped(gate.unhealthy)) not well, \(Text.count(gate.incidents, "incident")), \(Text.count(gate.alerts, "alert"))",
        ]
        if !isLast {
            words.append("\(number(gate.coveragePercent)) % with an outcome")
            words.append("watched for \(Text.grouped(gate.soakMinutes)) min")
        }
        let (test, standard) = (gate.test, FailureTestPolicy())
        if test.goodRate != standard.goodRate || test.badRate != standard.badRate {
            words.append("good fails on \(number(test.goodRate * 100)) %, bad on \(number(test.badRate * 100)) %")
        }
        if test.needsProof && !isLast { words.append("proven good") }
        if !test.countsSilent { words.append("silence is no failure") }
        return words.joined(separator: "; ")
    }

    static func number(_ value: Double) -> String {
        value == value.rounded() ? Text.grouped(Int(value)) : String((value * 100).rounded() / 100)
    }
}
