import Domain

/// Matches each distinct package version of a fleet once. Endpoints are then combinations of
/// titles, made by `FleetScanner` without looking at an advisory again.
///
/// Titles that lead to one look-up (the binaries of one source) share one list of matches.
public final class TitleMatcher: Sendable {
    public let index: ScanIndex
    public let titles: [SoftwareTitle]
    /// The group of each title, or `noGroup`, or `kernel`.
    let groups: [UInt32]
    /// The matches of all groups one after the other; group `g` has those from `starts[g]` up to
    /// `starts[g + 1]`. One block of memory, because combining endpoints reads it at random.
    let matches: [Match]
    let starts: [UInt32]
    let kernels: [TitleID: (image: KernelImage, group: UInt32)]
    private let results: [TitleMatches]

    /// Never matched by itself: built from the kernel's source, or no product that is known.
    static let noGroup = UInt32.max
    /// Matched when it is the kernel that runs.
    static let kernel = UInt32.max - 1

    /// Matches all titles; some microseconds each.
    public init(index: ScanIndex, titles: [SoftwareTitle]) {
        var groups: [UInt32] = []
        var results: [TitleMatches] = []
        var known: [PackageLookup: UInt32] = [:]
        var kernels: [TitleID: (image: KernelImage, group: UInt32)] = [:]
        groups.reserveCapacity(titles.count)
        for (place, title) in titles.enumerated() {
            let role = KernelRole(title.package, system: title.system)
            // Windows and its updates are no titles by themselves: HostScanner judges them together.
            if role == .companion || title.package.isWindowsPart {
                groups.append(Self.noGroup)
                continue
            }
            guard let lookup = index.lookup(title.package, system: title.system, role: role) else {
                groups.append(Self.noGroup)
                continue
            }
            let group = known[lookup] ?? UInt32(results.count)
            if Int(group) == results.count {
                known[lookup] = group
                results.append(index.matches(lookup))
            }
            if case .image(let image) = role {
                kernels[TitleID(place)] = (image, group)
                groups.append(Self.kernel)
            } else {
                groups.append(group)
            }
        }
        self.index = index
        self.titles = titles
        self.groups = groups
        self.results = results
        self.kernels = kernels
        matches = results.flatMap(\.matches)
        starts = results.reduce(into: [0]) { starts, result in
            starts.append((starts.last ?? 0) + UInt32(result.matches.count))
        }
    }

    /// What the index says of a title by itself. For a kernel this holds whether or not it runs;
    /// `FleetScanner` applies the rule that only the running kernel counts.
    public func matches(of title: TitleID) -> TitleMatches {
        guard Int(title) < groups.count else { return TitleMatches() }
        let group = kernels[title]?.group ?? groups[Int(title)]
        return Int(group) < results.count ? results[Int(group)] : TitleMatches()
    }

    /// Titles whose matches may differ under an index in which these packages have changed: only
    /// software sets that hold one of them need a new scan.
    public func titles(touchedBy packages: Set<PackageKey>) -> [TitleID] {
        titles.indices.compactMap { place in
            let title = titles[place]
            let role = KernelRole(title.package, system: title.system)
            guard role != .companion else { return nil }
            guard let lookup = index.lookup(title.package, system: title.system, role: role) else { return nil }
            let names = [lookup.name] + (lookup.otherName.map { [$0] } ?? []) + lookup.aliases
            let isTouched = names.contains { packages.contains(PackageKey(ecosystem: lookup.ecosystem, name: $0)) }
            return isTouched ? TitleID(place) : nil
        }
    }
}
