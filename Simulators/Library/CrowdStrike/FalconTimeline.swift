/// The records of one kind in the order of their last change, and pages of them. A page begins behind the last record of
/// the page before, wherever that is by now: what changes meanwhile moves to the end and is listed again.
struct FalconTimeline: Sendable {
    /// Where a page ended.
    struct Position: Sendable, Comparable {
        var moment: Int
        var index: Int

        static func < (left: Position, right: Position) -> Bool {
            (left.moment, left.index) < (right.moment, right.index)
        }
    }

    struct Page: Sendable {
        var indices: [Int] = []
        var total = 0
        /// Where it ended; nil when it is empty.
        var end: Position?
        var isLast = true
    }

    private var order: [Position] = []
    private var generation = -1
    private var totals: [String: Int] = [:]

    /// Sorts again if the fleet has changed.
    mutating func update(_ fleet: FalconFleet, _ positions: () -> [Position]) {
        guard generation != fleet.generation else { return }
        generation = fleet.generation
        order = positions().sorted()
        totals = [:]
    }

    /// - Parameters:
    ///   - key: names the filter.
    ///   - isAscending: from the oldest change on.
    mutating func page(
        after position: Position?, limit: Int, key: String, isAscending: Bool = true, _ matches: (Int) -> Bool
    ) -> Page {
        var page = Page()
        if let known = totals[key] {
            page.total = known
        } else {
            page.total = order.count { matches($0.index) }
            totals[key] = page.total
        }
        let count = order.count
        var offset = position.map { isAscending ? firstIndex(after: $0) : count - firstIndex(at: $0) } ?? 0
        while offset < count {
            let entry = order[isAscending ? offset : count - 1 - offset]
            offset += 1
            guard matches(entry.index) else { continue }
            if page.indices.count == limit {
                page.isLast = false
                break
            }
            page.indices.append(entry.index)
            page.end = entry
        }
        return page
    }

    private func firstIndex(after position: Position) -> Int { partition { $0 > position } }
    private func firstIndex(at position: Position) -> Int { partition { $0 >= position } }

    private func partition(_ isBehind: (Position) -> Bool) -> Int {
        var low = 0
        var high = order.count
        while low < high {
            let middle = (low + high) / 2
            if isBehind(order[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
