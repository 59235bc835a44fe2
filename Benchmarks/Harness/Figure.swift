import FoundationEssentials

/// A line of the output.
struct Figure: Encodable {
    let name: String
    let value: Double
    let unit: String
    let baseline: Double
    /// `value / baseline`.
    let ratio: Double
    let baselineName: String
    let goal: String?
    let met: Bool?

    init(name: String, samples: [Double], unit: String, baseline: (name: String, samples: [Double]), goal: Goal?) {
        let value = Self.median(samples)
        let reference = Self.median(baseline.samples)
        let ratio = value / reference
        self.name = name
        self.value = Self.rounded(value)
        self.unit = unit
        self.baseline = Self.rounded(reference)
        self.ratio = (ratio * 1_000).rounded() / 1_000
        baselineName = baseline.name
        self.goal = goal?.text
        met = goal?.isMet(by: ratio)
    }

    static func median(_ samples: [Double]) -> Double {
        let sorted = samples.sorted()
        let middle = sorted.count / 2
        if sorted.isEmpty { return .nan }
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }

    /// Whole numbers from 1,000 up, three decimals below.
    static func rounded(_ number: Double) -> Double {
        number >= 1_000 ? number.rounded() : (number * 1_000).rounded() / 1_000
    }

    func line() throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
