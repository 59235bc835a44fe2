import Domain

/// One element of an OSV record's `affected` while its keys are being read.
struct OSVAffected {
    private var ecosystem = ""
    private var name = ""
    private var ranges: [VersionRange] = []
    private var versions: [String] = []
    private var urgency: String?
    private(set) var vectors: [String] = []
    private(set) var gitRanges = 0
    private(set) var limitEvents = 0

    mutating func take(_ key: String, _ reader: JSONReader) throws {
        switch key {
        case "package":
            try reader.object { key in
                if key == "ecosystem" { ecosystem = try reader.string() }
                if key == "name" { name = try reader.string() }
            }
        case "ranges":
            if try !reader.null() { try reader.array { try takeRange(reader) } }
        case "versions": versions = try OSVDraft.strings(reader)
        case "severity": try takeSeverity(reader)
        case "ecosystem_specific": try takeEcosystemSpecific(reader)
        default: break
        }
    }

    /// Nil when it names no package: such an entry speaks of source code alone.
    func package(modules: [String]) -> AffectedPackage? {
        guard !name.isEmpty, !ecosystem.isEmpty else { return nil }
        let ecosystem = Ecosystem(osv: ecosystem)
        let fixed = ranges.lazy.compactMap(\.fixed).first
        // Distributions enumerate every version that lies in their ranges: nothing is lost without.
        let listed = ecosystem.isDistribution && !ranges.isEmpty ? [] : versions
        return AffectedPackage(
            ecosystem: ecosystem, name: name, ranges: ranges, versions: listed,
            note: fixed.flatMap { OSVModules.note(version: $0, modules: modules) }, urgency: urgency)
    }

    private mutating func takeSeverity(_ reader: JSONReader) throws {
        if try reader.null() { return }
        try reader.array {
            let (type, score) = try OSVSeverity.entry(reader)
            if type.hasPrefix("CVSS_") { vectors.append(score) }
        }
    }

    private mutating func takeEcosystemSpecific(_ reader: JSONReader) throws {
        guard try reader.peek() == .object else { return }
        try reader.object { key in
            if key == "urgency" { urgency = try reader.stringOrSkip() }
        }
    }

    private mutating func takeRange(_ reader: JSONReader) throws {
        var type = ""
        var events = OSVEvents()
        try reader.object { key in
            if key == "type" { type = try reader.string() }
            if key == "events" { try reader.array { try events.take(reader) } }
        }
        if type == "GIT" {
            gitRanges += 1
        } else {
            limitEvents += events.limits
            ranges += events.ranges
        }
    }
}

/// The events of one range, turned into intervals. Publishers list them in version order; an end
/// that stands before any start belongs to the start that follows.
struct OSVEvents {
    private(set) var ranges: [VersionRange] = []
    private(set) var limits = 0
    private var isOpen = false
    private var early: VersionRange?

    mutating func take(_ reader: JSONReader) throws {
        try reader.object { key in
            switch key {
            case "introduced": start(try reader.string())
            case "fixed": close(VersionRange(fixed: try reader.string()))
            case "last_affected": close(VersionRange(lastAffected: try reader.string()))
            case "limit": limits += 1
            default: break
            }
        }
    }

    private mutating func start(_ version: String) {
        ranges.append(VersionRange(introduced: version, fixed: early?.fixed, lastAffected: early?.lastAffected))
        isOpen = early == nil
        early = nil
    }

    private mutating func close(_ end: VersionRange) {
        if ranges.isEmpty {
            early = end
        } else if isOpen {
            ranges[ranges.count - 1].fixed = end.fixed
            ranges[ranges.count - 1].lastAffected = end.lastAffected
            isOpen = false
        } else if ranges[ranges.count - 1].lastAffected != nil, end.fixed != nil {
            // Both given: the fix says more.
            ranges[ranges.count - 1].fixed = end.fixed
            ranges[ranges.count - 1].lastAffected = nil
        }
    }
}
