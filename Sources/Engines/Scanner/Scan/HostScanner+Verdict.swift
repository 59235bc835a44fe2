import Domain

extension HostScanner {
    /// Why `package` is or is not reported for `vulnerability` on this host: the first condition that fails.
    ///
    /// - Parameters:
    ///   - target: the host; its packages, system and kernel release are a part of the decision.
    ///   - disposition: what somebody has decided on the vulnerability in the package (VEX, an
    ///     exception); asked for what would be reported.
    public func verdict(
        for package: InstalledPackage, vulnerability: String, target: ScanTarget,
        disposition: DispositionLookup = { _, _, _ in nil }
    ) -> Verdict {
        if let windows = WindowsScanner(target, index: index), let place = index.vulnerabilityPlace(vulnerability) {
            let verdict = windows.verdict(for: package, vulnerability: place)
            if case .affected(let why) = verdict, let decided = disposition(vulnerability, package, why) {
                return .disposed(decided)
            }
            if let verdict { return verdict }
            if package.isWindowsPart {
                let others = index.packagesAffected(byVulnerabilities: [vulnerability]).map(\.name)
                return .notNamed(package: package.name, ecosystem: WindowsScanner.ecosystem, others: others.sorted())
            }
        }
        let role = KernelRole(package, system: target.ecosystem)
        guard let place = index.vulnerabilityPlace(vulnerability) else { return .unknownVulnerability(vulnerability) }
        if let owner = DistributionOwnership(target, index: index)?.owner(of: package) { return .owned(by: owner) }
        guard let lookup = index.lookup(package, system: target.ecosystem, role: role) else {
            return unidentified(package, target)
        }
        let entries = index.packages(lookup).flatMap { index.entries(on: place, in: index.view.entries(of: $0)) }
        guard !entries.isEmpty else { return elsewhere(lookup, vulnerability) }
        if role == .companion { return .kernelCompanion }
        if case .image(let image) = role, let verdict = kernelVerdict(image, target) { return verdict }
        if let problem = ScanIndex.problem(of: lookup) { return .versionUnknown(reason: problem) }
        let platform = lookup.system == nil ? nil : HostPackages(target, index: index).platform
        let explainer = Explainer(index: index, lookup: lookup, platform: platform)
        let matches = index.matches(lookup, on: platform)
        if let match = matches.matches.first(where: { $0.vulnerability == place }) {
            let why = explainer.explanation(match, notes: [])
            return disposition(vulnerability, package, why).map(Verdict.disposed) ?? .affected(why)
        }
        if let uncertain = matches.uncertain.first(where: { $0.match.vulnerability == place }) {
            return .indeterminate(reason: explainer.reason(uncertain))
        }
        return clearance(entries, explainer)
    }

    private func unidentified(_ package: InstalledPackage, _ target: ScanTarget) -> Verdict {
        guard case .candidates(let names, let reason) = index.identification(of: package, system: target.ecosystem)
        else {
            return .unidentified(reason: "Only a registry knows it.", candidates: [])
        }
        return .unidentified(reason: reason, candidates: names)
    }

    /// The vulnerability is known, and no record on it names the package in this ecosystem.
    private func elsewhere(_ lookup: PackageLookup, _ vulnerability: String) -> Verdict {
        let affected = index.packagesAffected(byVulnerabilities: [vulnerability])
        let sameName = affected.filter { $0.name == lookup.name && $0.ecosystem != lookup.ecosystem }
        if !sameName.isEmpty { return .otherEcosystemOnly(sameName.map(\.ecosystem).sorted()) }
        let here = affected.filter { $0.ecosystem == lookup.ecosystem }.map(\.name).sorted()
        if !here.isEmpty { return .notNamed(package: lookup.name, ecosystem: lookup.ecosystem, others: here) }
        let isCovered = lookup.system != nil || index.ecosystems.contains { $0.name == lookup.ecosystem }
        return isCovered
            ? .noRecord(ecosystem: lookup.ecosystem, others: Set(affected.map(\.ecosystem)).sorted())
            : .ecosystemNotCovered(lookup.ecosystem)
    }

    private func kernelVerdict(_ image: KernelImage, _ target: ScanTarget) -> Verdict? {
        let host = HostPackages(target, index: index)
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
            let test = explainer.test(UnsafeRawBufferPointer(bytes))
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
            // A version in the range on the wrong system says more than one out of another range.
            let misplaced = deciding.last { [.otherTarget, .conditionFails].contains(test.containment($0)) }
            // A range that holds the version did not decide: the record names the version as a fix.
            let failed = deciding.last { test.containment($0) != .inside }
            return condition(denial ?? misplaced ?? failed ?? first, test, explainer)
        }
    }

    private func condition(_ entry: EntryRow, _ test: EntryTest, _ explainer: Explainer) -> Verdict {
        let view = index.view
        let record = explainer.recordName(of: entry)
        let text = EntryText(view: view, entry: entry, installed: explainer.lookup.version)
        switch test.containment(entry) {
        case .inside where entry.state == PackageState.notAffected.code:
            return .notAffected(record: record, note: view.string(entry.note))
        case .inside:
            return .fixed(record: record, fixed: explainer.lookup.version, comparison: "the record names it as a fix")
        case .beforeIntroduced: return .beforeIntroduced(record: record, introduced: view.string(entry.introduced))
        case .notListed: return .notListed(record: record)
        case .incomparable, .conditionUnknown:
            return .indeterminate(reason: "The range of \(record) (\(text.range)) cannot be compared.")
        case .otherTarget: return .otherTarget(record: record, target: text.target)
        case .conditionFails:
            return .conditionFails(record: record, condition: Condition.names(in: view.string(entry.urgency)))
        case .afterEnd where entry.fixed == 0:
            return .afterLastAffected(record: record, last: view.string(entry.lastAffected))
        case .afterEnd where EntryTest.isZero(view.bytes(entry.fixed)): return .neverAffected(record: record)
        case .afterEnd:
            let fixed = view.string(entry.fixed)
            let scheme = explainer.lookup.scheme.rawValue
            return .fixed(
                record: record, fixed: fixed,
                comparison: "\(explainer.lookup.version) >= \(fixed) in the order of \(scheme) versions")
        }
    }
}
