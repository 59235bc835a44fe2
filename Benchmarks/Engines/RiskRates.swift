import Domain
import Risk

/// Risk scores of findings, one after the other on one processor.
struct RiskRates: BenchmarkGroup {
    static let name = "risk"
    static let summary = "risk scores of findings"

    func run(_ bench: Bench) async throws {
        let findings = Self.findings(1_000_000)
        try await bench.measure("risk.score", unit: "findings/s", required: .atLeast(1_000_000)) {
            let clock = ContinuousClock()
            let start = clock.now
            var sum = 0.0
            for finding in findings { sum += RiskModel.score(finding) }
            precondition(sum > 0)
            return Double(findings.count) / (clock.now - start).seconds
        }
    }

    /// Every combination of what is known and unknown.
    private static func findings(_ count: Int) -> [RiskFactors] {
        var random = SeededRandom(seed: 3)
        return (0..<count).map { number in
            RiskFactors(
                cvss: number.isMultiple(of: 5) ? nil : Double(Int.random(in: 0...100, using: &random)) / 10,
                severity: Severity.allCases.randomElement(using: &random),
                epss: number.isMultiple(of: 3) ? nil : Double.random(in: 0...1, using: &random),
                isKnownExploited: number.isMultiple(of: 50), exploitCount: number % 4,
                exposure: Exposure.allCases.randomElement(using: &random) ?? .internal,
                criticality: AssetCriticality.allCases.randomElement(using: &random) ?? .normal)
        }
    }
}
