import Domain
import FoundationEssentials

/// What reading a feed came to.
public struct FeedSummary: Sendable, Hashable, Codable {
    public var source: IntelligenceSource
    /// The published format, as a person names it: `NVD API 2.0`, `EPSS CSV`.
    public var format: String
    /// How many records were emitted.
    public var records = 0
    /// How many records of the feed were left out because they make no sense.
    public var skipped = 0
    /// The first 1,000 of these.
    public var rejected: [RejectedRecord] = []
    /// How old the content is, by the feed itself: its release date, else its newest record.
    public var contentDate: Date?
    /// Parts of accepted records that have no use here yet, counted by name: `configurations`.
    public var setAside: [String: Int] = [:]
    /// Sentences about what the feed lacks, for the reader of a report.
    public var notes: [String] = []

    public init(source: IntelligenceSource, format: String) {
        self.source = source
        self.format = format
    }

    static let rejectedKept = 1000

    mutating func reject(_ record: String, reason: String) {
        skipped += 1
        if rejected.count < Self.rejectedKept {
            rejected.append(RejectedRecord(record: record, reason: reason))
        }
    }

    mutating func setAside(_ part: String, count: Int = 1) {
        if count > 0 { setAside[part, default: 0] += count }
    }

    mutating func contentIsAtLeast(_ date: Date?) {
        guard let date else { return }
        contentDate = max(contentDate ?? date, date)
    }

    /// Adds what another file of the same source came to.
    public mutating func merge(_ other: FeedSummary) {
        records += other.records
        skipped += other.skipped
        rejected.append(contentsOf: other.rejected.prefix(Self.rejectedKept - rejected.count))
        contentIsAtLeast(other.contentDate)
        setAside.merge(other.setAside, uniquingKeysWith: +)
        notes.append(contentsOf: other.notes.filter { !notes.contains($0) })
        if format.isEmpty { format = other.format }
        if !other.format.isEmpty, !format.contains(other.format) { format += ", \(other.format)" }
    }
}

/// A record that was left out.
public struct RejectedRecord: Sendable, Hashable, Codable {
    /// Its id, or its place in the input.
    public var record: String
    public var reason: String

    public init(record: String, reason: String) {
        self.record = record
        self.reason = reason
    }
}
