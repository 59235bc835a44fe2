import Domain

/// Sums up the open findings of one endpoint: the worst dominates, each further one adds a little
/// less. Exact integers inside, so that the order of findings never shows in the score.
public struct EndpointRisk: Sendable, Hashable {
    /// Tenths of a point.
    @usableFromInline var worstTenths: UInt64 = 0
    @usableFromInline var sumOfSquares: UInt64 = 0

    @inlinable
    public init() {}

    /// Sums that were made elsewhere, of tenths of a point and of their squares.
    public init(worstTenths: Int, sumOfSquares: Int) {
        self.worstTenths = UInt64(clamping: worstTenths)
        self.sumOfSquares = max(UInt64(clamping: sumOfSquares), self.worstTenths * self.worstTenths)
    }

    /// Risk of the worst finding, 0…100; 0 without findings.
    public var worst: Double { Double(worstTenths) / 10 }

    /// Adds an open finding's risk (0…100; outside values are taken as the nearest end).
    @inlinable
    public mutating func add(_ risk: Double) {
        let tenths = risk > 0 ? UInt64(min(risk, 100) * 10 + 0.5) : 0
        worstTenths = max(worstTenths, tenths)
        sumOfSquares += tenths * tenths
    }

    /// 0…100 with one decimal, never below `worst`.
    public var score: Double {
        // Squares: ten findings of risk 10 weigh as much as one of 32.
        let others = Double(sumOfSquares - worstTenths * worstTenths) / 1_000_000
        let pressure = others / (others + Self.halfPressure)
        let headroom = Self.share * worst * (1 - worst / 100)
        return RiskModel.rounded(worst + headroom * pressure)
    }

    /// The others' sum of squared risks (as fractions of 1) that fills half of the headroom.
    private static let halfPressure = 5.0
    /// How much of worst × (1 − worst) all others together can add. At most 1, or the score would
    /// fall where the worst rises.
    private static let share = 0.5
}

extension RiskModel {
    /// 0…100: see `EndpointRisk`. 0 without findings.
    @inlinable
    public static func endpointScore(openFindingRisks: some Sequence<Double>) -> Double {
        var endpoint = EndpointRisk()
        for risk in openFindingRisks { endpoint.add(risk) }
        return endpoint.score
    }

    /// The published status of an endpoint. Critical: anything known to be exploited is open, or
    /// the worst finding or all together reach `criticalThreshold`. At risk: the worst is at least
    /// medium. Else healthy, low risks included.
    public static func status(score: Double, worst: Double, hasKnownExploited: Bool) -> EndpointStatus {
        if hasKnownExploited || max(score, worst) >= criticalThreshold { return .critical }
        return worst >= mediumThreshold ? .atRisk : .healthy
    }
}
