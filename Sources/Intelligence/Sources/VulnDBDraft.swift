import Domain
import FoundationEssentials

/// An entry of VulnDB while its keys are being read.
struct VulnDBDraft {
    private(set) var id = ""
    private var title = ""
    private var details = ""
    private var published: Date?
    private var modified: Date?
    private var cves: [String] = []
    private var references: [String] = []
    private var choice = VectorChoice()

    private static let referencesKept = 64

    mutating func take(_ key: String, _ reader: JSONReader) throws {
        switch key {
        case "vulndb_id": id = "VULNDB-\(try reader.stringOrNumber())"
        case "title": title = try reader.string()
        case "description": details = try reader.optionalString() ?? ""
        case "disclosure_date": published = try reader.optionalString().flatMap(Timestamp.parse)
        case "vulndb_last_modified": modified = try reader.optionalString().flatMap(Timestamp.parse)
        case "ext_references":
            if try !reader.null() { try reader.array { try takeReference(reader) } }
        case "cvss_metrics", "cvss_version_three_metrics", "cvss_version_four_metrics":
            if try !reader.null() { try reader.array { try takeMetric(reader) } }
        default: break
        }
    }

    /// CVE ids come without their prefix.
    private mutating func takeReference(_ reader: JSONReader) throws {
        var type = ""
        var value = ""
        try reader.object { key in
            if key == "type" { type = try reader.stringOrSkip() ?? "" }
            if key == "value" {
                value = try reader.peek() == .number ? reader.numberText() : reader.stringOrSkip() ?? ""
            }
        }
        if type.lowercased().hasPrefix("cve"), let cve = CVE.id(value) ?? CVE.id("CVE-\(value)") {
            if !cves.contains(cve) { cves.append(cve) }
        } else if value.hasPrefix("http"), references.count < Self.referencesKept {
            references.append(value)
        }
    }

    /// Of a metric only a vector is taken that is one by its standard.
    private mutating func takeMetric(_ reader: JSONReader) throws {
        try reader.object { key in
            if key.contains("vector"), let text = try reader.stringOrSkip(), text.contains(":") {
                choice.offer(text, isOwn: true)
            }
        }
    }

    /// One for each CVE it speaks of; under its own id where there is none.
    var records: [VulnerabilityRecord] {
        (cves.isEmpty ? [id] : cves).map { id in
            VulnerabilityRecord(
                id: id, source: .vulndb, title: title, details: details, vector: choice.best?.vector,
                score: choice.best?.score, published: published, modified: modified, references: references)
        }
    }

    var parsed: ParsedRecord {
        guard !id.isEmpty, let first = records.first else { return .rejected(id, "it has no vulndb_id") }
        return .accepted(.vulnerability(first), modified: modified)
    }
}
