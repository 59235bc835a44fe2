import Domain

/// Findings of a Windows host, from Microsoft's security updates. The rules are those of docs/scanner.md.
struct WindowsScanner {
    let index: ScanIndex
    let host: WindowsHost
    let target: ScanTarget

    /// Nil for a host that is no Windows.
    init?(_ target: ScanTarget, index: ScanIndex) {
        guard let host = WindowsHost(target, index: index) else { return nil }
        self.host = host
        self.index = index
        self.target = target
    }

    func scan(into report: inout ScanReport) {
        var isCovered = false
        for subject in host.subjects {
            guard let row = index.package(ecosystem: Self.ecosystem, name: subject.key) else { continue }
            isCovered = isCovered || subject.isSystem
            let judge = WindowsJudge(host: host, subject: subject, view: index.view)
            let text = WindowsText(index: index, judge: judge)
            index.forEachVulnerability(in: index.view.entries(of: row)) { vulnerability, entries in
                switch judge.decision(entries) {
                case .affected(let entry):
                    report.findings.append(text.finding(vulnerability, entry, entries, target: target))
                case .uncertain(_, let reason):
                    report.indeterminate.append(
                        Indeterminate(
                            id: index.vulnerability(at: vulnerability)?.id, packages: [subject.name],
                            installed: subject.version, reason: reason))
                case .fixed, nil: break
                }
            }
        }
        if !isCovered { report.notes.append(notCovered) }
    }

    static let ecosystem = "windows"

    private var notCovered: ScanNote {
        ScanNote(
            kind: .ecosystemNotCovered,
            message: "No security updates are loaded for \(host.subjects[0].name): the system could not be judged.")
    }

    /// Why the system, or a program, is or is not reported for a vulnerability; nil where Microsoft's updates do
    /// not speak of it.
    func verdict(for package: InstalledPackage, vulnerability: UInt32) -> Verdict? {
        for subject in host.subjects where subject.name == package.name {
            guard let row = index.package(ecosystem: Self.ecosystem, name: subject.key) else { continue }
            let entries = index.entries(on: vulnerability, in: index.view.entries(of: row))
            let judge = WindowsJudge(host: host, subject: subject, view: index.view)
            let text = WindowsText(index: index, judge: judge)
            switch judge.decision(entries) {
            case .affected(let entry): return .affected(text.explanation(entry, entries))
            case .uncertain(_, let reason): return .indeterminate(reason: reason)
            case .fixed(let entry, let reason):
                return .updateInstalled(record: index.view.entry(entry).map(text.record) ?? "", reason: reason)
            case nil: continue
            }
        }
        return nil
    }
}

extension ScanIndex {
    /// Calls `body` with each vulnerability of a package's run and the entries on it.
    func forEachVulnerability(in run: Range<UInt32>, _ body: (UInt32, Range<UInt32>) -> Void) {
        var place = run.lowerBound
        while place < run.upperBound, let first = view.entry(place) {
            var end = place + 1
            while end < run.upperBound, view.entry(end)?.vulnerability == first.vulnerability { end += 1 }
            body(first.vulnerability, place..<end)
            place = end
        }
    }
}
