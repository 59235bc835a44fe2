extension Verdict {
    /// The verdict in words.
    public var sentence: String {
        switch self {
        case .affected(let why): "Affected: \(why.comparison) (\(why.records.first ?? why.source.rawValue))."
        case .disposed(let disposition):
            "Affected, and set aside by \(disposition.kind == .vex ? "a VEX statement" : "an exception") of "
                + "\(disposition.authority): \(disposition.reason)."
        case .indeterminate(let reason): reason
        default: versionSentence ?? placeSentence
        }
    }

    /// Of what is decided by comparing versions.
    private var versionSentence: String? {
        switch self {
        case .versionUnknown(let reason): "The installed version \(reason), so nothing can be said."
        case .fixed(let record, let fixed, let comparison):
            "Fixed in \(fixed), which is not newer than the installed version: \(comparison) (\(record))."
        case .updateInstalled(let record, let reason): "Fixed: \(reason) (\(record))."
        case .neverAffected(let record): "\(record) says that no version of this package was ever affected."
        case .afterLastAffected(let record, let last): "The last affected version is \(last) (\(record))."
        case .beforeIntroduced(let record, let introduced): "The first affected version is \(introduced) (\(record))."
        case .notListed(let record): "The installed version is not among those that \(record) lists."
        case .notAffected(let record, let note):
            "\(record) says that this package is not affected\(note.isEmpty ? "" : ": \(note)")."
        default: nil
        }
    }

    /// Of what is decided before any version is compared.
    private var placeSentence: String {
        switch self {
        case .notInstalled(let name): "No package \(name) is installed on this host."
        case .unknownVulnerability(let id):
            """
            No record that is loaded names packages or products for \(id): the id is wrong, nobody has analysed it yet, or \
            its source has not been loaded.
            """
        case .ecosystemNotCovered(let name): "No advisories are loaded for \(name)."
        case .noRecord(let ecosystem, let others):
            "It is known in \(Self.list(others)), and no record on it speaks of \(ecosystem)."
        case .notNamed(let package, let ecosystem, let others):
            "The records on it in \(ecosystem) name \(Self.list(others)) and not \(package)."
        case .otherEcosystemOnly(let names):
            "Known for a package of this name in \(Self.list(names)) only; ecosystems are never mixed."
        case .unidentified(let reason, let candidates):
            "It is not known which product this is: \(reason)"
                + (candidates.isEmpty ? "" : " It may be \(Self.list(candidates)).")
        case .owned(let owner): "It belongs to the distribution's package \(owner) and is judged as this."
        case .kernelCompanion: "Made from the kernel's source; kernel vulnerabilities are those of the running kernel."
        case .kernelNotRunning(let running): "This kernel does not run\(running.map { "; \($0) does" } ?? "")."
        case .otherModule(let record): "\(record) is on another module stream."
        case .otherTarget(let record, let target): "\(record) is on the product for \(target) only."
        case .conditionFails(let record, let condition):
            "\(record) holds only together with \(condition), which is not on this host."
        default: "No record speaks of it."
        }
    }

    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(4).joined(separator: ", ")
        return names.count > 4 ? "\(shown) and \(names.count - 4) more" : shown
    }
}
