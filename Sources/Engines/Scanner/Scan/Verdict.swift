import Domain

/// Why a package is, or is not, reported for a vulnerability: the first condition that fails.
public enum Verdict: Sendable, Hashable {
    /// It is: with the reason.
    case affected(Explanation)
    /// The host has no package of this name.
    case notInstalled(String)
    /// Nothing that is loaded names the vulnerability.
    case unknownVulnerability(String)
    /// No advisory that is loaded speaks of the ecosystem at all.
    case ecosystemNotCovered(String)
    /// It is known, and no record on it speaks of the ecosystem or release; those of which one does.
    case noRecord(ecosystem: String, others: [String])
    /// A record speaks of the ecosystem, and of other packages.
    case notNamed(package: String, ecosystem: String, others: [String])
    /// It is known for packages of this name, in other ecosystems only.
    case otherEcosystemOnly([String])
    /// Nothing identifies the software, so no record can be on it.
    case unidentified(reason: String, candidates: [String])
    /// A distribution's package holds it and is judged instead.
    case owned(by: String)
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
    case fixed(record: String, fixed: String, comparison: String)
    /// The update that fixes it, or one that takes its place, is installed; a clause says which.
    case updateInstalled(record: String, reason: String)
    /// Never affected: fixed in version 0.
    case neverAffected(record: String)
    /// Newer than the last affected version.
    case afterLastAffected(record: String, last: String)
    /// Older than the first affected version.
    case beforeIntroduced(record: String, introduced: String)
    /// Not one of the versions listed.
    case notListed(record: String)
    /// On the product for another system, or as a part of another program.
    case otherTarget(record: String, target: String)
    /// Only on or with something that is not there.
    case conditionFails(record: String, condition: String)
    /// It would be, and a VEX statement or an exception says otherwise.
    case disposed(Disposition)
    /// Nobody can say: see the reason.
    case indeterminate(reason: String)

    /// Stable, for programs.
    public var code: String {
        switch self {
        case .affected: "affected"
        case .notInstalled: "package.not_installed"
        case .unknownVulnerability: "vulnerability.unknown"
        case .ecosystemNotCovered: "ecosystem.not_covered"
        case .noRecord: "ecosystem.no_record"
        case .notNamed: "package.not_named"
        case .otherEcosystemOnly: "ecosystem.other"
        case .unidentified: "package.unidentified"
        case .owned: "package.owned"
        case .kernelCompanion: "kernel.companion"
        case .kernelNotRunning: "kernel.not_running"
        case .versionUnknown: "version.unknown"
        case .otherModule: "module.other"
        case .notAffected: "state.not_affected"
        case .fixed: "version.fixed"
        case .updateInstalled: "update.installed"
        case .neverAffected: "version.never_affected"
        case .afterLastAffected: "version.after_last_affected"
        case .beforeIntroduced: "version.before_introduced"
        case .notListed: "version.not_listed"
        case .otherTarget: "system.other"
        case .conditionFails: "configuration.not_met"
        case .disposed(let disposition): "disposition.\(disposition.kind.rawValue)"
        case .indeterminate: "indeterminate"
        }
    }

    /// Whether it is a finding.
    public var isAffected: Bool { if case .affected = self { true } else { false } }
}

extension Verdict {
    /// The record that decided, `debian CVE-2024-3094`; nil where none did.
    public var record: String? {
        switch self {
        case .affected(let why): why.records.first
        case .otherModule(let record), .notAffected(let record, _), .fixed(let record, _, _),
            .updateInstalled(let record, _),
            .neverAffected(let record), .afterLastAffected(let record, _), .beforeIntroduced(let record, _),
            .notListed(let record), .otherTarget(let record, _), .conditionFails(let record, _):
            record
        default: nil
        }
    }

    /// The bound that decided.
    public var range: String? {
        switch self {
        case .affected(let why): why.range
        case .fixed(_, let fixed, _): "fixed \(fixed)"
        case .afterLastAffected(_, let last): "last affected \(last)"
        case .beforeIntroduced(_, let introduced): "introduced \(introduced)"
        default: nil
        }
    }

    /// The comparison that decided.
    public var comparison: String? {
        switch self {
        case .affected(let why): why.comparison
        case .fixed(_, _, let comparison): comparison
        default: nil
        }
    }
}
