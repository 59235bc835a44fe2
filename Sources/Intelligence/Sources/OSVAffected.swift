import Domain

/// One element of an OSV record's `affected` while its keys are being read.
struct OSVAffected {
    private var ecosystem = ""
    private var name = ""
    private var ranges: [OSVEvents] = []
    private var versions: [String] = []
    private var urgency: String?
    private(set) var vectors: [String] = []
    /// A word for how bad it is here: Debian's, Ubuntu's, a registry's.
    private(set) var severityWord: String?
    private(set) var gitRanges = 0

    var limitEvents: Int { ranges.reduce(0) { $0 + $1.limits } }

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
        case "ecosystem_specific", "database_specific": try takeSpecific(reader)
        default: break
        }
    }

    /// Nil when it names no package: such an entry speaks of source code alone.
    func package(modules: [String]) -> AffectedPackage? {
        guard !name.isEmpty, !ecosystem.isEmpty else { return nil }
        let ecosystem = Ecosystem(osv: ecosystem)
        let ranges = ranges.flatMap { $0.ranges(ecosystem.scheme) }
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
            if type.hasPrefix("CVSS_") { vectors.append(score) } else { severityWord = score }
        }
    }

    private mutating func takeSpecific(_ reader: JSONReader) throws {
        guard try reader.peek() == .object else { return }
        try reader.object { key in
            if key == "urgency" { urgency = try reader.stringOrSkip() ?? urgency }
            if key == "ubuntu_priority", let word = try reader.stringOrSkip() { (urgency, severityWord) = (word, word) }
            if key == "severity" { severityWord = try reader.stringOrSkip() ?? severityWord }
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
            ranges.append(events)
        }
    }
}
