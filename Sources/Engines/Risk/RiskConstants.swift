import Domain

/// The numbers of model version 1, each with the step that it belongs to.
extension RiskModel {
    /// Risk points for each CVSS point before any evidence: a 10.0 nobody exploits is a 65.
    @usableFromInline static let pointsPerSeverity = 6.5

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
    static func predictionRatio(_ epss: Double?) -> Double {
        guard let epss, epss > 0 else { return 1 }
        return 1 + 5 * min(epss, 1).squareRoot()
    }

    /// Odds ratio of public exploits: 1 without any, 1.5 with one, towards 2 with many. The first
    /// matters most.
    @inlinable
    static func exploitRatio(_ count: Int) -> Double {
        let exploits = Double(max(count, 0))
        return (2 * exploits + 1) / (exploits + 1)
    }

    @inlinable
    static func ratio(_ exposure: Exposure) -> Double {
        switch exposure {
        case .isolated: 0.5
        case .internal: 1
        case .external: 1.75
        }
    }

    @inlinable
    static func ratio(_ criticality: AssetCriticality) -> Double {
        switch criticality {
        case .low: 0.6
        case .normal: 1
        case .high: 1.5
        case .crown: 2.25
        }
    }

    /// Known exploitation: 0…100 becomes 80…100, order kept.
    @inlinable
    static func lifted(_ risk: Double) -> Double { criticalThreshold + risk * (1 - criticalThreshold / 100) }

    /// To one decimal, halves up as by hand: 1e-9 forgives the half that binary fractions lost.
    /// `risk` is not negative.
    @inlinable
    static func rounded(_ risk: Double) -> Double { Double(Int(risk * 10 + (0.5 + 1e-9))) / 10 }
}
