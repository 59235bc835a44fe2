import Domain

/// What a scan of one host comes to.
public struct ScanReport: Sendable, Hashable {
    /// By risk, highest first, then by id and package.
    public var findings: [Finding]
    /// What could not be decided; never counted as vulnerable.
    public var indeterminate: [Indeterminate]
    /// What a reader must know to trust the findings.
    public var notes: [ScanNote]

    public init(findings: [Finding] = [], indeterminate: [Indeterminate] = [], notes: [ScanNote] = []) {
        self.findings = findings
        self.indeterminate = indeterminate
        self.notes = notes
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
    }

    public var kind: Kind
    /// A sentence.
    public var message: String

    public init(kind: Kind, message: String) {
        self.kind = kind
        self.message = message
    }
}
