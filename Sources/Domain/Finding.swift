import FoundationEssentials

/// A vulnerability found in an installed package of one host.
public struct Finding: Sendable, Hashable, Codable {
    /// CVE id, or the advisory's own id where it names no CVE.
    public var id: String
    /// The binary packages it was found in, the first one representative.
    public var packages: [String]
    /// The installed version that was compared (the source's version where matching is by source).
    public var installed: String
    /// The first fixed version; nil when there is none yet.
    public var fixed: String?
    public var severity: Severity?
    /// CVSS base score, 0…10.
    public var cvss: Double?
    /// EPSS probability, 0…1.
    public var epss: Double?
    public var isKnownExploited: Bool
    public var exploitCount: Int
    /// 0…100, by the formula of docs/risk.md.
    public var risk: Double
    /// Affected, or one of the states in which the distribution knows it and ships no fix.
    public var state: PackageState
    public var explanation: Explanation

    public init(
        id: String, packages: [String], installed: String, fixed: String?, severity: Severity?, cvss: Double?,
        epss: Double?, isKnownExploited: Bool, exploitCount: Int, risk: Double, state: PackageState,
        explanation: Explanation
    ) {
        self.id = id
        self.packages = packages
        self.installed = installed
        self.fixed = fixed
        self.severity = severity
        self.cvss = cvss
        self.epss = epss
        self.isKnownExploited = isKnownExploited
        self.exploitCount = exploitCount
        self.risk = risk
        self.state = state
        self.explanation = explanation
    }
}

/// Why a finding was made: everything needed to repeat the decision by hand.
public struct Explanation: Sendable, Hashable, Codable {
    /// The records that matched, `osv ALSA-2022:6634`; the first one decided.
    public var records: [String]
    public var source: IntelligenceSource
    public var ecosystem: String
    /// The name looked up: the source package on Debian.
    public var package: String
    /// `introduced 0, fixed 2.36.7-1.el9_0`.
    public var range: String
    /// The ordering used.
    public var scheme: VersionScheme
    public var installed: String
    /// `2.36.6-1.el9 < 2.36.7-1.el9_0`.
    public var comparison: String
    /// What else a reader must know: `running kernel`, `no-dsa: Minor issue`.
    public var notes: [String]

    public init(
        records: [String], source: IntelligenceSource, ecosystem: String, package: String, range: String,
        scheme: VersionScheme, installed: String, comparison: String, notes: [String] = []
    ) {
        self.records = records
        self.source = source
        self.ecosystem = ecosystem
        self.package = package
        self.range = range
        self.scheme = scheme
        self.installed = installed
        self.comparison = comparison
        self.notes = notes
    }
}

/// The published states of a finding.
public enum FindingStatus: String, Sendable, Codable, CaseIterable {
    case open
    case inProgress = "in_progress"
    case remediated
    case exception
}

/// The published states of an endpoint.
public enum EndpointStatus: String, Sendable, Codable, CaseIterable {
    case healthy
    case atRisk = "at_risk"
    case critical
}
