import Domain

/// The Debian security tracker's JSON: package, then CVE, then releases.
/// https://security-tracker.debian.org/tracker/data/json
///
/// One advisory is emitted for each pair of source package and CVE.
public struct DebianTrackerImporter: FeedImporter {
    public static var source: IntelligenceSource { .debian }

    public init() {}

    public func read(_ input: any ByteSource, emit: (IntelligenceRecord) throws -> Void) throws -> FeedSummary {
        var summary = FeedSummary(source: .debian, format: "Debian security tracker JSON")
        summary.notes.append("The tracker's JSON carries no date.")
        let reader = JSONReader(input)
        try reader.object { package in
            do {
                try reader.object { id in
                    let parsed = try reader.attempt { try issue(reader, id: id, package: package) }
                    try summary.take(parsed, at: "\(package) \(id)").map { try emit($0) }
                }
            } catch let error as IntelligenceError where error.isRecoverable {
                summary.reject(package, reason: "the package holds no object of issues")
            }
        }
        try reader.finish()
        return summary
    }

    private func issue(_ reader: JSONReader, id: String, package: String) throws -> ParsedRecord {
        var details = ""
        var affected: [AffectedPackage] = []
        try reader.object { key in
            switch key {
            case "description": details = try reader.optionalString() ?? ""
            case "releases":
                try reader.object { release in
                    affected.append(
                        try DebianReleaseStatus(reader).affected(package: package, release: release, reader))
                }
            default: break
            }
        }
        guard !package.isEmpty, !id.isEmpty else { return .rejected(id, "the package or the issue has no name") }
        if affected.isEmpty { return .rejected("\(package) \(id)", "no releases") }
        let advisory = Advisory(
            id: id, source: .debian, vulnerabilities: [CVE.id(id) ?? id], details: details, affected: affected)
        return .accepted(.advisory(advisory), modified: nil)
    }
}

/// What the tracker says of one issue of one package in one release.
struct DebianReleaseStatus {
    private var status = ""
    private var fixedVersion: String?
    private var urgency: String?
    private var reason: String?
    private var nodsa: String?

    init(_ reader: JSONReader) throws {
        try reader.object { key in
            switch key {
            case "status": status = try reader.string()
            case "fixed_version": fixedVersion = try reader.optionalString()
            case "urgency": urgency = try reader.optionalString()
            case "nodsa": nodsa = try reader.optionalString()
            case "nodsa_reason": reason = try reader.optionalString()
            default: break
            }
        }
    }

    func affected(package: String, release: String, _ reader: JSONReader) throws(IntelligenceError) -> AffectedPackage {
        guard let state else {
            throw .mismatch(
                input: reader.inputName, offset: reader.offset, path: reader.location,
                expected: "status open, resolved or undetermined, found \"\(status.prefix(40))\"")
        }
        return AffectedPackage(
            ecosystem: DebianReleases.ecosystem(release), name: package, ranges: ranges(state), state: state,
            note: nodsa, urgency: urgency)
    }

    /// Nil when the status is none of the tracker's.
    private var state: PackageState? {
        switch status {
        case "resolved":
            if let fixedVersion { return fixedVersion == "0" ? .notAffected : .affected }
            return urgency == "end-of-life" ? .endOfLife : .notAffected
        case "open": return openState
        case "undetermined": return .undetermined
        default: return nil
        }
    }

    private var openState: PackageState {
        if urgency == "end-of-life" { return .endOfLife }
        switch reason {
        case "ignored": return .ignored
        case "postponed": return .postponed
        default: return nodsa == nil ? .affected : .noAdvisory
        }
    }

    private func ranges(_ state: PackageState) -> [VersionRange] {
        switch state {
        case .notAffected: []
        case .affected where status == "resolved": [VersionRange(introduced: "0", fixed: fixedVersion)]
        // Open: every version there is.
        default: [VersionRange(introduced: "0")]
        }
    }
}
