/// How much each factor counts in a tenant's risk. `standard` is the published formula; every weight
/// has bounds within which risk stays monotone and within 0…100.
public struct RiskWeights: Sendable, Hashable, Codable {
    /// Risk points for each CVSS point before any evidence.
    public var severity: Double
    /// Of the square root of the EPSS probability.
    public var prediction: Double
    /// The odds ratio that many public exploits tend to.
    public var exploits: Double
    public var isolated: Double
    public var external: Double
    public var lowAsset: Double
    public var highAsset: Double
    public var crownAsset: Double
    /// The least risk of what is known to be exploited.
    public var exploitedFloor: Double

    @inlinable
    public init(
        severity: Double = 6.5, prediction: Double = 5, exploits: Double = 2, isolated: Double = 0.5,
        external: Double = 1.75, lowAsset: Double = 0.6, highAsset: Double = 1.5, crownAsset: Double = 2.25,
        exploitedFloor: Double = 80
    ) {
        self.severity = severity
        self.prediction = prediction
        self.exploits = exploits
        self.isolated = isolated
        self.external = external
        self.lowAsset = lowAsset
        self.highAsset = highAsset
        self.crownAsset = crownAsset
        self.exploitedFloor = exploitedFloor
    }

    /// The formula of docs/risk.md.
    @inlinable
    public static var standard: RiskWeights { RiskWeights() }

    enum CodingKeys: String, CodingKey {
        case severity, prediction, exploits, isolated, external
        case lowAsset = "low_asset"
        case highAsset = "high_asset"
        case crownAsset = "crown_asset"
        case exploitedFloor = "exploited_floor"
    }

    /// A weight: its name on the wire, what it is, and its bounds.
    public struct Part: Sendable {
        public let name: String
        public let label: String
        public let bounds: ClosedRange<Double>
        public let path: any WritableKeyPath<RiskWeights, Double> & Sendable
    }

    /// Every weight, in the order of the formula.
    public static let parts = [
        Part(name: "severity", label: "Points for each CVSS point", bounds: 5...9, path: \.severity),
        Part(name: "prediction", label: "Exploit prediction (EPSS)", bounds: 0...10, path: \.prediction),
        Part(name: "exploits", label: "Public exploits", bounds: 1...4, path: \.exploits),
        Part(name: "isolated", label: "Isolated endpoint", bounds: 0.1...1, path: \.isolated),
        Part(name: "external", label: "Endpoint on the Internet", bounds: 1...5, path: \.external),
        Part(name: "low_asset", label: "Asset of low criticality", bounds: 0.1...1, path: \.lowAsset),
        Part(name: "high_asset", label: "Asset of high criticality", bounds: 1...5, path: \.highAsset),
        Part(name: "crown_asset", label: "Crown asset", bounds: 1...10, path: \.crownAsset),
        Part(name: "exploited_floor", label: "Least risk when exploited", bounds: 80...95, path: \.exploitedFloor),
    ]

    /// What is wrong with them: the weight's name and the rule it breaks; nil for sound ones.
    public var defect: (name: String, rule: String)? {
        for part in Self.parts where !part.bounds.contains(self[keyPath: part.path]) {
            return (part.name, "must be between \(part.bounds.lowerBound) and \(part.bounds.upperBound)")
        }
        if crownAsset < highAsset { return ("crown_asset", "must not be below high_asset") }
        return nil
    }
}
