import FoundationEssentials

/// What a sweep did.
public struct SweepReport: Sendable, Equatable {
    public var removed = 0
    public var bytes: Int64 = 0
    /// Uploads that nobody finished.
    public var uploads = 0

    public init() {}
}

extension ObjectStore {
    /// Removes the objects under a prefix that were written before a moment, and what unfinished uploads left.
    /// An object that is replaced meanwhile stays, where the store removes by version. Cancelled or killed, the next
    /// sweep goes on.
    public func sweep(_ prefix: String, before date: Date) async throws -> SweepReport {
        var report = SweepReport()
        var page: String?
        repeat {
            try Task.checkCancellation()
            let found = try await list(prefix, after: page, limit: 1_000)
            for object in found.objects where object.modified < date {
                do {
                    try await delete(object.key, version: abilities.removesByVersion ? object.version : nil)
                    report.removed += 1
                    report.bytes += object.size
                } catch ObjectError.changed {
                    continue
                }
            }
            page = found.next
        } while page != nil
        // A day: an upload that goes on is not one that nobody finishes.
        report.uploads = try await discardUnfinishedUploads(before: min(date, Date(timeIntervalSinceNow: -86_400)))
        return report
    }
}
