import Domain

/// The facts of a vulnerability that SSVC asks for, each with where it comes from: CISA's own
/// assessment (the ADP container of CVE records) where there is one, else derived.
public struct SSVCEvidence: Sendable, Hashable {
    /// Where a fact comes from.
    public enum Origin: String, Sendable, Codable, CaseIterable {
        /// CISA has assessed it.
        case cisa
        /// From the KEV catalogue, public exploits or the CVSS vector.
        case derived
        /// There is nothing to derive it from.
        case assumed
    }

    /// A fact and its origin.
    public struct Fact<Value: Sendable & Hashable>: Sendable, Hashable {
        public let value: Value
        public let origin: Origin
    }

    public let exploitation: Fact<SSVC.Exploitation>
    public let isAutomatable: Fact<Bool>
    public let impact: Fact<SSVC.TechnicalImpact>

    /// What CISA has assessed; nil for what it has not.
    public struct Assessment: Sendable, Hashable {
        public var exploitation: SSVC.Exploitation?
        public var isAutomatable: Bool?
        public var impact: SSVC.TechnicalImpact?

        public init(
            exploitation: SSVC.Exploitation? = nil, isAutomatable: Bool? = nil, impact: SSVC.TechnicalImpact? = nil
        ) {
            self.exploitation = exploitation
            self.isAutomatable = isAutomatable
            self.impact = impact
        }
    }

    /// - Parameters:
    ///   - vector: the CVSS vector, of any version; one that cannot be read counts as none.
    ///   - severity: the rating, looked at where there is no vector.
    public init(
        assessment: Assessment = Assessment(), isKnownExploited: Bool, exploitCount: Int, vector: String?,
        severity: Severity?
    ) {
        exploitation = Self.exploitation(assessment.exploitation, isKnownExploited, exploitCount)
        let metrics = vector.flatMap(ReachAndImpact.init)
        isAutomatable = Self.fact(assessment.isAutomatable, metrics?.isAutomatable, assumed: false)
        impact = Self.fact(
            assessment.impact, metrics.map { $0.isTotal ? .total : .partial },
            assumed: severity == .critical ? .total : .partial)
    }

    /// The KEV catalogue is CISA's word, too, and the newer one.
    private static func exploitation(
        _ assessed: SSVC.Exploitation?, _ isKnownExploited: Bool, _ exploitCount: Int
    ) -> Fact<SSVC.Exploitation> {
        if isKnownExploited, assessed != .active { return Fact(value: .active, origin: .derived) }
        return fact(assessed, exploitCount > 0 ? .poc : SSVC.Exploitation.none, assumed: .none)
    }

    private static func fact<Value>(_ assessed: Value?, _ derived: Value?, assumed: Value) -> Fact<Value> {
        if let assessed { return Fact(value: assessed, origin: .cisa) }
        if let derived { return Fact(value: derived, origin: .derived) }
        return Fact(value: assumed, origin: .assumed)
    }

    /// The decision for an asset.
    public func decision(_ criticality: AssetCriticality) -> SSVC.Decision {
        SSVC.decision(
            exploitation.value, isAutomatable: isAutomatable.value, impact.value, SSVC.MissionImpact(criticality))
    }

    /// The timeline for an asset.
    public func timeline(isKnownExploited: Bool, _ exposure: Exposure) -> RemediationTimeline {
        RemediationTimeline(
            isKnownExploited: isKnownExploited, isExposed: exposure == .external, isAutomatable: isAutomatable.value,
            impact: impact.value)
    }
}

/// What a CVSS vector says of how an attack gets in and what it takes.
struct ReachAndImpact {
    /// From anywhere on the network, without preconditions, rights or anybody's help: reconnaissance
    /// to exploitation can be a program.
    let isAutomatable: Bool
    /// All that is confidential, and all that can be changed.
    let isTotal: Bool

    /// Nil unless the vector is valid.
    init?(_ vector: String) {
        guard (try? CVSS.parse(vector)) != nil else { return nil }
        var metrics: [Substring: Substring] = [:]
        for part in vector.split(whereSeparator: { "/()".contains($0) }) {
            let halves = part.split(separator: ":", maxSplits: 1)
            if halves.count == 2 { metrics[halves[0]] = halves[1] }
        }
        let isOpen = metrics["AV"] == "N" && metrics["AC"] == "L"
        switch metrics["CVSS"] {
        case nil:
            isAutomatable = isOpen && metrics["Au"] == "N"
            isTotal = metrics["C"] == "C" && metrics["I"] == "C"
        case "4.0":
            let needsNothing = metrics["AT"] == "N" && metrics["PR"] == "N" && metrics["UI"] == "N"
            // The supplemental metric says it outright where the CNA gives it.
            isAutomatable = metrics["AU"].map { $0 == "Y" } ?? (isOpen && needsNothing)
            isTotal = metrics["VC"] == "H" && metrics["VI"] == "H"
        default:
            isAutomatable = isOpen && metrics["PR"] == "N" && metrics["UI"] == "N"
            isTotal = metrics["C"] == "H" && metrics["I"] == "H"
        }
    }
}
