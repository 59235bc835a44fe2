/// Section 7 (8 in 3.0) of the CVSS 3.x specifications over one vector's values.
struct CVSS3Equations {
    /// Indices into the values of `CVSS3.reader31`.
    let values: [UInt8]
    let version: CVSSVersion

    var base: Double {
        let impact = impact(subScore: 1 - (1 - loss(.C)) * (1 - loss(.I)) * (1 - loss(.A)))
        return combined(impact, exploitability(.AV, .AC, .PR, .UI, .S), isChanged(.S))
    }

    var temporal: Double { roundedUp(base * maturity) }

    var environmental: Double {
        let remaining = (1 - required(.CR, .MC)) * (1 - required(.IR, .MI)) * (1 - required(.AR, .MA))
        let impact = modifiedImpact(subScore: min(1 - remaining, 0.915))
        return roundedUp(combined(impact, exploitability(.MAV, .MAC, .MPR, .MUI, .MS), isChanged(.MS)) * maturity)
    }

    private func combined(_ impact: Double, _ exploitability: Double, _ isChanged: Bool) -> Double {
        guard impact > 0 else { return 0 }
        let sum = (isChanged ? 1.08 : 1) * (impact + exploitability)
        return roundedUp(min(sum, 10))
    }

    private func impact(subScore: Double) -> Double {
        guard isChanged(.S) else { return 6.42 * subScore }
        return 7.52 * (subScore - 0.029) - 3.25 * power(subScore - 0.02, 15)
    }

    /// 3.1 changed this equation so that a modified score no longer falls where a metric worsens.
    private func modifiedImpact(subScore: Double) -> Double {
        guard isChanged(.MS) else { return 6.42 * subScore }
        let correction = version == .v31 ? power(subScore * 0.9731 - 0.02, 13) : power(subScore - 0.02, 15)
        return 7.52 * (subScore - 0.029) - 3.25 * correction
    }

    private func exploitability(
        _ vector: CVSS3.Metric, _ complexity: CVSS3.Metric, _ privileges: CVSS3.Metric,
        _ interaction: CVSS3.Metric, _ scope: CVSS3.Metric
    ) -> Double {
        let privilege = isChanged(scope) ? [0.85, 0.68, 0.5] : [0.85, 0.62, 0.27]
        return 8.22 * [0.85, 0.62, 0.55, 0.2][value(vector)] * [0.77, 0.44][value(complexity)]
            * privilege[value(privileges)] * [0.85, 0.62][value(interaction)]
    }

    private func loss(_ metric: CVSS3.Metric) -> Double { [0.56, 0.22, 0][value(metric)] }

    private func required(_ requirement: CVSS3.Metric, _ metric: CVSS3.Metric) -> Double {
        [1, 0.5, 1, 1.5][Int(values[requirement.rawValue])] * loss(metric)
    }

    private func isChanged(_ scope: CVSS3.Metric) -> Bool { value(scope) == 1 }

    private var maturity: Double {
        [1, 0.91, 0.94, 0.97, 1][Int(values[CVSS3.Metric.E.rawValue])]
            * [1, 0.95, 0.96, 0.97, 1][Int(values[CVSS3.Metric.RL.rawValue])]
            * [1, 0.92, 0.96, 1][Int(values[CVSS3.Metric.RC.rawValue])]
    }

    /// A base metric's value; for a modified metric its own or, where that is not defined, the base
    /// metric's.
    private func value(_ metric: CVSS3.Metric) -> Int {
        let index = metric.rawValue
        guard index >= CVSS3.Metric.MAV.rawValue else { return Int(values[index]) }
        let modified = Int(values[index])
        return modified > 0 ? modified - 1 : Int(values[index - CVSS3.Metric.MAV.rawValue])
    }

    /// By multiplication, so that every platform gives the same bits.
    private func power(_ base: Double, _ exponent: Int) -> Double {
        (0..<exponent).reduce(1) { product, _ in product * base }
    }

    /// The smallest number with one decimal that is not below `score`.
    private func roundedUp(_ score: Double) -> Double {
        // 3.1, appendix A, defines it over five decimals. 3.0 means the exact product; what binary
        // arithmetic adds to it is far below 1e-10, what a metric changes far above.
        guard version == .v31 else { return (score * 10 - 1e-10).rounded(.up) / 10 }
        let scaled = Int((score * 100_000).rounded())
        return Double(scaled % 10_000 == 0 ? scaled / 10_000 : scaled / 10_000 + 1) / 10
    }
}
