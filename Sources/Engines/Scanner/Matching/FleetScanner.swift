import Domain

/// A vulnerability of an endpoint and one of its packages that has it.
public struct FleetMatch: Sendable, Hashable {
    public let match: Match
    /// The first title of the set, in the order given, that the match came from.
    public let title: TitleID
}

/// Combines the matches of titles into those of endpoints. Holds scratch space, so each thread has
/// its own; copies are independent.
public struct FleetScanner: Sendable {
    public let matcher: TitleMatcher
    /// Equal to `round` where a group or a vulnerability has been seen for the current endpoint.
    private var seenGroups: [UInt32]
    private var seenVulnerabilities: [UInt32]
    private var round: UInt32 = 0

    public init(_ matcher: TitleMatcher) {
        self.matcher = matcher
        seenGroups = [UInt32](repeating: 0, count: matcher.starts.count)
        seenVulnerabilities = [UInt32](repeating: 0, count: matcher.index.vulnerabilityCount)
    }

    /// All matches of one endpoint: each vulnerability once for each source package (rpm and
    /// language packages: each package) and version that has it. Kernel vulnerabilities are those
    /// of the running kernel, by the rule of docs/scanner.md.
    ///
    /// - Parameters:
    ///   - set: the endpoint's software; unknown ids are passed over.
    ///   - kernelRelease: `uname -r`; nil when unknown.
    ///   - result: emptied, then filled; reusing one array spares allocations.
    public mutating func scan(_ set: [TitleID], kernelRelease: String?, into result: inout [FleetMatch]) {
        result.removeAll(keepingCapacity: true)
        nextRound()
        var kernels: [TitleID] = []
        for title in set where Int(title) < matcher.groups.count {
            let group = matcher.groups[Int(title)]
            if group < TitleMatcher.kernel {
                append(group, of: title, to: &result)
            } else if group == TitleMatcher.kernel {
                kernels.append(title)
            }
        }
        guard let first = kernels.first else { return }
        let images = kernels.compactMap { matcher.kernels[$0] }
        let scheme = matcher.titles[Int(first)].system.scheme
        let choice = KernelChoice(images: images.map(\.image), release: kernelRelease, scheme: scheme)
        if let place = choice.place { append(images[place].group, of: kernels[place], to: &result) }
    }

    @inline(__always)
    private mutating func append(_ group: UInt32, of title: TitleID, to result: inout [FleetMatch]) {
        let group = Int(group)
        guard seenGroups[group] != round else { return }
        seenGroups[group] = round
        let places = Int(matcher.starts[group])..<Int(matcher.starts[group + 1])
        guard !places.isEmpty else { return }
        // In one piece: the array is checked and grown once a group, not once a match.
        matcher.matches.withUnsafeBufferPointer { matches in
            result.append(contentsOf: matches[places].lazy.map { FleetMatch(match: $0, title: title) })
        }
    }

    /// As `scan`, with each vulnerability once, from the first package of the set that has it.
    public mutating func scanDistinct(_ set: [TitleID], kernelRelease: String?, into result: inout [FleetMatch]) {
        scan(set, kernelRelease: kernelRelease, into: &result)
        result.removeAll { match in
            let place = Int(match.match.vulnerability)
            guard place < seenVulnerabilities.count, seenVulnerabilities[place] != round else { return true }
            seenVulnerabilities[place] = round
            return false
        }
    }

    private mutating func nextRound() {
        if round == .max {
            for place in seenGroups.indices { seenGroups[place] = 0 }
            for place in seenVulnerabilities.indices { seenVulnerabilities[place] = 0 }
            round = 0
        }
        round += 1
    }
}
