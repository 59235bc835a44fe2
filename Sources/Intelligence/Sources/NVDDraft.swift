import Domain
import FoundationEssentials

/// A CVE record of NVD while its keys are being read.
struct NVDDraft {
    private(set) var id = ""
    private var title = ""
    private var details = ""
    private var published: Date?
    private var modified: Date?
    private var isRejected = false
    private var references: [String] = []
    private(set) var metrics = NVDMetrics()
    private(set) var configurations = NVDConfigurations()

    /// More references than this add nothing a reader would follow.
    private static let referencesKept = 64

    mutating func take(_ key: String, _ reader: JSONReader) throws {
        switch key {
        case "id": id = try reader.string()
        case "published": published = Timestamp.parse(try reader.string())
        case "lastModified": modified = Timestamp.parse(try reader.string())
        case "vulnStatus": isRejected = try reader.string() == "Rejected"
        case "cisaVulnerabilityName": title = try reader.optionalString() ?? ""
        // Anchore's overrides have one description, in English.
        case "description": details = try reader.optionalString() ?? ""
        case "descriptions": try takeDescriptions(reader)
        case "metrics": try metrics.take(reader)
        case "references": try takeReferences(reader)
        case "configurations": try configurations.take(reader)
        default: break
        }
    }

    private mutating func takeDescriptions(_ reader: JSONReader) throws {
        try reader.array {
            var language = ""
            var value = ""
            try reader.object { key in
                if key == "lang" { language = try reader.string() }
                if key == "value" { value = try reader.string() }
            }
            if details.isEmpty || language == "en" { details = value }
        }
    }

    private mutating func takeReferences(_ reader: JSONReader) throws {
        try reader.array {
            try reader.object { key in
                guard key == "url", references.count < Self.referencesKept else { return }
                let url = try reader.string()
                if !references.contains(url) { references.append(url) }
            }
        }
    }

    var parsed: ParsedRecord {
        guard let cve = CVE.id(id) else { return .rejected(id, "id is no CVE id") }
        let best = metrics.best
        let record = VulnerabilityRecord(
            id: cve, source: .nvd, title: title, details: details, vector: best?.vector, score: best?.score,
            published: published, modified: modified, isRejected: isRejected, references: references)
        return .accepted(.vulnerability(record), modified: modified)
    }

    /// What it says of products; nil when nobody has listed any yet, which means "not analysed" and
    /// not "not affected".
    var advisory: Advisory? {
        guard let cve = CVE.id(id), !configurations.list.isEmpty else { return nil }
        return Advisory(
            id: cve, source: .nvd, vulnerabilities: [cve], published: published, modified: modified,
            withdrawn: isRejected ? modified ?? published : nil, applicability: configurations.list)
    }
}
