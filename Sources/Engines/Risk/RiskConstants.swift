import Domain

/// The steps of model version 1; their numbers are `RiskWeights`.
extension RiskModel {
    /// CVSS score of a vulnerability that has neither a vector nor a rating: not assessed is not
    /// harmless, so the middle of the scale.
    @usableFromInline static let unassessed = 5.0

    /// The midpoints of the CVSS bands (CVSS 3.1 section 5), for sources that rate without scoring.
    @inlinable
    static func midpoint(_ severity: Severity) -> Double {
        switch severity {
        case .low: 2.0
        case .medium: 5.5
        case .high: 8.0
        case .critical: 9.5
        }
    }

    /// The CVSS score used: the known one, else the rating's midpoint, else the prior.
    @inlinable
    static func severityScore(_ factors: RiskFactors) -> Double {
        if let cvss = factors.cvss, !cvss.isNaN { return min(max(cvss, 0), 10) }
        return factors.severity.map(midpoint) ?? unassessed
    }

    /// Odds ratio of the EPSS probability. EPSS values are heavily skewed towards 0 (half of all
    /// CVEs are under 0.1 %); the square root gives the middle of the field a voice.
    @inlinable
    static func predictionRatio(_ epss: Double?, _ weights: RiskWeights) -> Double {
        guard let epss, epss > 0 else { return 1 }
        return 1 + weights.prediction * min(epss, 1).squareRoot()
    }

    /// Odds ratio of public exploits: 1 without any, half of the way to the weight with one, towards
    /// it with many. The first matters most.
    @inlinable
    static func exploitRatio(_ count: Int, _ weights: RiskWeights) -> Double {
        let exploits = Double(max(count, 0))
        return (weights.exploits * exploits + 1) / (exploits + 1)
    }

    @inlinable
    static func ratio(_ exposure: Exposure, _ weights: RiskWeights) -> Double {
        switch exposure {
        case .isolated: weights.isolated
        case .internal: 1
        case .external: weights.external
        }
    }

    @inlinable
    static func ratio(_ criticality: AssetCriticality, _ weights: RiskWeights) -> Double {
        switch criticality {
        case .low: weights.lowAsset
        case .normal: 1
        case .high: weights.highAsset
        case .crown: weights.crownAsset
        }
    }

    /// Known exploitation: 0…100 becomes the floor (80) to 100, order kept.
    @inlinable
    static func lifted(_ risk: Double, _ weights: RiskWeights) -> Double {
        weights.exploitedFloor + risk * (1 - weights.exploitedFloor / 100)
    }

    /// To one decimal, halves up as by hand: 1e-9 forgives the half that binary fractions lost.
    /// `risk` is not negative.
    @inlinable
    static func rounded(_ risk: Double) -> Double { Double(Int(risk * 10 + (0.5 + 1e-9))) / 10 }
}
