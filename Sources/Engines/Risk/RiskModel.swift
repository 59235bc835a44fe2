import Domain

/// Risk of a finding, 0…100: how much it matters that it be dealt with first. The formula is
/// published with worked examples in docs/risk.md; a change of any constant is a new `version`.
///
/// The severity gives odds; each piece of evidence and of context multiplies them; known
/// exploitation then lifts the result into the top fifth. Every step is monotone in its input.
public enum RiskModel {
    /// Stored beside scores, so that they can be recomputed when the model changes.
    public static let version = 1

    /// At or above: `critical`, `high`, `medium` risk. Below `mediumThreshold`, low.
    public static let criticalThreshold = 80.0
    public static let highThreshold = 45.0
    public static let mediumThreshold = 26.0

    /// 0…100 with one decimal. Inputs outside their range are taken as its nearest end, and a
    /// number that is not one (NaN) as unknown.
    /// - Parameter weights: must be without `defect`.
    @inlinable
    public static func score(_ factors: RiskFactors, weights: RiskWeights = .standard) -> Double {
        let severity = severityScore(factors) * weights.severity
        let odds =
            predictionRatio(factors.epss, weights) * ratio(factors.exposure, weights)
            * ratio(factors.criticality, weights)
        // Written so that every operation is monotone by itself: correctly rounded arithmetic then
        // keeps the whole monotone to the last bit. Severity 0 gives infinity, and so risk 0.
        let against = (100 - severity) / (severity * odds) / exploitRatio(factors.exploitCount, weights)
        let risk = 100 / (1 + against)
        return rounded(factors.isKnownExploited ? lifted(risk, weights) : risk)
    }

    /// The band of a risk, named as severities are; nil for 0.
    public static func band(_ risk: Double) -> Severity? {
        switch risk {
        case criticalThreshold...: .critical
        case highThreshold...: .high
        case mediumThreshold...: .medium
        default: risk > 0 ? .low : nil
        }
    }
}
