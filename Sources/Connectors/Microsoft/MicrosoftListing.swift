import Domain
import FoundationEssentials

/// What came of one page of a listing.
struct MicrosoftReading<Report: Sendable> {
    var records: RecordReading<Report>
    /// Records on the page.
    var count: Int
    /// Nil behind the last page.
    var next: MicrosoftCursor.Place?
    /// The server's clock.
    var time: Date
}

/// One listing of Defender or Graph: a stream, or a part of one.
protocol MicrosoftListing: Sendable {
    associatedtype Report: Sendable

    static var stream: ConnectorStream { get }
    /// In checkpoints.
    static var name: String { get }
    /// As the application's page calls it.
    static var permission: String { get }
    /// What is missing without it.
    static var purpose: String { get }

    static func isRead(_ settings: MicrosoftSettings) -> Bool
    /// A small request that needs the permission.
    static func probe(_ settings: MicrosoftSettings) -> (VendorRequest, MicrosoftClient.Service)
    static func read(
        _ place: MicrosoftCursor.Place, _ checkpoint: StreamCheckpoint, _ client: MicrosoftClient
    ) async throws -> MicrosoftReading<Report>
    static func reports(_ reports: [Report]) -> ConnectorReports
}

extension MicrosoftListing {
    /// How often paging may begin again.
    private static var mostRestarts: Int { 5 }

    /// - Parameter following: the listing behind this one in its stream.
    static func batch(
        _ place: MicrosoftCursor.Place, at checkpoint: StreamCheckpoint, following: (any MicrosoftListing.Type)?,
        _ client: MicrosoftClient
    ) async throws -> ConnectorBatch {
        let reading: MicrosoftReading<Report>
        do {
            reading = try await read(place, checkpoint, client)
        } catch let error as ConnectorError {
            return try restart(place, checkpoint, error)
        }
        let cursor =
            reading.next.map { MicrosoftCursor(name, $0).text }
            ?? following.map { MicrosoftCursor($0.name, .start).text }
        // Nothing here is in the order of its changes: what is known to have been read is all that was there when
        // the reading began, and only once it is complete.
        return ConnectorBatch(
            reports(reading.records.reports), quarantined: reading.records.quarantined,
            setAside: reading.records.setAside,
            next: checkpoint.advanced(
                by: reading.count, newest: cursor == nil ? reading.time : nil, cursor: cursor, at: reading.time))
    }

    /// A link that is refused is most likely too old.
    private static func restart(
        _ place: MicrosoftCursor.Place, _ checkpoint: StreamCheckpoint, _ error: ConnectorError
    ) throws -> ConnectorBatch {
        guard case .refused(let vendor, _, let reason) = error, case .link = place else { throw error }
        guard checkpoint.restarts < mostRestarts else {
            throw ConnectorError.cursorsExpire(vendor: vendor, stream: stream, reason: reason)
        }
        return ConnectorBatch(reports([]), next: checkpoint.restarted(isOrdered: false))
    }

    /// A page at a link, or the one that `first` asks for.
    static func page(
        _ place: MicrosoftCursor.Place, _ client: MicrosoftClient, _ service: MicrosoftClient.Service,
        _ first: () -> VendorRequest
    ) async throws -> MicrosoftPage {
        guard case .link(let link) = place else { return try await client.page(first(), service) }
        return try await client.page(try client.request(following: link, permission: permission), service)
    }

    /// The place behind a page of a listing that is asked for by number, or that links to its next page by itself.
    /// Numbers overlap a little: what leaves the listing while it is read moves the rest forward.
    static func next(_ page: MicrosoftPage, behind place: MicrosoftCursor.Place, limit: Int) -> MicrosoftCursor.Place? {
        if let link = page.nextLink { return .link(link) }
        guard page.elements.count >= limit else { return nil }
        switch place {
        case .start: return .skip(limit - limit / 20)
        case .skip(let count): return .skip(count + limit - limit / 20)
        case .link: return nil
        }
    }
}
