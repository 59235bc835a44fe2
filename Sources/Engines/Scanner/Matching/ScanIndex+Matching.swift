import Domain
import Versions

extension ScanIndex {
    /// Everything the index says of one package version.
    ///
    /// - Parameter platform: what conditions of products are asked of; nil for the system alone.
    func matches(_ lookup: PackageLookup, on platform: HostPlatform? = nil) -> TitleMatches {
        var result = TitleMatches()
        let rows = packages(lookup)
        guard !rows.isEmpty else { return result }
        result.isKnown = true
        if let problem = Self.problem(of: lookup) {
            result.versionProblem = problem
            return result
        }
        let product = lookup.productTest(platform)
        for (place, row) in rows.enumerated() {
            let decided = place > 0 && product == nil ? view.entries(of: rows[0]) : nil
            collect(view.entries(of: row), lookup, product, except: decided, into: &result)
        }
        if rows.count > 1 { result.settle() }
        return result
    }

    /// The package's rows under its names, the first name first.
    func packages(_ lookup: PackageLookup) -> [PackageRow] {
        let names = [lookup.name] + (lookup.otherName.map { [$0] } ?? []) + lookup.aliases
        return names.compactMap { package(ecosystem: lookup.ecosystem, name: $0) }
    }

    /// Nil when the version can be compared, else the predicate of a sentence that says why not.
    static func problem(of lookup: PackageLookup) -> String? {
        if lookup.version.isEmpty { return "is empty" }
        if lookup.version.lowercased() == "unknown" { return "is not known" }
        return Versions.isValid(lookup.version, scheme: lookup.scheme)
    }

    /// - Parameter decided: the run under the package's first name. A vulnerability that it names is
    ///   decided there.
    private func collect(
        _ run: Range<UInt32>, _ lookup: PackageLookup, _ product: ProductTest?, except decided: Range<UInt32>?,
        into result: inout TitleMatches
    ) {
        var version = lookup.version
        version.withUTF8 { bytes in
            let test = EntryTest(
                view: view, scheme: lookup.scheme, version: UnsafeRawBufferPointer(bytes), product: product)
            let matcher = RunMatcher(test: test, module: lookup.module, runs: [run])
            matcher.forEachDecision(in: run) { vulnerability, decision in
                if case .clear = decision { return }
                if let decided, entries(on: vulnerability, in: decided).isEmpty == false { return }
                append(decision, on: vulnerability, to: &result)
            }
        }
    }

    private func append(_ decision: RunMatcher.Decision, on vulnerability: UInt32, to result: inout TitleMatches) {
        switch decision {
        case .clear: break
        case .affected(let entry):
            guard let match = match(entry, on: vulnerability) else { return }
            result.matches.append(match)
        case .uncertain(let entry, let reason):
            guard let match = match(entry, on: vulnerability) else { return }
            result.uncertain.append(UncertainMatch(match: match, reason: reason))
        }
    }

    private func match(_ entry: UInt32, on vulnerability: UInt32) -> Match? {
        guard let row = view.entry(entry), let state = PackageState(code: row.state),
            vulnerability < UInt32(view.count(of: .vulnerabilities))
        else { return nil }
        return Match(vulnerability: vulnerability, entry: entry, state: state)
    }

    /// The part of a run that is on one vulnerability.
    func entries(on vulnerability: UInt32, in run: Range<UInt32>) -> Range<UInt32> {
        func boundary(_ isBefore: (UInt32) -> Bool) -> UInt32 {
            var (low, high) = (run.lowerBound, run.upperBound)
            while low < high {
                let middle = low + (high - low) / 2
                if isBefore(view.entry(middle)?.vulnerability ?? .max) { low = middle + 1 } else { high = middle }
            }
            return low
        }
        let first = boundary { $0 < vulnerability }
        return first..<max(first, boundary { $0 <= vulnerability })
    }
}

extension TitleMatches {
    /// In order, each vulnerability once; one that is certain under some name is not uncertain.
    fileprivate mutating func settle() {
        matches.sort { ($0.vulnerability, $0.entry) < ($1.vulnerability, $1.entry) }
        var last: UInt32?
        matches.removeAll { match in
            defer { last = match.vulnerability }
            return match.vulnerability == last
        }
        let certain = Set(matches.map(\.vulnerability))
        uncertain.removeAll { certain.contains($0.match.vulnerability) }
    }
}

extension PackageLookup {
    /// Nil for packages of registries.
    func productTest(_ platform: HostPlatform?) -> ProductTest? {
        system.map { ProductTest(platform: platform ?? HostPlatform(system: $0), target: target) }
    }
}
