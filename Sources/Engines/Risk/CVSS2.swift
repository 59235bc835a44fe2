/// CVSS 2.0: "A Complete Guide to the Common Vulnerability Scoring System Version 2.0", June 2007.
enum CVSS2 {
    enum Metric: Int {
        case AV, AC, Au, C, I, A, E, RL, RC, CDP, TD, CR, IR, AR
    }

    /// Section 2.4. It lists the metrics in an order but does not refuse another.
    static let reader = VectorReader(
        version: .v2,
        metrics: [
            .mandatory("AV", "L", "A", "N"), .mandatory("AC", "H", "M", "L"), .mandatory("Au", "M", "S", "N"),
            .mandatory("C", "N", "P", "C"), .mandatory("I", "N", "P", "C"), .mandatory("A", "N", "P", "C"),
            .optional("E", undefined: "ND", "U", "POC", "F", "H"),
            .optional("RL", undefined: "ND", "OF", "TF", "W", "U"),
            .optional("RC", undefined: "ND", "UC", "UR", "C"),
            .optional("CDP", undefined: "ND", "N", "L", "LM", "MH", "H"),
            .optional("TD", undefined: "ND", "N", "L", "M", "H"),
            .optional("CR", undefined: "ND", "L", "M", "H"), .optional("IR", undefined: "ND", "L", "M", "H"),
            .optional("AR", undefined: "ND", "L", "M", "H"),
        ], isOrdered: false)

    /// Sections 3.2.1 to 3.2.3, in the order of `reader`.
    private static let weights: [[Double]] = [
        [0.395, 0.646, 1], [0.35, 0.61, 0.71], [0.45, 0.56, 0.704],
        [0, 0.275, 0.660], [0, 0.275, 0.660], [0, 0.275, 0.660],
        [1, 0.85, 0.9, 0.95, 1], [1, 0.87, 0.90, 0.95, 1], [1, 0.90, 0.95, 1],
        [0, 0, 0.1, 0.3, 0.4, 0.5], [1, 0, 0.25, 0.75, 1],
        [1, 0.5, 1, 1.51], [1, 0.5, 1, 1.51], [1, 0.5, 1, 1.51],
    ]

    static func score(_ vector: String) throws(CVSSError) -> CVSSScore {
        let values = try reader.read(unwrapped(ArraySlice(vector.utf8)))
        let weight = { (metric: Metric) in weights[metric.rawValue][Int(values[metric.rawValue])] }
        let base = base(impact: impact(weight), weight)
        let isTemporal = values[Metric.E.rawValue...Metric.RC.rawValue].contains { $0 > 0 }
        let isEnvironmental = values[Metric.CDP.rawValue...].contains { $0 > 0 }
        return CVSSScore(
            vector: vector, version: .v2, baseScore: base,
            temporalScore: isTemporal ? temporal(base, weight) : nil,
            environmentalScore: isEnvironmental ? environmental(weight) : nil)
    }

    /// NVD's feeds wrote `(AV:N/…)`.
    private static func unwrapped(_ vector: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard vector.first == UInt8(ascii: "("), vector.last == UInt8(ascii: ")"), vector.count > 1 else {
            return vector
        }
        return vector.dropFirst().dropLast()
    }

    private static func base(impact: Double, _ weight: (Metric) -> Double) -> Double {
        let exploitability = 20 * weight(.AV) * weight(.AC) * weight(.Au)
        guard impact > 0 else { return 0 }
        return rounded((0.6 * impact + 0.4 * exploitability - 1.5) * 1.176)
    }

    private static func impact(_ weight: (Metric) -> Double) -> Double {
        10.41 * (1 - (1 - weight(.C)) * (1 - weight(.I)) * (1 - weight(.A)))
    }

    private static func temporal(_ base: Double, _ weight: (Metric) -> Double) -> Double {
        rounded(base * weight(.E) * weight(.RL) * weight(.RC))
    }

    private static func environmental(_ weight: (Metric) -> Double) -> Double {
        let confidentiality = 1 - weight(.C) * weight(.CR)
        let integrity = 1 - weight(.I) * weight(.IR)
        let availability = 1 - weight(.A) * weight(.AR)
        let impact = min(10, 10.41 * (1 - confidentiality * integrity * availability))
        let adjusted = temporal(base(impact: impact, weight), weight)
        return rounded((adjusted + (10 - adjusted) * weight(.CDP)) * weight(.TD))
    }

    /// `round_to_1_decimal`, halves up. The products have at most ten decimals, so what lies within
    /// 1e-9 below a half is a half that binary fractions could not hold. Small impacts would give a
    /// few tenths below zero: no score is.
    private static func rounded(_ score: Double) -> Double {
        let tenths = (score * 10 + 0.5 + 1e-9).rounded(.down)
        return max(0, tenths) / 10
    }
}
