import Domain

/// What is known of one finding when its risk is computed.
public struct RiskFactors: Sendable, Hashable {
    /// CVSS score, 0…10; nil when the vulnerability has no vector.
    public var cvss: Double?
    /// The source's own rating, used where there is no CVSS score.
    public var severity: Severity?
    /// EPSS: probability of exploitation in the next 30 days, 0…1; nil when not scored.
    public var epss: Double?
    /// Listed in CISA's Known Exploited Vulnerabilities catalogue.
    public var isKnownExploited: Bool
    /// Public exploits on record.
    public var exploitCount: Int
    public var exposure: Exposure
    public var criticality: AssetCriticality

    public init(
        cvss: Double? = nil, severity: Severity? = nil, epss: Double? = nil, isKnownExploited: Bool = false,
        exploitCount: Int = 0, exposure: Exposure = .internal, criticality: AssetCriticality = .normal
    ) {
        self.cvss = cvss
        self.severity = severity
        self.epss = epss
        self.isKnownExploited = isKnownExploited
        self.exploitCount = exploitCount
        self.exposure = exposure
        self.criticality = criticality
    }
}

/// From where an attacker can reach the endpoint. Ordered: each reaches further than the last.
public enum Exposure: String, Sendable, Codable, CaseIterable, Comparable {
    /// No route from the organisation's network: laboratory, air gap, switched-off network.
    case isolated
    /// Reachable from within the organisation. The default.
    case `internal`
    /// Reachable from the Internet.
    case external

    private var rank: Int {
        switch self {
        case .isolated: 0
        case .internal: 1
        case .external: 2
        }
    }

    public static func < (left: Exposure, right: Exposure) -> Bool { left.rank < right.rank }
}

/// What the loss of the endpoint would cost. Ordered, least first.
public enum AssetCriticality: String, Sendable, Codable, CaseIterable, Comparable {
    /// Can be lost and rebuilt without anyone noticing.
    case low
    /// An ordinary workstation or server. The default.
    case normal
    /// Its loss stops a team, or it holds personal or payment data.
    case high
    /// Its loss endangers the organisation: directory servers, backup, signing keys.
    case crown

    private var rank: Int {
        switch self {
        case .low: 0
        case .normal: 1
        case .high: 2
        case .crown: 3
        }
    }

    public static func < (left: AssetCriticality, right: AssetCriticality) -> Bool { left.rank < right.rank }
}
