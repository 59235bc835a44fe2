import Domain
import Risk
import Testing

@Suite("Risk of a finding")
struct RiskModelTests {
    static let workedExamples: [(RiskFactors, Double)] = [
        (RiskFactors(cvss: 3.3), 21.5),
        (RiskFactors(cvss: 5.5, epss: 0.0005), 38.2),
        (RiskFactors(cvss: 7.5, epss: 0.001), 52.4),
        (RiskFactors(cvss: 9.8), 63.7),
        (RiskFactors(cvss: 5.5, epss: 0.01, exploitCount: 1), 55.6),
        (RiskFactors(cvss: 9.8, epss: 0.1), 81.9),
        (RiskFactors(cvss: 9.8, exposure: .external, criticality: .crown), 87.4),
        (RiskFactors(cvss: 9.8, epss: 0.94, isKnownExploited: true, exploitCount: 3), 98.9),
        (RiskFactors(cvss: 4.3, isKnownExploited: true, exposure: .isolated, criticality: .low), 82.1),
        (RiskFactors(severity: .medium), 35.8),
        (RiskFactors(), 32.5),
    ]

    @Test("the worked examples of docs/risk.md", arguments: workedExamples)
    func examples(factors: RiskFactors, risk: Double) {
        #expect(RiskModel.score(factors) == risk)
    }

    @Test("without evidence the bands of CVSS are the bands of risk, up to high")
    func bands() {
        #expect(RiskModel.band(RiskModel.score(RiskFactors(cvss: 3.9))) == .low)
        #expect(RiskModel.band(RiskModel.score(RiskFactors(cvss: 4.0))) == .medium)
        #expect(RiskModel.band(RiskModel.score(RiskFactors(cvss: 6.9))) == .medium)
        #expect(RiskModel.band(RiskModel.score(RiskFactors(cvss: 7.0))) == .high)
        #expect(RiskModel.band(RiskModel.score(RiskFactors(cvss: 10))) == .high)
        #expect(RiskModel.band(0) == nil)
    }

    @Test("a CVSS score counts before the source's rating, and the rating before the prior")
    func fallback() {
        #expect(RiskModel.score(RiskFactors(cvss: 2, severity: .critical)) == 13)
        #expect(RiskModel.score(RiskFactors(severity: .critical)) == RiskModel.score(RiskFactors(cvss: 9.5)))
        #expect(RiskModel.score(RiskFactors()) == RiskModel.score(RiskFactors(cvss: 5)))
        #expect(RiskModel.score(RiskFactors(cvss: .nan)) == RiskModel.score(RiskFactors()))
    }

    @Test("values outside their range count as its end", arguments: [Double.infinity, 1e300, -1e300, -.infinity])
    func outside(value: Double) {
        let bound = value > 0 ? 1.0 : 0.0
        let risk = RiskModel.score(RiskFactors(cvss: value, epss: value, exploitCount: Int.min))
        #expect(risk == RiskModel.score(RiskFactors(cvss: bound * 10, epss: bound)))
        #expect((0...100).contains(RiskModel.score(RiskFactors(cvss: 10, epss: 1, exploitCount: Int.max))))
    }

    @Test("a known exploited finding is never below the critical threshold, not even at CVSS 0")
    func floor() {
        let least = RiskFactors(cvss: 0, isKnownExploited: true, exposure: .isolated, criticality: .low)
        #expect(RiskModel.score(least) == RiskModel.criticalThreshold)
    }
}
