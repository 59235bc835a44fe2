import Domain

/// What reading a file, a folder or an archive of feeds came to.
public struct FeedReport: Sendable {
    /// One for each source that was found, in the order in which it was first met.
    public package(set) var summaries: [FeedSummary] = []
    /// How many files of a folder or an archive are no feed, or one of another source than asked for.
    public internal(set) var passedOver = 0

    public init() {}

    /// Counts a file that holds nothing usable.
    mutating func reject(_ file: String, _ reason: String, of source: IntelligenceSource) {
        var summary = FeedSummary(source: source, format: "")
        summary.reject(file.split(separator: "/").last.map(String.init) ?? file, reason: reason)
        add(summary)
    }

    mutating func add(_ summary: FeedSummary) {
        if let index = summaries.firstIndex(where: { $0.source == summary.source }) {
            summaries[index].merge(summary)
        } else {
            summaries.append(summary)
        }
    }
}
