import Domain
import FoundationEssentials

/// An OSV record while its keys are being read.
struct OSVDraft {
    private(set) var id = ""
    private var aliases: [String] = []
    private var related: [String] = []
    private var title = ""
    private var details = ""
    private var severityWord: String?
    private var vectors: [String] = []
    private var published: Date?
    private var modified: Date?
    private var withdrawn: Date?
    private var affected: [OSVAffected] = []
    private var references: [String] = []

    var gitRanges: Int { affected.reduce(0) { $0 + $1.gitRanges } }
    var limitEvents: Int { affected.reduce(0) { $0 + $1.limitEvents } }

    mutating func take(_ key: String, _ reader: JSONReader) throws {
        switch key {
        case "id": id = try reader.string()
        case "aliases", "upstream": aliases += try Self.strings(reader)
        case "related": related = try Self.strings(reader)
        case "summary": title = try reader.optionalString() ?? ""
        case "details": details = try reader.optionalString() ?? ""
        case "published": published = try reader.optionalString().flatMap(Timestamp.parse)
        case "modified": modified = try reader.optionalString().flatMap(Timestamp.parse)
        case "withdrawn": withdrawn = try reader.optionalString().flatMap(Timestamp.parse)
        case "severity": try takeSeverity(reader)
        case "database_specific": try takeDatabaseSpecific(reader)
        case "affected": try takeAffected(reader)
        case "references": try takeReferences(reader)
        default: break
        }
    }

    var parsed: ParsedRecord {
        guard !id.isEmpty, id.utf8.count <= 256 else { return .rejected(id, "the record has no usable id") }
        let modules = OSVModules.named(in: title)
        let advisory = Advisory(
            id: id, source: .osv, vulnerabilities: vulnerabilities, title: title, details: details, severity: severity,
            vectors: vectors, published: published, modified: modified, withdrawn: withdrawn,
            affected: affected.compactMap { $0.package(modules: modules) }, references: references)
        return .accepted(.advisory(advisory), modified: modified)
    }

    /// The CVE ids it speaks of. `related` only counts in distributions' advisories, which list
    /// there what they fix; elsewhere it means similar, not the same.
    private var vulnerabilities: [String] {
        var candidates = [id] + aliases
        if OSVSeverity.isDistributionAdvisory(id) { candidates += related }
        var seen: Set<String> = []
        return candidates.compactMap { CVE.id($0) }.filter { seen.insert($0).inserted }
    }

    private var severity: Severity? {
        severityWord.flatMap(OSVSeverity.parse) ?? OSVSeverity.prefix(of: title)
            ?? affected.lazy.compactMap { $0.severityWord.flatMap(OSVSeverity.parse) }.max()
    }

    private mutating func takeSeverity(_ reader: JSONReader) throws {
        if try reader.null() { return }
        try reader.array {
            let (type, score) = try OSVSeverity.entry(reader)
            if type.hasPrefix("CVSS_") {
                if !vectors.contains(score) { vectors.append(score) }
            } else if severityWord == nil {
                severityWord = score
            }
        }
    }

    private mutating func takeDatabaseSpecific(_ reader: JSONReader) throws {
        guard try reader.peek() == .object else { return }
        try reader.object { key in
            if key == "severity", let word = try reader.stringOrSkip() { severityWord = word }
        }
    }

    private mutating func takeAffected(_ reader: JSONReader) throws {
        if try reader.null() { return }
        try reader.array {
            var entry = OSVAffected()
            try reader.object { try entry.take($0, reader) }
            for vector in entry.vectors where !vectors.contains(vector) { vectors.append(vector) }
            affected.append(entry)
        }
    }

    private mutating func takeReferences(_ reader: JSONReader) throws {
        if try reader.null() { return }
        try reader.array {
            try reader.object { key in
                if key == "url", references.count < 64 { references.append(try reader.string()) }
            }
        }
    }

    static func strings(_ reader: JSONReader) throws -> [String] {
        if try reader.null() { return [] }
        var strings: [String] = []
        try reader.array { strings.append(try reader.string()) }
        return strings
    }
}
