import Domain

/// Red Hat's CSAF documents: one for each CVE (`csaf_vex`), or for each erratum with all it fixes
/// (`csaf_security_advisory`). One document, an array, NDJSON or concatenated documents.
/// https://security.access.redhat.com/data/csaf/v2/ and https://docs.oasis-open.org/csaf/csaf/v2.0/
///
/// Taken are packages of Enterprise Linux as everybody has it. Extended support streams are other lines of
/// builds, and layered products are no part of the system: both are counted.
public struct RedHatImporter: FeedImporter {
    public static var source: IntelligenceSource { .redhat }

    public init() {}

    public func read(_ input: any ByteSource, emit: (IntelligenceRecord) throws -> Void) throws -> FeedSummary {
        var summary = FeedSummary(source: .redhat, format: "Red Hat CSAF")
        let reader = JSONReader(input)
        try reader.documents(broken: { summary.reject($0, reason: $1) }) {
            if try reader.peek() == .array {
                try reader.array { try document(reader, &summary, emit) }
            } else {
                try document(reader, &summary, emit)
            }
        }
        if summary.setAside[RedHatProducts.extended] != nil {
            summary.notes.append("Builds of extended support streams (EUS, AUS, E4S, TUS, ELS) are left out.")
        }
        return summary
    }

    private func document(
        _ reader: JSONReader, _ summary: inout FeedSummary, _ emit: (IntelligenceRecord) throws -> Void
    ) throws {
        var draft = CSAFDocument()
        var advisories: [Advisory] = []
        let parsed = try reader.attempt {
            try reader.object { try draft.take($0, reader) }
            guard !draft.id.isEmpty, draft.id.utf8.count <= 256 else {
                return .rejected(draft.id, "the document has no usable id")
            }
            if let reason = draft.products.excess { return .rejected(draft.id, reason) }
            var statements = RedHatStatements(draft, &summary)
            advisories = statements.advisories()
            guard let first = advisories.first else {
                return .rejected(draft.id, "the document names no vulnerability")
            }
            return .accepted(.advisory(first), modified: draft.modified)
        }.named(draft.id)
        guard let first = summary.take(parsed, at: reader.location) else { return }
        try emit(first)
        for advisory in advisories.dropFirst() {
            let other = ParsedRecord.accepted(.advisory(advisory), modified: nil)
            try summary.take(other, at: reader.location).map { try emit($0) }
        }
    }
}
