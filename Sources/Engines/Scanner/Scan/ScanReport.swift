import Domain

/// What a scan of one host comes to.
public struct ScanReport: Sendable, Hashable {
    /// By risk, highest first, then by id and package.
    public var findings: [Finding]
    /// What could not be decided; never counted as vulnerable.
    public var indeterminate: [Indeterminate]
    /// What a reader must know to trust the findings.
    public var notes: [ScanNote]
    /// How much of the software could be judged, and the worklist of what could not.
    public var coverage: ScanCoverage

    public init(
        findings: [Finding] = [], indeterminate: [Indeterminate] = [], notes: [ScanNote] = [],
        coverage: ScanCoverage = ScanCoverage()
    ) {
        self.findings = findings
        self.indeterminate = indeterminate
        self.notes = notes
        self.coverage = coverage
    }
}

/// A package, or one vulnerability in it, on which there is no saying.
public struct Indeterminate: Sendable, Hashable, Codable {
    /// The vulnerability; nil when the package's version itself cannot be compared.
    public var id: String?
    /// The installed packages, sorted.
    public var packages: [String]
    public var installed: String
    /// A sentence.
    public var reason: String

    public init(id: String?, packages: [String], installed: String, reason: String) {
        self.id = id
        self.packages = packages
        self.installed = installed
        self.reason = reason
    }
}

/// A remark on a scan as a whole.
public struct ScanNote: Sendable, Hashable, Codable {
    /// What it is about.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// The index has no advisories on an ecosystem of the host.
        case ecosystemNotCovered = "ecosystem.not_covered"
        /// No kernel release was reported; the newest installed kernel was taken.
        case kernelAssumed = "kernel.assumed"
        /// The running kernel is not an installed package.
        case kernelForeign = "kernel.foreign"
        /// An installed kernel does not run.
        case kernelNotRunning = "kernel.not_running"
        /// Software that matched nothing: how much was judged.
        case coverage = "software.coverage"
        /// Language packages that were judged as the distribution's.
        case ownedByDistribution = "software.owned"
        /// The operating system's release gets no fixes any more.
        case systemEndOfLife = "system.end_of_life"
    }

    public var kind: Kind
    /// A sentence.
    public var message: String

    public init(kind: Kind, message: String) {
        self.kind = kind
        self.message = message
    }
}
