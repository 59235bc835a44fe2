import Domain

/// Tells feeds apart by how they begin.
public enum FeedFormat {
    /// How much of a feed is looked at.
    public static let sampleSize = 64 << 10

    /// The source whose format the first bytes of a decompressed feed are in; nil when it is none that
    /// is known.
    public static func detect(_ sample: [UInt8]) -> IntelligenceSource? {
        let text = String(decoding: sample, as: UTF8.self)
        guard let first = text.first(where: { !$0.isWhitespace }) else { return nil }
        return first == "{" || first == "[" ? json(text) : table(text)
    }

    /// The order matters: a name further down may occur inside records of those above.
    private static let jsonMarks: [(mark: String, source: IntelligenceSource)] = [
        ("\"catalogVersion\"", .kev), ("\"cveID\"", .kev), ("\"resultsPerPage\"", .nvd), ("\"vulnStatus\"", .nvd),
        ("\"schema_version\"", .osv), ("\"affected\"", .osv), ("\"releases\"", .debian), ("\"cvssMetric", .nvd),
        ("\"cpeMatch\"", .nvd), ("\"sourceIdentifier\"", .nvd),
    ]

    private static func json(_ text: String) -> IntelligenceSource? {
        if let found = jsonMarks.first(where: { text.contains($0.mark) }) { return found.source }
        // `{"CVE-2003-0132": ["9", "11"], …}`
        let start = text.filter { !$0.isWhitespace }.prefix(6)
        return start.hasPrefix("{\"CVE-") ? .exploitDB : nil
    }

    private static func table(_ text: String) -> IntelligenceSource? {
        let lines = text.split(whereSeparator: \.isNewline).prefix(2)
        guard let first = lines.first else { return nil }
        if first.hasPrefix("#model_version") || lines.contains(where: { $0.hasPrefix("cve,epss") }) { return .epss }
        let columns = Set(first.split(separator: ",").map { $0.filter { $0 != "\"" } })
        if columns.contains("cveID") { return .kev }
        return columns.isSuperset(of: ["id", "codes"]) ? .exploitDB : nil
    }
}
