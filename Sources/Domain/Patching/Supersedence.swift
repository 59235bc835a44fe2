/// Everything that a set of updates contains: themselves and what they take the place of, directly or through others.
/// Chains may be circular and may lead to updates that nothing is known of.
public struct Supersedence<ID: Hashable & Comparable & Sendable>: Sendable {
    /// For each update that is contained: the one that takes its place; itself where it is listed.
    private var successors: [ID: ID]

    /// - Parameter superseded: what an update says that it takes the place of.
    public init(of listed: Set<ID>, superseded: (ID) -> some Sequence<ID>) {
        successors = Dictionary(uniqueKeysWithValues: listed.map { ($0, $0) })
        var waiting = listed.sorted()
        // Each update is taken once, so that circles end.
        while let update = waiting.popLast() {
            for older in superseded(update) where successors[older] == nil {
                successors[older] = update
                waiting.append(older)
            }
        }
    }

    public func contains(_ update: ID) -> Bool { successors[update] != nil }

    /// From the listed update down to `update`; empty when it is not contained.
    public func chain(to update: ID) -> [ID] {
        guard contains(update) else { return [] }
        var chain = [update]
        while let next = successors[chain[chain.count - 1]], next != chain[chain.count - 1], chain.count < 1000 {
            chain.append(next)
        }
        return chain.reversed()
    }
}
