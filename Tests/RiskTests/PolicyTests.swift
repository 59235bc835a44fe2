import Domain
import FoundationEssentials
import Risk
import Testing
import TestRandomness

@Suite("A tenant's own weights, deadlines and exceptions")
struct PolicyTests {
    @Test("the standard weights are the published formula", arguments: RiskModelTests.workedExamples)
    func standard(factors: RiskFactors, risk: Double) {
        #expect(RiskModel.score(factors, weights: .standard) == risk)
        #expect(RiskWeights.standard.defect == nil)
    }

    /// Sound weights, anywhere within the bounds.
    private static func weights(_ random: inout SeededRandom) -> RiskWeights {
        var weights = RiskWeights.standard
        for part in RiskWeights.parts { weights[keyPath: part.path] = Double.random(in: part.bounds, using: &random) }
        weights.crownAsset = max(weights.crownAsset, weights.highAsset)
        return weights
    }

    @Test("whatever the weights, risk never falls where an input worsens", arguments: RiskMonotonicityTests.worsenings)
    func monotone(name: String, worsen: RiskMonotonicityTests.Worsening) {
        var random = SeededRandom(seed: 11)
        for _ in 0..<5_000 {
            let weights = Self.weights(&random)
            #expect(weights.defect == nil)
            var factors = RiskFactors(
                cvss: Double.random(in: 0...10, using: &random), epss: Double.random(in: 0...1, using: &random),
                isKnownExploited: Bool.random(using: &random), exploitCount: Int.random(in: 0...5, using: &random),
                exposure: Exposure.allCases.randomElement(using: &random) ?? .internal,
                criticality: AssetCriticality.allCases.randomElement(using: &random) ?? .normal)
            if name.hasPrefix("rating") { factors.cvss = nil; factors.severity = .low }
            var worse = factors
            worsen(&worse, &random)
            let (before, after) = (RiskModel.score(factors, weights: weights), RiskModel.score(worse, weights: weights))
            #expect(after >= before && (0...100).contains(after), "\(factors) → \(worse) by \(weights)")
        }
    }

    @Test("the steps shown end at the score, whatever the weights")
    func terms() {
        var random = SeededRandom(seed: 12)
        for _ in 0..<500 {
            let weights = Self.weights(&random)
            let factors = RiskFactors(
                cvss: Double.random(in: 0...10, using: &random), epss: 0.2,
                isKnownExploited: Bool.random(using: &random),
                exploitCount: 1, exposure: .external, criticality: .crown)
            let terms = RiskModel.terms(for: factors, weights: weights)
            #expect(terms.last?.risk == RiskModel.score(factors, weights: weights))
        }
    }

    @Test("a weight outside its bounds, or a crown asset below a high one, is named")
    func defects() {
        for part in RiskWeights.parts {
            for value in [part.bounds.lowerBound - 0.01, part.bounds.upperBound + 0.01, .nan] {
                var weights = RiskWeights.standard
                weights[keyPath: part.path] = value
                #expect(weights.defect?.name == part.name, "\(value)")
            }
        }
        #expect(RiskWeights(highAsset: 3, crownAsset: 2).defect?.name == "crown_asset")
    }

    private static let deadlines = DeadlinePolicy(
        critical: 15, high: 30, medium: nil, low: 180, knownExploited: 7, highAsset: 20, crownAsset: 3)

    private static let days: [(Severity?, Bool, AssetCriticality, Int?)] = [
        (.critical, false, .normal, 15), (.critical, true, .normal, 7), (.high, false, .normal, 30),
        (.high, false, .high, 20), (.high, false, .crown, 3), (.low, false, .low, 180), (.medium, false, .normal, nil),
        (nil, false, .normal, nil), (.medium, true, .normal, 7), (.medium, false, .high, 20),
    ]

    @Test("of the deadlines that apply the shortest holds; none is none", arguments: days)
    func shortest(_ severity: Severity?, _ isExploited: Bool, _ criticality: AssetCriticality, _ days: Int?) {
        let policy = Self.deadlines
        #expect(policy.days(severity: severity, isKnownExploited: isExploited, criticality: criticality) == days)
    }

    @Test("a deadline counts from the detection, and moves by the time that the clock stood still")
    func due() {
        let detected = Date(timeIntervalSinceReferenceDate: 1000)
        func due(paused: Double) -> Date? {
            Self.deadlines.due(
                severity: .critical, isKnownExploited: false, criticality: .normal, detectedAt: detected, paused: paused
            )
        }
        #expect(due(paused: 0) == detected.addingTimeInterval(15 * 86_400))
        #expect(due(paused: 86_400) == detected.addingTimeInterval(16 * 86_400))
    }

    @Test("policies outside their bounds are named by their field")
    func policyDefects() {
        #expect(DeadlinePolicy.standard.defect == nil && ExceptionPolicy.standard.defect == nil)
        #expect(DeadlinePolicy(high: 0).defect?.name == "high")
        #expect(DeadlinePolicy(warningDays: 400).defect?.name == "warning_days")
        #expect(ExceptionPolicy(maximumDays: 0).defect?.name == "maximum_days")
    }

    @Test("an exception covers what it names, and no more")
    func scopes() {
        let (cve, other, endpoint) = (UUID(), UUID(), UUID())
        let both = ExceptionScope(vulnerability: cve, package: "openssl")
        #expect(both.covers(vulnerability: cve, packages: ["libssl3"], source: "openssl"))
        #expect(both.covers(vulnerability: cve, packages: ["openssl"], source: ""))
        #expect(!both.covers(vulnerability: cve, packages: ["openssl-dev"], source: ""))
        #expect(!both.covers(vulnerability: other, packages: ["openssl"], source: "openssl"))
        #expect(both.covers(endpoint: nil, tags: []))
        let local = ExceptionScope(vulnerability: cve, endpoint: endpoint)
        #expect(local.covers(endpoint: endpoint, tags: []) && !local.covers(endpoint: nil, tags: []))
        let tagged = ExceptionScope(package: "curl", tag: "lab")
        #expect(tagged.covers(endpoint: nil, tags: ["lab", "x"]) && !tagged.covers(endpoint: nil, tags: ["x"]))
    }
}
