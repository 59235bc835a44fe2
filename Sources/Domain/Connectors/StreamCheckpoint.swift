import FoundationEssentials

/// How far a stream was read. It is stored together with what was read up to it, so that a reader that is killed at
/// any instant goes on without losing or doubling a record.
public struct StreamCheckpoint: Sendable, Codable, Hashable {
    /// How much a run reads.
    public enum Extent: String, Sendable, Codable {
        /// Everything: what the vendor does not list any more has disappeared.
        case full
        /// What changed since the run before.
        case changes
    }

    /// Counts full readings. A record keeps the number it was last seen in; after a complete full run, a lower
    /// number tells what has disappeared.
    public private(set) var run: Int
    public private(set) var extent: Extent
    /// Only what changed at or after this moment of the vendor's clock; nil for all.
    public private(set) var since: Date?
    /// The newest change that was read, by the vendor's clock: ours may be wrong.
    public private(set) var watermark: Date?
    /// The newest change that this run has read.
    public private(set) var reached: Date?
    /// When the run began, by the vendor's clock. What changes while a run reads may be missed by it, so the next one
    /// begins no later.
    public private(set) var began: Date?
    /// The vendor's paging token for the next page; nil in front of the first.
    public private(set) var cursor: String?
    /// Records behind the cursor.
    public private(set) var records: Int
    /// How often paging had to begin again without having come further.
    public private(set) var restarts: Int
    public private(set) var isComplete: Bool

    /// Nothing was read yet.
    public static let none = StreamCheckpoint(
        run: 0, extent: .full, since: nil, watermark: nil, reached: nil, began: nil, cursor: nil, records: 0,
        restarts: 0,
        isComplete: true)

    /// The beginning of the next run. A run that did not complete is gone on with instead, unless all is asked for
    /// and it is of changes.
    ///
    /// - Parameter overlap: how long before the newest known change to begin; vendors list changes late.
    public func next(_ extent: Extent, overlap: TimeInterval) -> StreamCheckpoint {
        if !isComplete, self.extent == .full || extent == .changes { return self }
        var next = self
        next.cursor = nil
        next.records = 0
        next.restarts = 0
        next.isComplete = false
        next.began = nil
        next.reached = nil
        if extent == .changes, run > 0, let watermark {
            next.extent = .changes
            next.since = min(watermark, began ?? watermark).addingTimeInterval(-overlap)
        } else {
            next.extent = .full
            next.since = nil
            next.run += 1
        }
        return next
    }

    /// Behind a page.
    ///
    /// - Parameters:
    ///   - newest: the newest change on the page.
    ///   - cursor: the token of the page after it; nil when it was the last.
    ///   - time: the vendor's clock.
    public func advanced(by records: Int, newest: Date?, cursor: String?, at time: Date) -> StreamCheckpoint {
        var next = self
        next.began = began ?? time
        next.records += records
        next.cursor = cursor
        next.isComplete = cursor == nil
        if let newest {
            if newest > reached ?? .distantPast { next.restarts = 0 }
            next.reached = max(newest, reached ?? newest)
            next.watermark = max(newest, watermark ?? newest)
        }
        return next
    }

    /// For a stream without runs of changes: without a newest change, the next run reads everything.
    public var alwaysWhole: StreamCheckpoint {
        var next = self
        next.watermark = nil
        return next
    }

    /// Behind reports that a source sent by itself. What it does not speak of stays as it was.
    public var pushed: StreamCheckpoint {
        var next = self
        // An open snapshot stays open. Behind a complete one nothing is to be removed.
        if isComplete { next.extent = .changes }
        return next
    }

    /// The beginning of all that a source knows, sent by itself. One that was begun before and not completed is given
    /// up.
    public var opened: StreamCheckpoint {
        var next = self
        next.run += 1
        next.extent = .full
        next.isComplete = false
        next.cursor = nil
        next.since = nil
        next.records = 0
        return next
    }

    /// The end of what `opened` began: what was not in it has disappeared.
    public func closed(records: Int) -> StreamCheckpoint {
        var next = self
        next.extent = .full
        next.isComplete = true
        next.records = records
        return next
    }

    /// Where to go on when the vendor does not know its paging token any more.
    ///
    /// - Parameter isOrdered: the stream comes in the order of its changes, so that everything before the newest was
    ///   read. Otherwise all is read again, in a run of its own, because what was read may have disappeared since.
    public func restarted(isOrdered: Bool) -> StreamCheckpoint {
        var next = self
        next.cursor = nil
        next.records = 0
        next.restarts += 1
        if isOrdered, let reached { next.since = max(reached, since ?? reached) }
        if !isOrdered, extent == .full { next.run += 1 }
        return next
    }
}
