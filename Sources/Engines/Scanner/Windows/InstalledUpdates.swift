import Domain

/// The updates of a host, with everything that they take the place of, directly or through others. Never by the
/// order of their numbers, which says nothing.
struct InstalledUpdates {
    /// As the host lists them.
    let listed: Set<UInt32>
    private let supersedence: Supersedence<UInt32>
    /// The newest build of the host's line that a listed update makes.
    let build: WindowsBuild?

    init(_ numbers: Set<UInt32>, line: WindowsBuild?, index: ScanIndex) {
        listed = numbers
        supersedence = Supersedence(of: numbers) { index.update($0).map(index.supersededNumbers) ?? [] }
        var newest: WindowsBuild?
        if let line {
            // In this order: builds of which neither holds the other keep the first.
            for row in numbers.sorted(by: >).compactMap(index.update) {
                for build in index.builds(row).compactMap(WindowsBuild.init) where build.isSameLine(as: line) {
                    if newest.map({ build.holds($0) == true }) ?? true { newest = build }
                }
            }
        }
        build = newest
    }

    func contains(_ number: UInt32) -> Bool { supersedence.contains(number) }

    /// From the listed update down to `number`: `[5035849, 5034768, 5034127]`; empty when it is not contained.
    func chain(to number: UInt32) -> [UInt32] { supersedence.chain(to: number) }
}
