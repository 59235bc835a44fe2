import Domain

/// The updates of a host, with everything that they take the place of, directly or through others. Never by the
/// order of their numbers, which says nothing. Chains may be circular and may lead to updates that nothing is
/// known of.
struct InstalledUpdates {
    /// As the host lists them.
    let listed: Set<UInt32>
    /// For each update that is contained: the one that takes its place; itself where it is listed.
    private var successors: [UInt32: UInt32]
    /// The newest build of the host's line that a listed update makes.
    let build: WindowsBuild?

    init(_ numbers: Set<UInt32>, line: WindowsBuild?, index: ScanIndex) {
        listed = numbers
        successors = Dictionary(uniqueKeysWithValues: numbers.map { ($0, $0) })
        var newest: WindowsBuild?
        var waiting = numbers.sorted()
        // Each update is taken once, so that circles end.
        while let number = waiting.popLast() {
            guard let row = index.update(number) else { continue }
            if let line, numbers.contains(number) {
                for build in index.builds(row).compactMap(WindowsBuild.init) where build.isSameLine(as: line) {
                    if newest.map({ build.holds($0) == true }) ?? true { newest = build }
                }
            }
            for superseded in index.supersededNumbers(row) where successors[superseded] == nil {
                successors[superseded] = number
                waiting.append(superseded)
            }
        }
        build = newest
    }

    func contains(_ number: UInt32) -> Bool { successors[number] != nil }

    /// From the listed update down to `number`: `[5035849, 5034768, 5034127]`; empty when it is not contained.
    func chain(to number: UInt32) -> [UInt32] {
        guard contains(number) else { return [] }
        var chain = [number]
        while let next = successors[chain[chain.count - 1]], next != chain[chain.count - 1], chain.count < 1000 {
            chain.append(next)
        }
        return chain.reversed()
    }
}
