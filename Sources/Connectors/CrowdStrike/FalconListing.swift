import Domain
import FoundationEssentials

/// One stream of Falcon: how its pages are asked for and read.
protocol FalconListing: Sendable {
    associatedtype Report: Sendable

    static var stream: ConnectorStream { get }
    /// As the console calls it.
    static var permission: String { get }
    /// What is missing without it.
    static var purpose: String { get }
    /// Whether pages come in the order of changes.
    static var isOrdered: Bool { get }
    /// The vendor's largest page.
    static var largestPage: Int { get }

    static func request(_ checkpoint: StreamCheckpoint, limit: Int, _ settings: FalconSettings) -> VendorRequest
    static func cursor(_ page: FalconPage) -> String?
    /// - Parameter page: as it was listed, or with the records' details.
    static func read(_ page: FalconPage) -> RecordReading<Report>
    static func modified(_ report: Report) -> Date?
    static func reports(_ reports: [Report]) -> ConnectorReports

    /// The request for the details of a page that lists no more than ids; nil where it lists everything.
    static func details(_ page: FalconPage) throws(FieldRefusal) -> VendorRequest?
}

extension FalconListing {
    static var isOrdered: Bool { true }
    static func cursor(_ page: FalconPage) -> String? { page.after }
    static func details(_ page: FalconPage) throws(FieldRefusal) -> VendorRequest? { nil }

    static func batch(at checkpoint: StreamCheckpoint, _ client: FalconClient) async throws -> ConnectorBatch {
        let limit = min(client.settings.pageSize, largestPage)
        let page: FalconPage
        do {
            page = try await client.page(request(checkpoint, limit: limit, client.settings))
        } catch let error as ConnectorError {
            let next = try LostCursor.restart(checkpoint, of: stream, isOrdered: isOrdered, after: error)
            return ConnectorBatch(reports([]), next: next)
        }
        let reading: RecordReading<Report>
        let details = try SingleAnswer.read(client.vendor) { () throws(FieldRefusal) in try self.details(page) }
        if let details {
            reading = read(try await client.page(details))
        } else {
            reading = read(page)
        }
        let newest = reading.reports.compactMap { modified($0) }.max()
        let records = checkpoint.records + page.resources.count
        // A token may stand on the last page, too, and the total changes while it is paged through: the end is where
        // a page is not full and everything was seen.
        let isLast =
            page.resources.isEmpty || page.resources.count < limit && records >= page.total ?? records
        return ConnectorBatch(
            reports(reading.reports), quarantined: reading.quarantined, setAside: reading.setAside,
            next: checkpoint.advanced(
                by: page.resources.count, newest: newest, cursor: isLast ? nil : cursor(page), at: page.time))
    }
}
