import Domain

/// The builder's notes on one advisory; strings are the interner's numbers.
struct AdvisoryDraft {
    var id: UInt32
    var title: UInt32
    var source: IntelligenceSource
    var severity: Severity?
    var published: Int64
    var modified: Int64
    var vulnerabilities: [UInt32]
    var packages: [PackageDraft]
    /// The best vector of an advisory on a single vulnerability.
    var vector: VectorDraft?

    var firstPackage: UInt32 { packages.first?.name ?? 0 }

    /// Takes in another row of the same source and id.
    mutating func merge(_ other: AdvisoryDraft) {
        packages += other.packages
        vulnerabilities += other.vulnerabilities.filter { !vulnerabilities.contains($0) }
        if title == 0 { title = other.title }
        severity = [severity, other.severity].compactMap { $0 }.max()
        published = max(published, other.published)
        modified = max(modified, other.modified)
        vector = vector ?? other.vector
    }
}

/// A package of an advisory.
struct PackageDraft {
    var ecosystem: UInt32
    var name: UInt32
    var scheme: VersionScheme
    var state: PackageState
    var note: UInt32
    var urgency: UInt32
    var bounds: [BoundsDraft]
}

/// A version range, or a list of single versions.
struct BoundsDraft {
    var introduced: UInt32 = 0
    var fixed: UInt32 = 0
    var lastAffected: UInt32 = 0
    var flags: EntryRow.Flags = []
}

/// A CVSS vector and what it comes to.
struct VectorDraft {
    var text: UInt32
    var tenths: UInt16
    /// 20, 30, 31, 40: a later version is preferred.
    var version: Int
}

/// What one source says about a vulnerability itself.
struct VulnerabilityDraft {
    var title: UInt32
    var vector: UInt32
    var tenths: UInt16
    var isRejected: Bool
}

/// An entry of the KEV catalogue.
struct ExploitationDraft {
    var since: UInt32
    var dueDate: UInt32
    var hasRansomware: Bool
}

extension IntelligenceSource {
    /// Which source decides when several speak of one package and vulnerability, lowest first: whoever
    /// publishes the package, then OSV, then those that describe vulnerabilities (VulnDB, the CVE list, NVD).
    var precedence: UInt8 {
        switch self {
        case .debian: 0
        case .ubuntu: 1
        case .redhat: 2
        case .alpine: 3
        case .msrc: 4
        case .apple: 5
        case .osv: 6
        case .vulndb: 7
        case .cve: 8
        case .nvd: 9
        case .kev: 10
        case .epss: 11
        case .exploitDB: 12
        case .reported: 13
        }
    }
}
