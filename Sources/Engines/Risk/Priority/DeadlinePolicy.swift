import Domain
import FoundationEssentials

/// A tenant's deadlines (service levels): days from the detection of a finding to its remediation.
/// Each that applies sets one; the shortest holds.
public struct DeadlinePolicy: Sendable, Hashable, Codable {
    /// Days by severity; nil sets none. A finding without a severity has that of `medium`.
    public var critical: Int?
    public var high: Int?
    public var medium: Int?
    public var low: Int?
    /// Days for what is known to be exploited, whatever its severity.
    public var knownExploited: Int?
    /// Days for anything on an asset of high criticality, and on a crown asset.
    public var highAsset: Int?
    public var crownAsset: Int?
    /// A finding is due soon this many days before its deadline.
    public var warningDays: Int

    public init(
        critical: Int? = nil, high: Int? = nil, medium: Int? = nil, low: Int? = nil, knownExploited: Int? = nil,
        highAsset: Int? = nil, crownAsset: Int? = nil, warningDays: Int = 7
    ) {
        self.critical = critical
        self.high = high
        self.medium = medium
        self.low = low
        self.knownExploited = knownExploited
        self.highAsset = highAsset
        self.crownAsset = crownAsset
        self.warningDays = warningDays
    }

    /// In force until a tenant sets its own.
    public static let standard = DeadlinePolicy(critical: 15, high: 30, medium: 90, low: 180, knownExploited: 14)

    enum CodingKeys: String, CodingKey {
        case critical, high, medium, low
        case knownExploited = "known_exploited"
        case highAsset = "high_asset"
        case crownAsset = "crown_asset"
        case warningDays = "warning_days"
    }

    /// The days that a deadline may have.
    public static let bounds = 1...3650

    /// A deadline: its name on the wire and what it is for.
    public struct Part: Sendable {
        public let name: String
        public let label: String
        public let path: any WritableKeyPath<DeadlinePolicy, Int?> & Sendable
    }

    /// Every deadline, the most urgent cause first.
    public static let parts = [
        Part(name: "known_exploited", label: "Known to be exploited", path: \.knownExploited),
        Part(name: "critical", label: "Critical severity", path: \.critical),
        Part(name: "high", label: "High severity", path: \.high),
        Part(name: "medium", label: "Medium severity, or unrated", path: \.medium),
        Part(name: "low", label: "Low severity", path: \.low),
        Part(name: "crown_asset", label: "Anything on a crown asset", path: \.crownAsset),
        Part(name: "high_asset", label: "Anything on an asset of high criticality", path: \.highAsset),
    ]

    /// What is wrong with it: the field's name and the rule it breaks; nil for a sound one.
    public var defect: (name: String, rule: String)? {
        for part in Self.parts {
            if let days = self[keyPath: part.path], !Self.bounds.contains(days) {
                return (part.name, "must be between \(Self.bounds.lowerBound) and \(Self.bounds.upperBound)")
            }
        }
        return (0...365).contains(warningDays) ? nil : ("warning_days", "must be between 0 and 365")
    }

    /// The days that a finding may stay open; nil for any number.
    public func days(severity: Severity?, isKnownExploited: Bool, criticality: AssetCriticality) -> Int? {
        let bySeverity =
            switch severity {
            case .critical: critical
            case .high: high
            case .medium, nil: medium
            case .low: low
            }
        let byAsset: Int? =
            switch criticality {
            case .low, .normal: nil
            case .high: highAsset
            case .crown: [crownAsset, highAsset].compactMap { $0 }.min()
            }
        return [bySeverity, isKnownExploited ? knownExploited : nil, byAsset].compactMap { $0 }.min()
    }

    /// The deadline, to the second.
    /// - Parameter paused: seconds that the clock stood still, under exceptions, since the detection.
    public func due(
        severity: Severity?, isKnownExploited: Bool, criticality: AssetCriticality, detectedAt: Date,
        paused: Double
    ) -> Date? {
        days(severity: severity, isKnownExploited: isKnownExploited, criticality: criticality).map { days in
            let seconds = detectedAt.timeIntervalSinceReferenceDate + Double(days) * 86_400 + paused
            return Date(timeIntervalSinceReferenceDate: seconds.rounded())
        }
    }
}

/// Where an open finding stands to its deadline.
public enum DeadlineState: String, Sendable, CaseIterable {
    case overdue
    case dueSoon = "due_soon"
    case onTime = "on_time"
    /// No deadline, or a clock that stands still.
    case none
}
