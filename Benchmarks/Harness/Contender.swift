/// One thing that is measured once a round.
struct Contender: Sendable {
    let name: String
    /// What its ratio to the baseline has to be; nil where the figure is only shown.
    var goal: Goal?
    /// One round: the rate or time, in the comparison's unit.
    let run: @Sendable () async throws -> Double

    init(_ name: String, goal: Goal? = nil, run: @escaping @Sendable () async throws -> Double) {
        self.name = name
        self.goal = goal
        self.run = run
    }
}

/// A bound on a ratio or, with `Bench.measure`, on the value itself.
enum Goal: Sendable {
    /// For rates.
    case atLeast(Double)
    /// For times and sizes.
    case atMost(Double)

    var bound: Double {
        switch self {
        case .atLeast(let bound), .atMost(let bound): bound
        }
    }

    func isMet(by number: Double) -> Bool {
        switch self {
        case .atLeast(let bound): number >= bound
        case .atMost(let bound): number <= bound
        }
    }

    /// `>= 0.8`
    var text: String {
        switch self {
        case .atLeast(let bound): ">= \(bound)"
        case .atMost(let bound): "<= \(bound)"
        }
    }
}
