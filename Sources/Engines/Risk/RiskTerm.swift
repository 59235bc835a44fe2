import Domain

/// One step of a risk score, in the order of the formula, for a person to check by hand.
public struct RiskTerm: Sendable, Hashable, Codable {
    /// What is looked at: `Severity`, `Exploit prediction`, `Exposure`.
    public let name: String
    /// What is known of it: `CVSS 9.8`, `EPSS 12.00 %`, `not listed`.
    public let input: String
    /// What it does to the score, as a sentence.
    public let contribution: String
    /// The risk after this step, 0…100 with one decimal. The last term's is the score.
    public let risk: Double

    public init(name: String, input: String, contribution: String, risk: Double) {
        self.name = name
        self.input = input
        self.contribution = contribution
        self.risk = risk
    }
}

extension RiskModel {
    /// How `score` comes about: always the same six terms, those without effect included.
    public static func terms(for factors: RiskFactors, weights: RiskWeights = .standard) -> [RiskTerm] {
        func score(_ factors: RiskFactors) -> Double { RiskModel.score(factors, weights: weights) }
        var known = RiskFactors(cvss: factors.cvss, severity: factors.severity)
        var terms = [
            RiskTerm(
                name: "Severity", input: severityInput(factors),
                contribution: "Starts at \(score(known)): \(weights.severity) points for each CVSS point.",
                risk: score(known))
        ]
        func add(_ name: String, _ input: String, ratio: Double, _ change: (inout RiskFactors) -> Void) {
            let before = score(known)
            change(&known)
            terms.append(
                RiskTerm(
                    name: name, input: input, contribution: sentence(ratio, from: before, to: score(known)),
                    risk: score(known)))
        }
        add("Exploit prediction", predictionInput(factors.epss), ratio: predictionRatio(factors.epss, weights)) {
            $0.epss = factors.epss
        }
        add("Public exploits", exploitInput(factors.exploitCount), ratio: exploitRatio(factors.exploitCount, weights)) {
            $0.exploitCount = factors.exploitCount
        }
        add("Exposure", factors.exposure.rawValue, ratio: ratio(factors.exposure, weights)) {
            $0.exposure = factors.exposure
        }
        add("Asset criticality", factors.criticality.rawValue, ratio: ratio(factors.criticality, weights)) {
            $0.criticality = factors.criticality
        }
        terms.append(exploitationTerm(factors, weights, before: score(known)))
        return terms
    }

    private static func exploitationTerm(
        _ factors: RiskFactors, _ weights: RiskWeights, before: Double
    ) -> RiskTerm {
        let risk = score(factors, weights: weights)
        guard factors.isKnownExploited else {
            return RiskTerm(
                name: "Known exploitation", input: "not listed", contribution: "No change.", risk: risk)
        }
        return RiskTerm(
            name: "Known exploitation", input: "listed by CISA",
            contribution: "Lifts \(before) into the range from \(weights.exploitedFloor) to 100, to \(risk).",
            risk: risk)
    }

    private static func sentence(_ ratio: Double, from before: Double, to after: Double) -> String {
        guard ratio != 1 else { return "No change." }
        return "Multiplies the odds by \(decimal(ratio, places: 2)): from \(before) to \(after)."
    }

    private static func severityInput(_ factors: RiskFactors) -> String {
        if let cvss = factors.cvss, !cvss.isNaN { return "CVSS \(decimal(severityScore(factors), places: 1))" }
        let score = decimal(severityScore(factors), places: 1)
        guard let severity = factors.severity else { return "not assessed, taken as CVSS \(score)" }
        return "rated \(severity.rawValue), taken as CVSS \(score)"
    }

    private static func predictionInput(_ epss: Double?) -> String {
        guard let epss, !epss.isNaN else { return "no EPSS score" }
        return "EPSS \(decimal(min(max(epss, 0), 1) * 100, places: 2)) %"
    }

    private static func exploitInput(_ count: Int) -> String {
        switch count {
        case ...0: "none known"
        case 1: "1 known"
        default: "\(count) known"
        }
    }

    /// `number` (not negative) with a fixed number of places, halves up.
    private static func decimal(_ number: Double, places: Int) -> String {
        let scale = (0..<places).reduce(1) { product, _ in product * 10 }
        let scaled = Int(number * Double(scale) + 0.5)
        let fraction = String(scaled % scale)
        return "\(scaled / scale)." + String(repeating: "0", count: places - fraction.count) + fraction
    }
}
