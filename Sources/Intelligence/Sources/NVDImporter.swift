import Domain
import FoundationEssentials

/// NVD's CVE records: pages of the API 2.0, yearly feeds of the same shape, arrays, and NDJSON or
/// concatenated `cve` objects with or without their envelope.
/// https://nvd.nist.gov/developers/vulnerabilities
///
/// A record gives what it says of the vulnerability and, where it lists products (CPE), an advisory
/// on these. Only the first is counted.
public struct NVDImporter: FeedImporter {
    public static var source: IntelligenceSource { .nvd }

    public init() {}

    public func read(_ input: any ByteSource, emit: (IntelligenceRecord) throws -> Void) throws -> FeedSummary {
        var summary = FeedSummary(source: .nvd, format: "NVD API 2.0")
        let reader = JSONReader(input)
        try reader.documents(broken: { summary.reject($0, reason: $1) }) {
            if try reader.peek() == .array {
                try reader.array { try element(reader, &summary, emit) }
            } else {
                try element(reader, &summary, emit)
            }
        }
        return summary
    }

    /// A page `{timestamp, vulnerabilities: […]}`, an element `{cve: {…}}` or a bare record.
    private func element(
        _ reader: JSONReader, _ summary: inout FeedSummary, _ emit: (IntelligenceRecord) throws -> Void
    ) throws {
        var draft = NVDDraft()
        var isPage = false
        let parsed = try reader.attempt {
            try reader.object { key in
                switch key {
                case "vulnerabilities":
                    isPage = true
                    guard try reader.peek() == .array else { throw reader.malformed("vulnerabilities is no list") }
                    try reader.array { try element(reader, &summary, emit) }
                case "timestamp": summary.contentIsAtLeast(try reader.stringOrSkip().flatMap(Timestamp.parse))
                case "cve": try reader.object { try draft.take($0, reader) }
                default: try draft.take(key, reader)
                }
            }
            return draft.parsed
        }.named(draft.id)
        if isPage { return }
        summary.setAside("unreadable product names", count: draft.configurations.unreadable)
        summary.setAside("invalid CVSS vectors", count: draft.metrics.invalid)
        guard let record = summary.take(parsed, at: reader.location) else { return }
        try emit(record)
        if let advisory = draft.advisory { try emit(.advisory(advisory)) }
    }
}
