import Domain
import Risk

/// Findings and explanations in a Windows host.
struct WindowsText {
    let index: ScanIndex
    let judge: WindowsJudge

    private var view: IndexView { index.view }
    private var subject: WindowsHost.Subject { judge.subject }

    func finding(
        _ vulnerability: UInt32, _ place: UInt32, _ entries: Range<UInt32>, target: ScanTarget
    ) -> Finding {
        let facts = index.vulnerability(at: vulnerability)
        let entry = view.entry(place)
        let severity = facts?.severity ?? entry.flatMap(rating)
        let factors = RiskFactors(
            cvss: facts?.score, severity: severity, epss: facts?.probability,
            isKnownExploited: facts?.isKnownExploited ?? false, exploitCount: facts?.exploitCount ?? 0,
            exposure: target.exposure, criticality: target.criticality)
        return Finding(
            id: facts?.id ?? "", packages: [subject.name], installed: subject.version, fixed: entry.flatMap(fix),
            severity: severity, cvss: facts?.score, epss: facts?.probability,
            isKnownExploited: factors.isKnownExploited, exploitCount: factors.exploitCount,
            risk: RiskModel.score(factors), state: .affected, explanation: explanation(place, entries))
    }

    /// - Parameter place: the deciding entry of `entries`, which are all on one vulnerability.
    func explanation(_ place: UInt32, _ entries: Range<UInt32>) -> Explanation {
        let entry = view.entry(place)
        return Explanation(
            records: entry.map { [record($0)] } ?? [], source: .msrc, ecosystem: WindowsScanner.ecosystem,
            package: subject.name, range: entry.map(range) ?? "", scheme: .windows, installed: subject.version,
            comparison: entry.map(comparison) ?? "", notes: notes(entry, entries))
    }

    /// `msrc CVE-2024-20674`.
    func record(_ entry: EntryRow) -> String {
        let advisory = view.row(entry.advisory, as: AdvisoryRow.self)
        return "msrc \(view.string(advisory?.id ?? 0))"
    }

    /// What to install: the build that has the fix, else the update's number.
    private func fix(_ entry: EntryRow) -> String? {
        view.optionalString(entry.fixed) ?? judge.updateNumber(entry).map { "KB\($0)" }
    }

    private func range(_ entry: EntryRow) -> String {
        let update = judge.updateNumber(entry).map { "KB\($0)" }
        let parts = [update, view.optionalString(entry.fixed).map { "build \($0)" }].compactMap { $0 }
        return "fixed by \(parts.joined(separator: ", "))"
    }

    private func comparison(_ entry: EntryRow) -> String {
        let fixed = view.string(entry.fixed)
        let isCompared = !subject.isSystem || WindowsBuild(fixed).flatMap { judge.host.build?.holds($0) } != nil
        if !fixed.isEmpty, isCompared { return "\(subject.version) < \(fixed)" }
        let update = judge.updateNumber(entry).map { "KB\($0)" } ?? "the update"
        let count = judge.host.updates.listed.count
        return "\(update) is not among the \(count) installed updates and superseded by none of them"
    }

    private func notes(_ entry: EntryRow?, _ entries: Range<UInt32>) -> [String] {
        var notes: [String] = []
        let numbers = entries.compactMap { view.entry($0).flatMap(judge.updateNumber) }
        let others = Set(numbers).subtracting([entry.flatMap(judge.updateNumber)].compactMap { $0 }).sorted()
        if !others.isEmpty { notes.append("also fixed by \(others.map { "KB\($0)" }.joined(separator: ", "))") }
        if entry.map({ view.string($0.urgency) }) == "exploited" { notes.append("Microsoft knows of attacks") }
        return notes
    }

    private func rating(_ entry: EntryRow) -> Severity? {
        view.row(entry.advisory, as: AdvisoryRow.self).flatMap { Severity.decode($0.severity) }
    }
}
