import Domain

/// Records of the CVE list in the CVE JSON format 5: the CNA's own words, score and products, and those of
/// authorised publishers (ADP), of which CISA's holds SSVC decisions. A record, an array, NDJSON or
/// concatenated records. https://github.com/CVEProject/cvelistV5 and https://cveproject.github.io/cve-schema/
public struct CVEImporter: FeedImporter {
    public static var source: IntelligenceSource { .cve }

    public init() {}

    public func read(_ input: any ByteSource, emit: (IntelligenceRecord) throws -> Void) throws -> FeedSummary {
        var summary = FeedSummary(source: .cve, format: "CVE JSON 5")
        let reader = JSONReader(input)
        try reader.documents(broken: { summary.reject($0, reason: $1) }) {
            if try reader.peek() == .array {
                try reader.array { try element(reader, &summary, emit) }
            } else {
                try element(reader, &summary, emit)
            }
        }
        if summary.setAside[CVEProduct.unnamed] != nil {
            summary.notes.append("Products without versions, a vendor or a name are left out.")
        }
        return summary
    }

    private func element(
        _ reader: JSONReader, _ summary: inout FeedSummary, _ emit: (IntelligenceRecord) throws -> Void
    ) throws {
        var draft = CVEDraft()
        let parsed = try reader.attempt {
            try reader.object { try draft.take($0, reader) }
            return draft.parsed
        }.named(draft.id)
        summary.setAside("invalid CVSS vectors", count: draft.invalidVectors)
        summary.setAside(CVEProduct.unnamed, count: draft.unnamedProducts)
        guard let record = summary.take(parsed, at: reader.location) else { return }
        try emit(record)
        guard let advisory = draft.advisory else { return }
        let second = ParsedRecord.accepted(.advisory(advisory), modified: nil)
        try summary.take(second, at: reader.location).map { try emit($0) }
    }
}
