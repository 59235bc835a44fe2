import Domain
import Risk
import Testing
import TestRandomness

@Suite("Risk never falls where an input worsens")
struct RiskMonotonicityTests {
    /// Makes one input of a finding worse, by any amount.
    typealias Worsening = @Sendable (inout RiskFactors, inout SeededRandom) -> Void

    static let worsenings: [(String, Worsening)] = [
        ("CVSS", { $0.cvss = Double.random(in: ($0.cvss ?? 10)...10, using: &$1) }),
        ("CVSS by the least bit", { factors, _ in factors.cvss = factors.cvss?.nextUp }),
        ("EPSS", { $0.epss = Double.random(in: ($0.epss ?? 0)...1, using: &$1) }),
        ("EPSS by the least bit", { factors, _ in factors.epss = factors.epss?.nextUp }),
        ("known exploitation", { factors, _ in factors.isKnownExploited = true }),
        ("exploits", { $0.exploitCount += Int.random(in: 0...5, using: &$1) }),
        ("exposure", { $0.exposure = max($0.exposure, Exposure.allCases.randomElement(using: &$1) ?? .isolated) }),
        (
            "criticality",
            { $0.criticality = max($0.criticality, AssetCriticality.allCases.randomElement(using: &$1) ?? .low) }
        ),
        (
            "rating without CVSS",
            { factors, random in
                factors.cvss = nil
                factors.severity = max(
                    factors.severity ?? .low, Severity.allCases.randomElement(using: &random) ?? .low)
            }
        ),
    ]

    @Test(arguments: worsenings)
    func monotone(name: String, worsen: Worsening) {
        var random = SeededRandom(seed: 3)
        for _ in 0..<20_000 {
            var factors = Self.factors(&random)
            if name.hasPrefix("rating") { factors.cvss = nil; factors.severity = factors.severity ?? .low }
            let before = RiskModel.score(factors)
            var worse = factors
            worsen(&worse, &random)
            let after = RiskModel.score(worse)
            #expect(after >= before && (0...100).contains(after), "\(factors) → \(worse)")
        }
    }

    @Test("each input matters: worsening it widely raises the risk of a middling finding")
    func sensitive() {
        let middling = RiskFactors(cvss: 6, epss: 0.02, exploitCount: 1)
        let changes: [(inout RiskFactors) -> Void] = [
            { $0.cvss = 7 }, { $0.epss = 0.1 }, { $0.isKnownExploited = true }, { $0.exploitCount = 2 },
            { $0.exposure = .external }, { $0.criticality = .high },
        ]
        for change in changes {
            var worse = middling
            change(&worse)
            #expect(RiskModel.score(worse) > RiskModel.score(middling), "\(worse)")
        }
    }

    @Test("the same finding has the same risk, always with one decimal")
    func deterministic() {
        var random = SeededRandom(seed: 4)
        for _ in 0..<10_000 {
            let factors = Self.factors(&random)
            let risk = RiskModel.score(factors)
            #expect(risk == RiskModel.score(factors))
            #expect(risk == (risk * 10).rounded() / 10)
        }
    }

    static func factors(_ random: inout SeededRandom) -> RiskFactors {
        RiskFactors(
            cvss: (Double.random(in: 0...10, using: &random) * 10).rounded() / 10,
            severity: Severity.allCases.randomElement(using: &random),
            epss: Bool.random(using: &random) ? Double.random(in: 0...1, using: &random) : nil,
            isKnownExploited: Bool.random(using: &random), exploitCount: Int.random(in: 0...4, using: &random),
            exposure: Exposure.allCases.randomElement(using: &random) ?? .internal,
            criticality: AssetCriticality.allCases.randomElement(using: &random) ?? .normal)
    }
}
