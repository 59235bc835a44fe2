import Domain

/// Pages of VulnDB's interface: `{"total_entries", "results": […]}`. Taken are what its clients are known to use:
/// titles, descriptions, dates, references to CVE ids and CVSS vectors.
public struct VulnDBImporter: FeedImporter {
    public static var source: IntelligenceSource { .vulndb }

    public init() {}

    public func read(_ input: any ByteSource, emit: (IntelligenceRecord) throws -> Void) throws -> FeedSummary {
        var summary = FeedSummary(source: .vulndb, format: "VulnDB API")
        let reader = JSONReader(input)
        try reader.documents(broken: { summary.reject($0, reason: $1) }) {
            try reader.object { key in
                guard key == "results" else { return }
                try reader.array {
                    var draft = VulnDBDraft()
                    let parsed = try reader.attempt {
                        try reader.object { try draft.take($0, reader) }
                        return draft.parsed
                    }.named(draft.id)
                    guard let first = summary.take(parsed, at: reader.location) else { return }
                    try emit(first)
                    for record in draft.records.dropFirst() {
                        let other = ParsedRecord.accepted(.vulnerability(record), modified: nil)
                        try summary.take(other, at: reader.location).map { try emit($0) }
                    }
                }
            }
        }
        return summary
    }
}
