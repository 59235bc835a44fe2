import Domain
import Risk

/// Finds the known vulnerabilities of hosts. Holds no state besides the index: one value serves any
/// number of threads and hosts.
public struct HostScanner: Sendable {
    public let index: ScanIndex

    public init(index: ScanIndex) { self.index = index }

    /// Every finding with its explanation. The rules are those of docs/scanner.md.
    public func scan(_ target: ScanTarget) -> ScanReport {
        let host = HostPackages(target, index: index)
        let newer = KernelUpgrades(host: host, target: target, index: index)
        let coverage = ScanCoverage(host: host, index: index, target: target)
        var report = ScanReport(
            notes: ScanNotes(host: host, index: index, target: target, coverage: coverage).all, coverage: coverage)
        for group in host.groups {
            let matches = index.matches(group.lookup, on: host.platform)
            let explainer = Explainer(index: index, lookup: group.lookup, platform: host.platform)
            for match in matches.matches {
                let identity = group.evidence.isEmpty ? [] : ["identified by \(group.evidence.joined(separator: ", "))"]
                let notes = (group.kernel.map { newer.notes(on: match, kernel: $0) } ?? []) + identity
                report.findings.append(
                    explainer.finding(match, packages: group.packages, notes: notes, target: target))
            }
            report.indeterminate += explainer.indeterminate(matches, packages: group.packages)
        }
        WindowsScanner(target, index: index)?.scan(into: &report)
        report.findings.sort { ($1.risk, $0.id, $0.packages[0]) < ($0.risk, $1.id, $1.packages[0]) }
        return report
    }

    /// What the index says of one package version, in compact form. A kernel is judged as if it ran.
    public func matches(title: SoftwareTitle) -> TitleMatches {
        let role = KernelRole(title.package, system: title.system)
        guard role != .companion, let lookup = index.lookup(title.package, system: title.system, role: role) else {
            return TitleMatches()
        }
        return index.matches(lookup)
    }

    /// Spells out a match that `matches(title:)`, `TitleMatcher` or `FleetScanner` gave for a title.
    public func explanation(of match: Match, for title: SoftwareTitle) -> Explanation {
        explainer(title).explanation(match, notes: [])
    }

    /// The finding that a match makes on an endpoint.
    ///
    /// - Parameters:
    ///   - packages: the installed packages that share the title's source; the title's own when empty.
    public func finding(
        for match: Match, of title: SoftwareTitle, packages: [String] = [], exposure: Exposure = .internal,
        criticality: AssetCriticality = .normal
    ) -> Finding {
        let target = ScanTarget(
            ecosystem: title.system, packages: [], exposure: exposure, criticality: criticality)
        let names = packages.isEmpty ? [title.package.name] : Set(packages).sorted()
        return explainer(title).finding(match, packages: names, notes: [], target: target)
    }

    private func explainer(_ title: SoftwareTitle) -> Explainer {
        let role = KernelRole(title.package, system: title.system)
        let lookup =
            index.lookup(title.package, system: title.system, role: role)
            ?? PackageLookup(title.package, system: title.system, role: role)
        return Explainer(index: index, lookup: lookup)
    }
}
