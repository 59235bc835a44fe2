import Domain

/// A vulnerability found in a package version, in compact form: row numbers of one index, with
/// which they lose their meaning. `HostScanner.explanation(of:for:)` spells it out.
public struct Match: Sendable, Hashable {
    /// `ScanIndex.vulnerability(at:)`.
    public let vulnerability: UInt32
    /// The deciding entry.
    public let entry: UInt32
    public let state: PackageState
}

/// A record that may or may not speak of the installed version: shown apart, never a finding.
public struct UncertainMatch: Sendable, Hashable {
    /// Why it cannot be decided.
    public enum Reason: Sendable, Hashable {
        /// The source itself has not looked at it yet.
        case undetermined
        /// A bound of the record is not a version of the ecosystem's scheme.
        case boundUnreadable
        /// The record is on one module stream, and the inventory does not say which the package is of.
        case moduleUnknown
        /// It is vulnerable on certain hardware or with certain software, of which the inventory says nothing.
        case conditionUnknown
    }

    public let match: Match
    public let reason: Reason
}

/// All that an index says of one package version.
public struct TitleMatches: Sendable, Hashable {
    /// Sorted by vulnerability id; each vulnerability once.
    public internal(set) var matches: [Match] = []
    public internal(set) var uncertain: [UncertainMatch] = []
    /// Why the version could not be compared, as the predicate of a sentence; nil when it could.
    /// Only set for packages that the index knows.
    public internal(set) var versionProblem: String?
    /// Whether any advisory names the package.
    public internal(set) var isKnown = false
}
