import FoundationEssentials

/// Where intelligence comes from. The raw value is the SOURCE of `garrison intel import SOURCE`.
public enum IntelligenceSource: String, Sendable, Codable, CaseIterable {
    case nvd, debian, osv, kev, epss
    case exploitDB = "exploit-db"
    case cve, ubuntu, redhat, alpine, msrc, apple, vulndb
    /// An endpoint's own source, such as an EDR, says that the endpoint has it. No feed is of it.
    case reported

    /// Those of which there are feeds.
    public static let feeds = allCases.filter { $0 != .reported }

    /// The stable code used in a scan index file; never renumber.
    public var code: UInt8 { UInt8(Self.allCases.firstIndex(of: self) ?? 0) }

    public init?(code: UInt8) {
        guard Int(code) < Self.allCases.count else { return nil }
        self = Self.allCases[Int(code)]
    }
}

/// One normalised record of a feed; importers emit a stream of them.
public enum IntelligenceRecord: Sendable {
    case advisory(Advisory)
    case vulnerability(VulnerabilityRecord)
    case knownExploited(KnownExploited)
    case exploitPrediction(ExploitPrediction)
    case exploits(ExploitList)
    case patch(Patch)
}

/// What one source says about one vulnerability itself, whatever package it is in.
public struct VulnerabilityRecord: Sendable, Hashable, Codable {
    /// `CVE-2024-3094`, or another id where there is no CVE.
    public var id: String
    public var source: IntelligenceSource
    public var title: String
    public var details: String
    /// The vector chosen among those published: 4.0 over 3.1 over 3.0 over 2.0, and the source's
    /// own (NVD "Primary") over others; nil when none.
    public var vector: String?
    /// Base score recomputed from `vector`, not the published number.
    public var score: Double?
    public var published: Date?
    public var modified: Date?
    /// Rejected entries match nothing and leave no finding.
    public var isRejected: Bool
    public var references: [String]
    /// What a coordinator decided of it, as CISA publishes within CVE records.
    public var ssvc: SSVCAssessment?

    public init(
        id: String, source: IntelligenceSource, title: String = "", details: String = "", vector: String? = nil,
        score: Double? = nil, published: Date? = nil, modified: Date? = nil, isRejected: Bool = false,
        references: [String] = [], ssvc: SSVCAssessment? = nil
    ) {
        self.id = id
        self.source = source
        self.title = title
        self.details = details
        self.vector = vector
        self.score = score
        self.published = published
        self.modified = modified
        self.isRejected = isRejected
        self.references = references
        self.ssvc = ssvc
    }
}

/// An entry of CISA's Known Exploited Vulnerabilities catalogue.
public struct KnownExploited: Sendable, Hashable, Codable {
    public var cve: String
    public var name: String
    /// Calendar days, `2021-11-03`.
    public var dateAdded: String
    public var dueDate: String?
    public var knownRansomware: Bool
    public var requiredAction: String

    public init(
        cve: String, name: String, dateAdded: String, dueDate: String?, knownRansomware: Bool,
        requiredAction: String
    ) {
        self.cve = cve
        self.name = name
        self.dateAdded = dateAdded
        self.dueDate = dueDate
        self.knownRansomware = knownRansomware
        self.requiredAction = requiredAction
    }
}

/// A row of FIRST's EPSS file: probability of exploitation in the next 30 days.
public struct ExploitPrediction: Sendable, Hashable, Codable {
    public var cve: String
    /// 0…1.
    public var probability: Double
    /// 0…1, rank among all scored CVEs.
    public var percentile: Double
    /// The day that it is of; nil where the file does not say.
    public var scored: Date?

    public init(cve: String, probability: Double, percentile: Double, scored: Date? = nil) {
        self.cve = cve
        self.probability = probability
        self.percentile = percentile
        self.scored = scored
    }
}

/// The public exploits known for one CVE (Exploit-DB ids).
public struct ExploitList: Sendable, Hashable, Codable {
    public var cve: String
    public var exploits: [String]

    public init(cve: String, exploits: [String]) {
        self.cve = cve
        self.exploits = exploits
    }
}
