import Domain
import Risk
import Testing
import TestRandomness

@Suite("Risk and status of an endpoint")
struct EndpointRiskTests {
    @Test("nothing open is 0 and healthy")
    func nothing() {
        #expect(RiskModel.endpointScore(openFindingRisks: []) == 0)
        #expect(RiskModel.status(score: 0, worst: 0, hasKnownExploited: false) == .healthy)
    }

    @Test("one finding gives its own risk", arguments: [0.1, 12.9, 50, 99.9, 100])
    func single(risk: Double) {
        #expect(RiskModel.endpointScore(openFindingRisks: [risk]) == risk)
    }

    @Test("the worked examples of docs/risk.md")
    func examples() {
        #expect(RiskModel.endpointScore(openFindingRisks: Array(repeating: 13, count: 40)) == 13.7)
        #expect(RiskModel.endpointScore(openFindingRisks: Array(repeating: 38, count: 20)) == 42.2)
        #expect(RiskModel.endpointScore(openFindingRisks: [63.7, 52.4, 52.4, 35.8]) == 65.1)
        #expect(RiskModel.endpointScore(openFindingRisks: Array(repeating: 75, count: 300)) == 84.1)
    }

    @Test("never below the worst, never above 100, whatever the order")
    func bounds() {
        var random = SeededRandom(seed: 6)
        for _ in 0..<5_000 {
            var risks = Self.risks(&random)
            let score = RiskModel.endpointScore(openFindingRisks: risks)
            #expect(score >= (risks.max() ?? 0) && score <= 100)
            risks.shuffle(using: &random)
            #expect(RiskModel.endpointScore(openFindingRisks: risks) == score)
        }
    }

    @Test("one more finding, or a worse one, never lowers it")
    func monotone() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<20_000 {
            var risks = Self.risks(&random)
            let before = RiskModel.endpointScore(openFindingRisks: risks)
            if let index = risks.indices.randomElement(using: &random), Bool.random(using: &random) {
                risks[index] = Double.random(in: risks[index]...100, using: &random)
            } else {
                risks.append(Double.random(in: 0...100, using: &random))
            }
            #expect(RiskModel.endpointScore(openFindingRisks: risks) >= before, "\(risks)")
        }
    }

    @Test("each further finding of a kind adds less than the last")
    func diminishing() {
        let scores = [1, 101, 201, 301].map {
            RiskModel.endpointScore(openFindingRisks: Array(repeating: 50, count: $0))
        }
        let gains = zip(scores.dropFirst(), scores).map { $0 - $1 }
        #expect(gains[0] > gains[1] && gains[1] > gains[2] && gains[2] > 0)
    }

    @Test("impossible risks count as the nearest end")
    func outside() {
        #expect(RiskModel.endpointScore(openFindingRisks: [.nan, -5, -.infinity]) == 0)
        #expect(RiskModel.endpointScore(openFindingRisks: [.infinity, 1e300]) == 100)
    }

    @Test(
        "the status is what a security engineer expects",
        arguments: [
            ([RiskFactors(cvss: 3.3), RiskFactors(severity: .low)], .healthy),
            (Array(repeating: RiskFactors(cvss: 3.1), count: 500), .healthy),
            ([RiskFactors(cvss: 5.5)], .atRisk),
            ([RiskFactors()], .atRisk),
            ([RiskFactors(cvss: 9.8)], .atRisk),
            ([RiskFactors(cvss: 9.8, epss: 0.3, exploitCount: 1)], .critical),
            ([RiskFactors(cvss: 9.8, exposure: .external, criticality: .crown)], .critical),
            ([RiskFactors(cvss: 4.3, isKnownExploited: true)], .critical),
            (Array(repeating: RiskFactors(cvss: 9.8, epss: 0.04), count: 100), .critical),
        ] as [([RiskFactors], EndpointStatus)])
    func status(findings: [RiskFactors], status: EndpointStatus) {
        var endpoint = EndpointRisk()
        for finding in findings { endpoint.add(RiskModel.score(finding)) }
        let isExploited = findings.contains(where: \.isKnownExploited)
        #expect(
            RiskModel.status(score: endpoint.score, worst: endpoint.worst, hasKnownExploited: isExploited) == status)
    }

    private static func risks(_ random: inout SeededRandom) -> [Double] {
        (0..<Int.random(in: 0...40, using: &random)).map { _ in
            (Double.random(in: 0...100, using: &random) * 10).rounded() / 10
        }
    }
}
