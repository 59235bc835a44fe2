import Domain
import FoundationEssentials

/// FIRST's daily EPSS scores: `cve,epss,percentile`, under a comment line that names the model and
/// the day. https://www.first.org/epss/data_stats
public struct EPSSImporter: FeedImporter {
    public static var source: IntelligenceSource { .epss }

    public init() {}

    public func read(_ input: any ByteSource, emit: (IntelligenceRecord) throws -> Void) throws -> FeedSummary {
        var summary = FeedSummary(source: .epss, format: "EPSS CSV")
        let reader = CSVReader(input)
        var names = try reader.next() ?? []
        if let first = names.first, first.hasPrefix("#") {
            readComment(names, into: &summary)
            names = try reader.next() ?? []
        }
        let header = CSVHeader(names)
        guard header.has("cve", "epss") else { throw reader.malformed("the header has no cve and epss") }
        if summary.contentDate == nil { summary.notes.append("The file does not say of which day its scores are.") }
        while let row = try reader.next() {
            let parsed = record(row, header, summary.contentDate)
            try summary.take(parsed, at: "line \(reader.line)").map { try emit($0) }
        }
        return summary
    }

    /// `#model_version:v2025.03.14,score_date:2025-04-22T12:55:00Z`.
    private func readComment(_ fields: [String], into summary: inout FeedSummary) {
        for field in fields {
            let parts = field.drop { $0 == "#" }.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            if parts[0] == "model_version" { summary.format += ", model \(parts[1])" }
            if parts[0] == "score_date" { summary.contentDate = Timestamp.parse(String(parts[1])) }
        }
    }

    private func record(_ row: [String], _ header: CSVHeader, _ scored: Date?) -> ParsedRecord {
        let id = header.field("cve", of: row) ?? ""
        guard let cve = CVE.id(id) else { return .rejected(id, "cve is no CVE id") }
        guard let epss = Self.probability(header.field("epss", of: row)) else {
            return .rejected(cve, "epss is no number from 0 to 1")
        }
        // Files before 2021-09 had no percentile.
        let percentile = Self.probability(header.field("percentile", of: row)) ?? 0
        return .accepted(
            .exploitPrediction(
                ExploitPrediction(cve: cve, probability: epss, percentile: percentile, scored: scored)), modified: nil)
    }

    private static func probability(_ text: String?) -> Double? {
        guard let text, let value = Double(text), (0...1).contains(value) else { return nil }
        return value
    }
}
