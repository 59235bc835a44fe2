import Domain

extension HostScanner {
    /// Why `package` is or is not reported for `vulnerability` on this host.
    ///
    /// - Parameter target: the host; its packages and kernel release decide which kernel counts.
    public func verdict(for package: InstalledPackage, vulnerability: String, target: ScanTarget) -> Verdict {
        let role = KernelRole(package, system: target.ecosystem)
        let lookup = PackageLookup(package, system: target.ecosystem, role: role)
        guard let place = index.vulnerabilityPlace(vulnerability) else { return .noRecord }
        let entries = index.packages(lookup).flatMap { index.entries(on: place, in: index.view.entries(of: $0)) }
        guard !entries.isEmpty else { return elsewhere(lookup.name, vulnerability, not: lookup.ecosystem) }
        if role == .companion { return .kernelCompanion }
        if case .image(let image) = role, let verdict = kernelVerdict(image, target) { return verdict }
        if let problem = ScanIndex.problem(of: lookup) { return .versionUnknown(reason: problem) }
        let explainer = Explainer(index: index, lookup: lookup)
        let matches = index.matches(lookup)
        if let match = matches.matches.first(where: { $0.vulnerability == place }) {
            return .affected(explainer.explanation(match, notes: []))
        }
        if let uncertain = matches.uncertain.first(where: { $0.match.vulnerability == place }) {
            return .indeterminate(reason: explainer.reason(uncertain))
        }
        return clearance(entries, explainer)
    }

    private func elsewhere(_ name: String, _ vulnerability: String, not ecosystem: String) -> Verdict {
        let others = index.packagesAffected(byVulnerabilities: [vulnerability])
            .filter { $0.name == name && $0.ecosystem != ecosystem }
            .map(\.ecosystem).sorted()
        return others.isEmpty ? .noRecord : .otherEcosystemOnly(others)
    }

    private func kernelVerdict(_ image: KernelImage, _ target: ScanTarget) -> Verdict? {
        let host = HostPackages(target)
        switch host.choice {
        case .none: return nil
        case .foreign(let release): return .kernelNotRunning(running: release)
        case .running(let place), .assumed(let place):
            return host.images[place] == image ? nil : .kernelNotRunning(running: host.images[place].release)
        }
    }

    /// Of the entries of the source that decided, the condition that failed; a source's "not
    /// affected" before its ranges.
    private func clearance(_ entries: [UInt32], _ explainer: Explainer) -> Verdict {
        var version = explainer.lookup.version
        return version.withUTF8 { bytes in
            let test = EntryTest(
                view: index.view, scheme: explainer.lookup.scheme, version: UnsafeRawBufferPointer(bytes))
            let runs = index.packages(explainer.lookup).map { index.view.entries(of: $0) }
            let matcher = RunMatcher(test: test, module: explainer.lookup.module, runs: runs)
            let rows = entries.compactMap { index.view.entry($0) }
            let applicable = rows.filter { matcher.applies($0) }
            guard let first = applicable.first else {
                return .otherModule(record: rows.first.map { explainer.recordName(of: $0) } ?? "")
            }
            let deciding = applicable.filter { $0.source == first.source }
            let denial = deciding.first {
                $0.state == PackageState.notAffected.code && test.containment($0) == .inside
            }
            // A range that holds the version did not decide: the record names the version as a fix.
            let failed = deciding.last { test.containment($0) != .inside }
            return condition(denial ?? failed ?? first, test, explainer)
        }
    }

    private func condition(_ entry: EntryRow, _ test: EntryTest, _ explainer: Explainer) -> Verdict {
        let view = index.view
        let record = explainer.recordName(of: entry)
        switch test.containment(entry) {
        case .inside: return .notAffected(record: record, note: view.string(entry.note))
        case .beforeIntroduced: return .beforeIntroduced(record: record, introduced: view.string(entry.introduced))
        case .notListed: return .notListed(record: record)
        case .incomparable: return .indeterminate(reason: "The range of \(record) cannot be compared.")
        case .afterEnd where entry.fixed == 0:
            return .afterLastAffected(record: record, last: view.string(entry.lastAffected))
        case .afterEnd where EntryTest.isZero(view.bytes(entry.fixed)): return .neverAffected(record: record)
        case .afterEnd: return .fixed(record: record, fixed: view.string(entry.fixed))
        }
    }
}
