import Domain
import FoundationEssentials

/// A page of a listing: `items` and `pages`, which are counted or come by key.
struct SophosPage: Sendable {
    let bytes: [UInt8]
    /// Where the records stand.
    let items: [Range<Int>]
    /// The key of the page after this one.
    let next: String?
    /// Pages, where they are counted.
    let total: Int?
    /// The server's clock.
    let time: Date

    init(_ response: VendorResponse) throws(FieldRefusal) {
        bytes = response.body
        let root = try VendorRecord(bytes, 0..<bytes.count)
        items = try root.elements("items")
        let pages = try root.record("pages")
        next = try pages?.text("nextKey")
        total = try pages?.integer("total")
        time = response.time(or: Date())
    }

    private init(bytes: [UInt8], items: [Range<Int>], next: String?, time: Date) {
        self.bytes = bytes
        self.items = items
        self.next = next
        self.time = time
        total = nil
    }

    /// A page of events: `items`, `has_more` and `next_cursor`.
    static func events(_ response: VendorResponse) throws(FieldRefusal) -> SophosPage {
        let root = try VendorRecord(response.body, 0..<response.body.count)
        let hasMore = try root.flag("has_more") ?? false
        return SophosPage(
            bytes: response.body, items: try root.elements("items"),
            next: hasMore ? try root.text("next_cursor") : nil, time: response.time(or: Date()))
    }
}
