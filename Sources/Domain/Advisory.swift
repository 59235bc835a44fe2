import FoundationEssentials

/// One record of one source about which versions of which packages are affected: an OSV entry, a
/// Debian tracker row, an NVD configuration.
public struct Advisory: Sendable, Hashable, Codable {
    /// The source's own id: `ALSA-2022:6634`, `DSA-5432-1`, `CVE-2024-1`.
    public var id: String
    public var source: IntelligenceSource
    /// The vulnerabilities it speaks of, CVE ids where it has any, else its own id. Never empty.
    public var vulnerabilities: [String]
    public var title: String
    public var details: String
    public var severity: Severity?
    /// CVSS vectors as published, any version.
    public var vectors: [String]
    public var published: Date?
    public var modified: Date?
    /// Set when the source took the record back: it then matches nothing.
    public var withdrawn: Date?
    public var affected: [AffectedPackage]
    /// What NVD says of products by their CPE names, which no package database knows.
    public var applicability: [Applicability]
    public var references: [String]

    public init(
        id: String, source: IntelligenceSource, vulnerabilities: [String], title: String = "",
        details: String = "", severity: Severity? = nil, vectors: [String] = [], published: Date? = nil,
        modified: Date? = nil, withdrawn: Date? = nil, affected: [AffectedPackage] = [],
        applicability: [Applicability] = [], references: [String] = []
    ) {
        self.id = id
        self.source = source
        self.vulnerabilities = vulnerabilities.isEmpty ? [id] : vulnerabilities
        self.title = title
        self.details = details
        self.severity = severity
        self.vectors = vectors
        self.published = published
        self.modified = modified
        self.withdrawn = withdrawn
        self.affected = affected
        self.applicability = applicability
        self.references = references
    }
}

/// A package of one ecosystem and the versions of it that are affected.
public struct AffectedPackage: Sendable, Hashable, Codable {
    public var ecosystem: Ecosystem
    /// The source package's name where the ecosystem's advisories are by source (Debian, Ubuntu,
    /// Alpine), the binary's elsewhere.
    public var name: String
    public var ranges: [VersionRange]
    /// Versions listed one by one; affected besides those in `ranges`.
    public var versions: [String]
    public var state: PackageState
    /// The source's remark: Debian's reason for `no-dsa`, an RPM module stream (`module:nodejs:18`).
    public var note: String?
    /// The distribution's own urgency word, kept as written.
    public var urgency: String?

    public init(
        ecosystem: Ecosystem, name: String, ranges: [VersionRange] = [], versions: [String] = [],
        state: PackageState = .affected, note: String? = nil, urgency: String? = nil
    ) {
        self.ecosystem = ecosystem
        self.name = name
        self.ranges = ranges
        self.versions = versions
        self.state = state
        self.note = note
        self.urgency = urgency
    }
}

/// A half-open or closed interval of versions in the ecosystem's ordering.
public struct VersionRange: Sendable, Hashable, Codable {
    /// First affected version; nil or `0`: from the beginning.
    public var introduced: String?
    /// First version that is not affected any more.
    public var fixed: String?
    /// Last affected version, where the source knows no fix. Never together with `fixed`.
    public var lastAffected: String?

    public init(introduced: String? = nil, fixed: String? = nil, lastAffected: String? = nil) {
        self.introduced = introduced
        self.fixed = fixed
        self.lastAffected = lastAffected
    }
}

/// What the source says of a package in a release, besides version ranges.
/// After the Debian security tracker's states; other sources use a part of them.
public enum PackageState: String, Sendable, Codable, CaseIterable {
    /// Affected in `ranges`; with a `fixed` bound where there is a fix.
    case affected
    /// Explicitly not affected: overrides every range of other records of the same source.
    case notAffected = "not_affected"
    /// Affected, and the distribution has decided not to issue an advisory (`no-dsa`).
    case noAdvisory = "no_advisory"
    /// Affected; the fix is put off to a later update (`postponed`).
    case postponed
    /// Affected; will not be fixed (`ignored`, `will_not_fix`).
    case ignored
    /// The package or release is out of support: affected, no fix to expect.
    case endOfLife = "end_of_life"
    /// Nobody has looked yet: shown apart, never counted as vulnerable.
    case undetermined

    /// The stable code used in a scan index file; never renumber.
    public var code: UInt8 { UInt8(Self.allCases.firstIndex(of: self) ?? 0) }

    public init?(code: UInt8) {
        guard Int(code) < Self.allCases.count else { return nil }
        self = Self.allCases[Int(code)]
    }
}
