import Domain
import FoundationEssentials

/// When an account is read, and how it went.
public struct ConnectorStatus: Sendable, Hashable {
    public var schedule: SyncSchedule
    /// When it is due; nil while it is paused.
    public var nextSyncAt: Date?
    /// Syncs in a row that stopped.
    public var failures: Int
    /// When the last sync began.
    public var startedAt: Date?
    /// Seconds that the last one took that ended.
    public var duration: Double?
    /// Whether somebody is reading it now.
    public var isRunning: Bool
    /// In the order of reading; those that were never read are missing.
    public var streams: [StreamStatus]

    public init(
        schedule: SyncSchedule, nextSyncAt: Date? = nil, failures: Int = 0, startedAt: Date? = nil,
        duration: Double? = nil, isRunning: Bool = false, streams: [StreamStatus] = []
    ) {
        self.schedule = schedule
        self.nextSyncAt = nextSyncAt
        self.failures = failures
        self.startedAt = startedAt
        self.duration = duration
        self.isRunning = isRunning
        self.streams = streams
    }

    /// Seconds since the moment up to which all is known, of the stream that is furthest behind; nil where one was never
    /// read to the end.
    public func lag(at now: Date) -> Double? {
        let lags = streams.map { $0.lag(at: now) }
        return lags.contains(nil) ? nil : lags.compactMap(\.self).max()
    }
}

/// How reading one kind of record went.
public struct StreamStatus: Sendable, Hashable {
    public let stream: ConnectorStream
    /// When the last sync came to it, and when it was done with it.
    public let startedAt: Date
    public let finishedAt: Date?
    public let duration: Double?
    /// What the last sync read.
    public let records: Int
    /// What it could not understand of that.
    public let quarantined: Int
    /// All that changed before this moment is known.
    public let currentTo: Date?
    /// When everything was last read to the end.
    public let fullFinishedAt: Date?
    /// When a person asked for everything to be read; nil when that was done.
    public let fullRequestedAt: Date?
    /// Why the last sync could not read it, as a sentence.
    public let error: String?

    /// Seconds since the moment up to which all is known; nil where it was never read to the end.
    public func lag(at now: Date) -> Double? { currentTo.map { max(0, now.timeIntervalSince($0)) } }
}
