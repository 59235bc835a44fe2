import Domain
import Versions

extension ScanIndex {
    /// Everything the index says of one package version.
    func matches(_ lookup: PackageLookup) -> TitleMatches {
        var result = TitleMatches()
        let rows = packages(lookup)
        guard !rows.isEmpty else { return result }
        result.isKnown = true
        if let problem = Self.problem(of: lookup) {
            result.versionProblem = problem
            return result
        }
        for (place, row) in rows.enumerated() {
            collect(view.entries(of: row), lookup, except: place > 0 ? view.entries(of: rows[0]) : nil, into: &result)
        }
        if rows.count > 1 { result.matches.sort { $0.vulnerability < $1.vulnerability } }
        return result
    }

    /// The package's rows under its names, the first name first.
    func packages(_ lookup: PackageLookup) -> [PackageRow] {
        [lookup.name, lookup.otherName].compactMap { name in
            name.flatMap { package(ecosystem: lookup.ecosystem, name: $0) }
        }
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
        _ run: Range<UInt32>, _ lookup: PackageLookup, except decided: Range<UInt32>?,
        into result: inout TitleMatches
    ) {
        var version = lookup.version
        version.withUTF8 { bytes in
            let test = EntryTest(view: view, scheme: lookup.scheme, version: UnsafeRawBufferPointer(bytes))
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
