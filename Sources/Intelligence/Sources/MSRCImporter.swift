import Domain

/// Microsoft's security updates: CVRF documents in JSON, one a month.
/// https://api.msrc.microsoft.com/cvrf/v3.0/cvrf/2024-Jan
///
/// An advisory is emitted for each vulnerability, with an affected package for each pair of product and update,
/// and at the end of a document a patch for each update that it names. `ADV990001`, the list of the latest servicing stack
/// updates, is on no vulnerability: its updates are patches all the same, for others have to wait for them.
public struct MSRCImporter: FeedImporter {
    public static var source: IntelligenceSource { .msrc }

    public init() {}

    public func read(_ input: any ByteSource, emit: (IntelligenceRecord) throws -> Void) throws -> FeedSummary {
        var summary = FeedSummary(source: .msrc, format: "MSRC CVRF JSON")
        let reader = JSONReader(input)
        try reader.documents(broken: { summary.reject($0, reason: $1) }) {
            try document(reader, &summary, emit)
        }
        return summary
    }

    private func document(
        _ reader: JSONReader, _ summary: inout FeedSummary, _ emit: (IntelligenceRecord) throws -> Void
    ) throws {
        var tree = MSRCProducts()
        var patches = MSRCPatches()
        var hasVulnerabilities = false
        try reader.object { key in
            switch key {
            case "DocumentTitle": patches.title = try MSRCText.value(reader)
            case "DocumentTracking": try takeTracking(reader, &summary, &patches)
            case "ProductTree": try tree.take(reader)
            case "Vulnerability":
                hasVulnerabilities = true
                if try reader.null() { return }
                try reader.array {
                    try vulnerability(reader, tree, &patches, &summary, emit)
                }
            default: break
            }
        }
        guard hasVulnerabilities else { throw reader.malformed("there is no list of vulnerabilities") }
        for patch in patches.all {
            summary.records += 1
            try emit(.patch(patch))
        }
    }

    private func vulnerability(
        _ reader: JSONReader, _ tree: MSRCProducts, _ patches: inout MSRCPatches, _ summary: inout FeedSummary,
        _ emit: (IntelligenceRecord) throws -> Void
    ) throws {
        var draft = MSRCVulnerability()
        let parsed = try reader.attempt {
            try reader.object { try draft.take($0, reader) }
            return draft.parsed(tree, document: patches.document, released: patches.released)
        }
        summary.setAside("Azure Linux packages", count: draft.linuxPackages)
        if draft.listsServicingStacks, !draft.remedies.isEmpty { return patches.add(draft, tree) }
        guard let record = summary.take(parsed, at: reader.location) else { return }
        try emit(record)
        if let facts = draft.facts(released: patches.released) { try emit(.vulnerability(facts)) }
        patches.add(draft, tree)
    }

    private func takeTracking(
        _ reader: JSONReader, _ summary: inout FeedSummary, _ patches: inout MSRCPatches
    ) throws {
        try reader.object { key in
            switch key {
            case "Identification":
                try reader.object { if $0 == "ID" { patches.document = try MSRCText.value(reader) } }
            case "InitialReleaseDate": patches.released = try reader.stringOrSkip().flatMap(Timestamp.parse)
            case "CurrentReleaseDate": summary.contentIsAtLeast(try reader.stringOrSkip().flatMap(Timestamp.parse))
            default: break
            }
        }
    }
}
