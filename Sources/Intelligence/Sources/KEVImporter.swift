import Domain

/// CISA's Known Exploited Vulnerabilities catalogue, as JSON or CSV.
/// https://www.cisa.gov/known-exploited-vulnerabilities-catalog
public struct KEVImporter: FeedImporter {
    public static var source: IntelligenceSource { .kev }

    public init() {}

    public func read(_ input: any ByteSource, emit: (IntelligenceRecord) throws -> Void) throws -> FeedSummary {
        let input = PeekableSource(input)
        return try FeedText.startsWithJSON(input) ? readJSON(input, emit) : readCSV(input, emit)
    }

    private func readJSON(
        _ input: any ByteSource, _ emit: (IntelligenceRecord) throws -> Void
    ) throws -> FeedSummary {
        var summary = FeedSummary(source: .kev, format: "KEV JSON")
        let reader = JSONReader(input)
        var hasCatalogue = false
        try reader.object { key in
            switch key {
            case "dateReleased": summary.contentIsAtLeast(try reader.stringOrSkip().flatMap(Timestamp.parse))
            case "vulnerabilities":
                hasCatalogue = true
                try reader.array {
                    let parsed = try reader.attempt { try entry(reader) }
                    try summary.take(parsed, at: reader.location).map { try emit($0) }
                }
            default: break
            }
        }
        try reader.finish()
        guard hasCatalogue else { throw reader.malformed("there is no list of vulnerabilities") }
        return summary
    }

    private func entry(_ reader: JSONReader) throws -> ParsedRecord {
        var fields: [String: String] = [:]
        try reader.object { key in
            if Self.columns.contains(key) { fields[key] = try reader.optionalString() }
        }
        return Self.record { fields[$0] }
    }

    private func readCSV(
        _ input: any ByteSource, _ emit: (IntelligenceRecord) throws -> Void
    ) throws -> FeedSummary {
        var summary = FeedSummary(source: .kev, format: "KEV CSV")
        let reader = CSVReader(input)
        let header = CSVHeader(try reader.next() ?? [])
        guard header.has("cveID", "dateAdded") else { throw reader.malformed("the header has no cveID and dateAdded") }
        while let row = try reader.next() {
            let parsed = Self.record { header.field($0, of: row) }
            try summary.take(parsed, at: "line \(reader.line)").map { try emit($0) }
        }
        summary.notes.append("The CSV form carries no release date: the newest dateAdded stands for it.")
        return summary
    }

    private static let columns: Set<String> = [
        "cveID", "vulnerabilityName", "dateAdded", "dueDate", "knownRansomwareCampaignUse", "requiredAction",
    ]

    private static func record(_ field: (String) -> String?) -> ParsedRecord {
        let id = field("cveID") ?? ""
        guard let cve = CVE.id(id) else { return .rejected(id, "cveID is no CVE id") }
        guard let added = field("dateAdded"), let date = Timestamp.parse(added) else {
            return .rejected(cve, "dateAdded is no date")
        }
        let entry = KnownExploited(
            cve: cve, name: field("vulnerabilityName") ?? "", dateAdded: added,
            dueDate: field("dueDate").flatMap { Timestamp.parse($0) == nil ? nil : $0 },
            knownRansomware: field("knownRansomwareCampaignUse")?.lowercased() == "known",
            requiredAction: field("requiredAction") ?? "")
        return .accepted(.knownExploited(entry), modified: date)
    }
}
