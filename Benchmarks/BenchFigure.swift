import FoundationEssentials

/// One measured figure beside the baseline of the same run.
struct BenchFigure: Sendable, Encodable {
    /// Stable, dotted: `postgres.read_by_key`.
    var name: String
    var value: Double
    /// `1/s`, `ms`, `MB`.
    var unit: String
    /// The same work done by the program it is compared with, in the same unit; nil where there is none.
    var baseline: Double?
    /// `value / baseline`.
    var ratio: Double?

    init(name: String, value: Double, unit: String, baseline: Double? = nil) {
        self.name = name
        self.value = value
        self.unit = unit
        self.baseline = baseline
        ratio = baseline.map { value / $0 }
    }

    /// The figure as one line of JSON.
    var line: String {
        func text(_ number: Double?) -> String {
            guard let number, number.isFinite else { return "null" }
            let rounded = (number * 1_000).rounded() / 1_000
            return "\(rounded)"
        }
        return """
            {"name": "\(name)", "value": \(text(value)), "unit": "\(unit)", "baseline": \(text(baseline)), \
            "ratio": \(text(ratio))}
            """
    }

    /// The middle one, which a single stall does not move.
    static func median(_ samples: [Double]) -> Double {
        let sorted = samples.sorted()
        guard !sorted.isEmpty else { return .nan }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
