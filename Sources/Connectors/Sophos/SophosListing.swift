import Domain
import FoundationEssentials

/// One stream of Sophos: its listings, tenant by tenant.
protocol SophosListing: Sendable {
    associatedtype Report: Sendable

    static var stream: ConnectorStream { get }
    static var permission: String { get }
    /// What is missing without it.
    static var purpose: String { get }
    /// Whether there are no runs of changes: what disappeared tells something.
    static var isAlwaysWhole: Bool { get }
    /// How many listings a tenant has for this stream.
    static func parts(_ settings: SophosSettings) -> Int

    static func page(_ place: SophosPlace, _ question: SophosQuestion) async throws -> SophosPage
    static func read(_ page: SophosPage, _ part: Int, _ naming: SophosNaming) -> RecordReading<Report>
    static func modified(_ report: Report) -> Date?
    static func reports(_ reports: [Report]) -> ConnectorReports
}

/// Where reading stands: the paging token of the whole account.
struct SophosPlace: Sendable {
    let tenant: SophosTenant
    let part: Int
    /// The key of the page; nil in front of the first.
    let key: String?

    /// `TENANT PART KEY`
    static func text(_ tenant: SophosTenant, _ part: Int, _ key: String?) -> String {
        "\(tenant.id) \(part) \(key ?? "")"
    }

    /// The place that a cursor names. A tenant that is gone meanwhile is passed over.
    init?(_ cursor: String?, _ tenants: [SophosTenant]) {
        guard let cursor else {
            guard let first = tenants.first else { return nil }
            tenant = first
            part = 0
            key = nil
            return
        }
        let parts = cursor.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let number = Int(parts[1]), let next = tenants.first(where: { $0.id >= parts[0] })
        else {
            return nil
        }
        tenant = next
        let isSame = next.id == parts[0]
        part = isSame ? number : 0
        key = isSame && !parts[2].isEmpty ? parts[2] : nil
    }
}

/// What a page is asked for with.
struct SophosQuestion: Sendable {
    let client: SophosClient
    let since: Date?
    /// The vendor's clock.
    let now: Date
    /// Records of a page; nil for as many as settings say.
    let limit: Int?
}

/// How things are called: where an account has several tenants, theirs stands in front of their things.
struct SophosNaming: Sendable {
    let tenant: String?
    let settings: SophosSettings

    func name(_ id: String) -> String { tenant.map { "\($0)/\(id)" } ?? id }

    func reading<Report>(
        _ stream: ConnectorStream, _ page: SophosPage, _ report: (VendorRecord) throws(FieldRefusal) -> Report?
    ) -> RecordReading<Report> {
        RecordReading(stream, page.bytes, page.items, name: { (try? $0.text("id")).flatMap { $0 }.map(name) }, report)
    }
}

extension SophosListing {
    static func parts(_ settings: SophosSettings) -> Int { 1 }
    static var isAlwaysWhole: Bool { false }

    static func batch(at checkpoint: StreamCheckpoint, _ client: SophosClient) async throws -> ConnectorBatch {
        let account = try await client.found()
        guard let place = SophosPlace(checkpoint.cursor, account.tenants) else {
            // Nothing is left behind the place.
            return ConnectorBatch(
                reports([]), next: checkpoint.advanced(by: 0, newest: nil, cursor: nil, at: vendorTime(account)))
        }
        let page: SophosPage
        do {
            let question = SophosQuestion(
                client: client, since: checkpoint.since, now: vendorTime(account), limit: nil)
            page = try await self.page(place, question)
        } catch let error as ConnectorError {
            guard place.key != nil else { throw error }
            let next = try LostCursor.restart(checkpoint, of: stream, isOrdered: false, after: error)
            return ConnectorBatch(reports([]), next: next)
        }
        let naming = SophosNaming(tenant: account.hasSeveral ? place.tenant.id : nil, settings: client.settings)
        let reading = read(page, place.part, naming)
        let advanced = checkpoint.advanced(
            by: page.items.count, newest: reading.reports.compactMap { modified($0) }.max(),
            cursor: cursor(behind: page, place, account, client.settings), at: page.time)
        return ConnectorBatch(
            reports(reading.reports), quarantined: reading.quarantined, setAside: reading.setAside,
            next: isAlwaysWhole ? advanced.alwaysWhole : advanced)
    }

    private static func vendorTime(_ account: SophosAccount.Found) -> Date { Date().addingTimeInterval(account.skew) }

    /// The next page, else the next part, else the next tenant; nil behind the last.
    private static func cursor(
        behind page: SophosPage, _ place: SophosPlace, _ account: SophosAccount.Found, _ settings: SophosSettings
    ) -> String? {
        if let key = page.next, !page.items.isEmpty { return SophosPlace.text(place.tenant, place.part, key) }
        if place.part + 1 < parts(settings) { return SophosPlace.text(place.tenant, place.part + 1, nil) }
        return account.tenants.first { $0.id > place.tenant.id }.map { SophosPlace.text($0, 0, nil) }
    }
}
