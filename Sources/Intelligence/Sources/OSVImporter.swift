import Domain

/// Records in the OSV format: one object, an array, NDJSON or concatenated objects.
/// https://ossf.github.io/osv-schema/
public struct OSVImporter: FeedImporter {
    public static var source: IntelligenceSource { .osv }

    public init() {}

    public func read(_ input: any ByteSource, emit: (IntelligenceRecord) throws -> Void) throws -> FeedSummary {
        var summary = FeedSummary(source: .osv, format: "OSV")
        let reader = JSONReader(input)
        try reader.documents(broken: { summary.reject($0, reason: $1) }) {
            if try reader.peek() == .array {
                try reader.array { try element(reader, &summary, emit) }
            } else {
                try element(reader, &summary, emit)
            }
        }
        if summary.setAside["GIT ranges"] != nil {
            summary.notes.append("Ranges of git commits are left out: nothing installed is known by its commit.")
        }
        return summary
    }

    private func element(
        _ reader: JSONReader, _ summary: inout FeedSummary, _ emit: (IntelligenceRecord) throws -> Void
    ) throws {
        var draft = OSVDraft()
        let parsed = try reader.attempt {
            try reader.object { try draft.take($0, reader) }
            return draft.parsed
        }.named(draft.id)
        summary.setAside("GIT ranges", count: draft.gitRanges)
        summary.setAside("limit events", count: draft.limitEvents)
        try summary.take(parsed, at: reader.location).map { try emit($0) }
    }
}
