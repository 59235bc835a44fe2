/// The severity level of each scoring metric of a CVSS 4.0 vector, 0 the worst, once modified
/// metrics have replaced base metrics and undefined ones have their defaults (section 7).
struct CVSS4Levels: Sendable {
    /// Positions in `levels`. SC, SI and SA count safety as level 0, high as 1, low as 2, none as 3.
    enum Metric: Int, CaseIterable {
        case AV, AC, AT, PR, UI, VC, VI, VA, SC, SI, SA, E, CR, IR, AR
    }

    private let levels: [UInt8]

    subscript(_ metric: Metric) -> Int { Int(levels[metric.rawValue]) }

    /// `threat` and `environment` say which optional groups count: without them the result is the
    /// CVSS-B score's.
    init(_ values: [UInt8], threat: Bool, environment: Bool) {
        var levels = [UInt8](repeating: 0, count: Metric.allCases.count)
        let firstModified = CVSS4.Metric.MAV.rawValue
        for base in Metric.AV.rawValue...Metric.SA.rawValue {
            let modified = environment ? values[firstModified + base] : 0
            levels[base] = Self.level(base: values[base], modified: modified, metric: base)
        }
        // "Not defined" is the worst case: exploited (E:A), all requirements high.
        levels[Metric.E.rawValue] = threat ? Self.optional(values[CVSS4.Metric.E.rawValue]) : 0
        for offset in 0...2 where environment {
            levels[Metric.CR.rawValue + offset] = Self.optional(values[CVSS4.Metric.CR.rawValue + offset])
        }
        self.levels = levels
    }

    private static func optional(_ value: UInt8) -> UInt8 { value > 0 ? value - 1 : 0 }

    private static func level(base: UInt8, modified: UInt8, metric: Int) -> UInt8 {
        switch metric {
        case Metric.SI.rawValue, Metric.SA.rawValue: modified > 0 ? modified - 1 : base + 1
        case Metric.SC.rawValue: modified > 0 ? modified : base + 1
        default: modified > 0 ? modified - 1 : base
        }
    }

    /// Neither the vulnerable nor any subsequent system loses anything.
    var isHarmless: Bool {
        self[.VC] == 2 && self[.VI] == 2 && self[.VA] == 2 && self[.SC] == 3 && self[.SI] == 3 && self[.SA] == 3
    }
}
