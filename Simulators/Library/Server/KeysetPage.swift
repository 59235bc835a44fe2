/// A page of a listing in some order. It begins behind the last record of the page before, wherever that is by now: what
/// changes meanwhile moves and is listed again.
struct KeysetPage: Sendable {
    /// Where a record stands in the order.
    struct Position: Sendable, Comparable {
        var key: Int
        var index: Int

        static func < (left: Position, right: Position) -> Bool { (left.key, left.index) < (right.key, right.index) }
    }

    let indices: [Int]
    /// Of the whole listing.
    let total: Int
    /// Where the page ended; nil when it is empty.
    let end: Position?
    let isLast: Bool

    init(_ positions: [Position], after: Position?, limit: Int) {
        let behind = positions.filter { position in after.map { position > $0 } ?? true }.sorted()
        let page = behind.prefix(limit)
        indices = page.map(\.index)
        total = positions.count
        end = page.last
        isLast = behind.count <= limit
    }
}
