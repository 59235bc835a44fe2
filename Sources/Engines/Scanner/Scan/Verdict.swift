import Domain

/// Why a package is, or is not, reported for a vulnerability: the first condition that fails.
public enum Verdict: Sendable, Hashable {
    /// It is: with the reason.
    case affected(Explanation)
    /// No advisory of the index names the vulnerability, or names it for a package of this name.
    case noRecord
    /// It is known for packages of this name, in other ecosystems only.
    case otherEcosystemOnly([String])
    /// Built from the kernel's source; the finding belongs to the kernel that runs.
    case kernelCompanion
    /// A kernel that is installed, and another one runs.
    case kernelNotRunning(running: String?)
    /// The installed version cannot be compared; the predicate of a sentence says why.
    case versionUnknown(reason: String)
    /// The record is on another module stream or build.
    case otherModule(record: String)
    /// The source says that this package is not affected.
    case notAffected(record: String, note: String)
    /// Fixed before, or in, the installed version.
    case fixed(record: String, fixed: String)
    /// Never affected: fixed in version 0.
    case neverAffected(record: String)
    /// Newer than the last affected version.
    case afterLastAffected(record: String, last: String)
    /// Older than the first affected version.
    case beforeIntroduced(record: String, introduced: String)
    /// Not one of the versions listed.
    case notListed(record: String)
    /// Nobody can say: see the reason.
    case indeterminate(reason: String)

    /// The verdict in words.
    public var sentence: String {
        switch self {
        case .affected(let why): "Affected: \(why.comparison) (\(why.records.first ?? why.source.rawValue))."
        case .noRecord: "No advisory names this vulnerability for this package."
        case .otherEcosystemOnly(let names):
            "Known for a package of this name in \(names.joined(separator: ", ")) only; ecosystems are never mixed."
        case .kernelCompanion: "Made from the kernel's source; kernel vulnerabilities are those of the running kernel."
        case .kernelNotRunning(let running): "This kernel does not run\(running.map { "; \($0) does" } ?? "")."
        case .versionUnknown(let reason): "The installed version \(reason), so nothing can be said."
        case .otherModule(let record): "\(record) is on another module stream."
        case .notAffected(let record, let note):
            "\(record) says that this package is not affected\(note.isEmpty ? "" : ": \(note)")."
        case .fixed(let record, let fixed):
            "Fixed in \(fixed), which is not newer than the installed version (\(record))."
        case .neverAffected(let record): "\(record) says that no version of this package was ever affected."
        case .afterLastAffected(let record, let last): "The last affected version is \(last) (\(record))."
        case .beforeIntroduced(let record, let introduced): "The first affected version is \(introduced) (\(record))."
        case .notListed(let record): "The installed version is not among those that \(record) lists."
        case .indeterminate(let reason): reason
        }
    }
}
