import Domain
import FoundationEssentials
import Postgres
import Risk

/// Adds up a simulation over distinct sets of findings.
struct SimulationTally {
    /// A set's open findings, before and after.
    struct Part {
        let set: UUID
        let endpoints: Int
        let open: Int
        let left: Int
        let scoreBefore: Double
        let scoreAfter: Double
        let statusBefore: EndpointStatus
        let statusAfter: EndpointStatus

        /// A row of `SimulationStore.simulate`.
        init(_ row: Row) throws {
            set = try row.decode(0)
            endpoints = try row.decode(1)
            open = try row.decode(2)
            left = try row.decode(6)
            (scoreBefore, statusBefore) = try Self.state(row, 3)
            (scoreAfter, statusAfter) = try Self.state(row, 7)
        }

        private static func state(_ row: Row, _ column: Int) throws -> (Double, EndpointStatus) {
            let risk = EndpointRisk(
                worstTenths: try row.decode(column), sumOfSquares: try row.decode(column + 1))
            let status = RiskModel.status(
                score: risk.score, worst: risk.worst, hasKnownExploited: try row.decode(column + 2))
            return (risk.score, status)
        }
    }

    private var parts: [Part] = []

    mutating func add(_ part: Part) { parts.append(part) }

    var outcome: SimulationStore.Outcome {
        var outcome = SimulationStore.Outcome()
        var sums = (before: 0.0, after: 0.0)
        var endpoints = 0
        for part in parts {
            let count = part.endpoints
            endpoints += count
            sums.before += part.scoreBefore * Double(count)
            sums.after += part.scoreAfter * Double(count)
            Self.note(part.scoreBefore, part.statusBefore, open: part.open, count, in: &outcome.before)
            Self.note(part.scoreAfter, part.statusAfter, open: part.left, count, in: &outcome.after)
            outcome.findings += (part.open - part.left) * count
            if part.left < part.open { outcome.endpoints += count }
        }
        if endpoints > 0 {
            outcome.before.meanRisk = sums.before / Double(endpoints)
            outcome.after.meanRisk = sums.after / Double(endpoints)
        }
        return outcome
    }

    private static func note(
        _ score: Double, _ status: EndpointStatus, open: Int, _ count: Int, in state: inout SimulationStore.State
    ) {
        state.highestRisk = max(state.highestRisk, score)
        state.openFindings += open * count
        switch status {
        case .healthy: state.healthy += count
        case .atRisk: state.atRisk += count
        case .critical: state.critical += count
        }
    }

    /// The sets whose endpoints gain most.
    func best(_ count: Int) -> [Part] {
        let gaining = parts.filter { $0.scoreAfter < $0.scoreBefore }
        return Array(
            gaining.sorted { left, right in
                let (ours, theirs) = (left.scoreBefore - left.scoreAfter, right.scoreBefore - right.scoreAfter)
                return ours == theirs ? left.set.uuidString < right.set.uuidString : ours > theirs
            }.prefix(count))
    }
}
