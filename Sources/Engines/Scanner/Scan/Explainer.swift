import Domain
import Risk

/// Spells out matches of one look-up.
struct Explainer {
    let index: ScanIndex
    let lookup: PackageLookup
    private let packages: [PackageRow]
    private let product: ProductTest?

    init(index: ScanIndex, lookup: PackageLookup, platform: HostPlatform? = nil) {
        self.index = index
        self.lookup = lookup
        product = lookup.productTest(platform)
        packages = index.packages(lookup)
    }

    private var view: IndexView { index.view }

    func finding(_ match: Match, packages: [String], notes: [String], target: ScanTarget) -> Finding {
        let facts = index.vulnerability(at: match.vulnerability)
        let entry = view.entry(match.entry)
        let severity = facts?.severity ?? entry.flatMap { rating(of: $0) }
        let factors = RiskFactors(
            cvss: facts?.score, severity: severity, epss: facts?.probability,
            isKnownExploited: facts?.isKnownExploited ?? false, exploitCount: facts?.exploitCount ?? 0,
            exposure: target.exposure, criticality: target.criticality)
        return Finding(
            id: facts?.id ?? "", packages: packages, installed: lookup.version,
            fixed: entry.flatMap { view.optionalString($0.fixed) }, severity: severity, cvss: facts?.score,
            epss: facts?.probability, isKnownExploited: factors.isKnownExploited, exploitCount: factors.exploitCount,
            risk: RiskModel.score(factors), state: match.state, explanation: explanation(match, notes: notes))
    }

    func explanation(_ match: Match, notes: [String]) -> Explanation {
        guard let entry = view.entry(match.entry) else { return empty }
        let text = EntryText(view: view, entry: entry, installed: lookup.version)
        return Explanation(
            records: records(of: match), source: IntelligenceSource(code: entry.source) ?? .osv,
            ecosystem: lookup.ecosystem, package: packageName(of: match), range: text.range, scheme: lookup.scheme,
            installed: lookup.version, comparison: text.comparison, notes: notes + text.notes)
    }

    func indeterminate(_ matches: TitleMatches, packages: [String]) -> [Indeterminate] {
        if let problem = matches.versionProblem {
            return [
                Indeterminate(
                    id: nil, packages: packages, installed: lookup.version,
                    reason: """
                        The installed version \(problem), so it cannot be compared with the advisories on \(lookup.name).
                        """)
            ]
        }
        return matches.uncertain.map { uncertain in
            Indeterminate(
                id: index.vulnerability(at: uncertain.match.vulnerability)?.id, packages: packages,
                installed: lookup.version, reason: reason(uncertain))
        }
    }

    func reason(_ uncertain: UncertainMatch) -> String {
        guard let entry = view.entry(uncertain.match.entry) else { return "" }
        let record = recordName(of: entry)
        return switch uncertain.reason {
        case .undetermined: "The source has not determined yet whether this package is affected (\(record))."
        case .boundUnreadable:
            """
            The range of \(record) (\(EntryText(view: view, entry: entry, installed: lookup.version).range)) cannot be \
            compared as \(lookup.scheme.rawValue) versions.
            """
        case .conditionUnknown:
            """
            \(record) is on \(lookup.name) only together with \(Condition.names(in: view.string(entry.urgency))), and the \
            inventory does not say whether it is there.
            """
        case .moduleUnknown:
            """
            \(record) is on \(view.string(entry.note)), and the inventory does not say of which module stream the \
            package is.
            """
        }
    }

    /// `osv ALSA-2022:6634`.
    func recordName(of entry: EntryRow) -> String {
        let source = IntelligenceSource(code: entry.source)?.rawValue ?? "unknown"
        guard let advisory = view.row(entry.advisory, as: AdvisoryRow.self) else { return source }
        return "\(source) \(view.string(advisory.id))"
    }

    /// The deciding record first, then the others that say the same of this version.
    private func records(of match: Match) -> [String] {
        guard let deciding = view.entry(match.entry) else { return [] }
        var names = [recordName(of: deciding)]
        var version = lookup.version
        version.withUTF8 { bytes in
            let test = test(UnsafeRawBufferPointer(bytes))
            let runs = packages.map { view.entries(of: $0) }
            let matcher = RunMatcher(test: test, module: lookup.module, runs: runs)
            for run in runs {
                let entries = index.entries(on: match.vulnerability, in: run)
                for place in entries {
                    guard let entry = view.entry(place), isFinding(entry), matcher.applies(entry),
                        test.containment(entry) == .inside, !matcher.isFixedBuild(entry, among: entries)
                    else { continue }
                    let name = recordName(of: entry)
                    if !names.contains(name) { names.append(name) }
                }
            }
        }
        return names
    }

    /// - Parameter version: the installed one's bytes.
    func test(_ version: UnsafeRawBufferPointer) -> EntryTest {
        EntryTest(view: view, scheme: lookup.scheme, version: version, product: product)
    }

    private func isFinding(_ entry: EntryRow) -> Bool {
        entry.state != PackageState.notAffected.code && entry.state != PackageState.undetermined.code
    }

    private func packageName(of match: Match) -> String {
        let row = packages.first { view.entries(of: $0).contains(match.entry) }
        return row.map { view.string($0.name) } ?? lookup.name
    }

    /// The advisory's rating, else the distribution's urgency.
    private func rating(of entry: EntryRow) -> Severity? {
        if let advisory = view.row(entry.advisory, as: AdvisoryRow.self),
            let severity = Severity.decode(advisory.severity)
        {
            return severity
        }
        if entry.flags.contains(.product) { return nil }
        switch view.string(entry.urgency).lowercased().prefix(while: \.isLetter) {
        case "critical": return .critical
        case "high": return .high
        case "medium", "moderate": return .medium
        case "low", "unimportant", "negligible": return .low
        default: return nil
        }
    }

    private var empty: Explanation {
        Explanation(
            records: [], source: .osv, ecosystem: lookup.ecosystem, package: lookup.name, range: "",
            scheme: lookup.scheme, installed: lookup.version, comparison: "")
    }
}
