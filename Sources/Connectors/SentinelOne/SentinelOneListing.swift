import Domain
import FoundationEssentials
import Inventories

/// One stream of SentinelOne: how its pages are asked for and read.
protocol SentinelOneListing: Sendable {
    associatedtype Report: Sendable

    static var stream: ConnectorStream { get }
    static var path: String { get }
    /// As the console calls it.
    static var permission: String { get }
    /// What is missing without it.
    static var purpose: String { get }
    /// Whether pages come in the order of changes.
    static var isOrdered: Bool { get }
    /// What narrows the listing, besides account and site.
    static var filters: [(String, String)] { get }

    static func limit(_ settings: SentinelOneSettings) -> Int
    static func read(_ page: SentinelOnePage, _ client: SentinelOneClient) async throws -> RecordReading<Report>
    static func modified(_ report: Report) -> Date?
    static func reports(_ reports: [Report]) -> ConnectorReports
}

extension SentinelOneListing {
    static var isOrdered: Bool { true }
    static var filters: [(String, String)] { [] }
    static func limit(_ settings: SentinelOneSettings) -> Int { settings.pageSize }

    static func batch(at checkpoint: StreamCheckpoint, _ client: SentinelOneClient) async throws -> ConnectorBatch {
        let page: SentinelOnePage
        do {
            page = try await client.page(request(checkpoint, limit: limit(client.settings), client.settings))
        } catch let error as ConnectorError {
            let next = try LostCursor.restart(checkpoint, of: stream, isOrdered: isOrdered, after: error)
            return ConnectorBatch(reports([]), next: next)
        }
        let reading = try await read(page, client)
        return ConnectorBatch(
            reports(reading.reports), quarantined: reading.quarantined, setAside: reading.setAside,
            next: checkpoint.advanced(
                by: page.records.count, newest: reading.reports.compactMap { modified($0) }.max(),
                cursor: page.records.isEmpty ? nil : page.next, at: page.time))
    }

    static func request(
        _ checkpoint: StreamCheckpoint, limit: Int, _ settings: SentinelOneSettings
    ) -> VendorRequest {
        var query = [("limit", "\(limit)")] + settings.scope + filters
        if isOrdered, let since = checkpoint.since {
            // Times are compared more finely than they are sent; a record too many does no harm.
            query.append(("\(settings.changeField)__gt", RFC3339.string(since.addingTimeInterval(-0.001))))
        }
        if let cursor = checkpoint.cursor {
            // It holds the order; the console takes no other beside it.
            query.append(("cursor", cursor))
        } else if isOrdered {
            query += [("sortBy", settings.changeField), ("sortOrder", "asc")]
        }
        return .get(path, query, permission: permission)
    }
}
