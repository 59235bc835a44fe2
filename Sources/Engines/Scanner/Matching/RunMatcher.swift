import Domain
import Versions

/// Decides, for one installed version, every vulnerability that a package's run of entries names.
///
/// Entries are sorted by vulnerability, then by the precedence of their source. For each
/// vulnerability the first source that can say yes or no decides; one that is undetermined or
/// unreadable leaves the decision to the next.
struct RunMatcher {
    /// What the entries on one vulnerability come to.
    enum Decision {
        case clear
        case affected(entry: UInt32)
        case uncertain(entry: UInt32, UncertainMatch.Reason)
    }

    let test: EntryTest
    let module: String?
    private let isModularBuild: Bool
    /// Sources (as bits of their codes) that name module streams for this package.
    private var sourcesWithModules: UInt64 = 0

    /// - Parameter runs: the package's entries.
    init(test: EntryTest, module: String?, runs: [Range<UInt32>]) {
        self.test = test
        self.module = module
        isModularBuild =
            module != nil
            || test.scheme == .rpm && ModuleStream.isModularBuild(String(decoding: test.version, as: UTF8.self))
        if isModularBuild { for run in runs { noteModules(in: run) } }
    }

    private var view: IndexView { test.view }

    /// Calls `body` for each vulnerability of the run, in the order of their ids.
    func forEachDecision(in run: Range<UInt32>, _ body: (UInt32, Decision) -> Void) {
        var first = run.lowerBound
        while first < run.upperBound, let entry = view.entry(first) {
            var end = first + 1
            while end < run.upperBound, view.entry(end)?.vulnerability == entry.vulnerability { end += 1 }
            body(entry.vulnerability, decision(on: first..<end))
            first = end
        }
    }

    private mutating func noteModules(in run: Range<UInt32>) {
        for place in run {
            guard let entry = view.entry(place), entry.flags.contains(.module) else { continue }
            sourcesWithModules |= 1 << UInt64(entry.source & 63)
        }
    }

    /// The decision on one vulnerability, whose entries are `group`.
    private func decision(on group: Range<UInt32>) -> Decision {
        var doubt = Decision.clear
        var first = group.lowerBound
        while first < group.upperBound, let source = view.entry(first)?.source {
            var end = first + 1
            while end < group.upperBound, view.entry(end)?.source == source { end += 1 }
            switch decision(ofSource: first..<end) {
            case .some(.affected(let entry)): return .affected(entry: entry)
            case .some(.clear): return .clear
            case .some(let uncertain): if case .clear = doubt { doubt = uncertain }
            case .none: break
            }
            first = end
        }
        return doubt
    }

    /// Nil when none of the source's entries speaks of this package's build.
    private func decision(ofSource entries: Range<UInt32>) -> Decision? {
        var affected: (place: UInt32, row: EntryRow)?
        var doubt: Decision?
        var isApplicable = false
        for place in entries {
            guard let row = view.entry(place) else { continue }
            let isStreamKnown = module != nil || !(isModularBuild && row.flags.contains(.module))
            guard !isStreamKnown || applies(row) else { continue }
            isApplicable = true
            switch test.containment(row) {
            case .inside where isFixedBuild(row, among: entries): break
            case .inside:
                if !isStreamKnown {
                    doubt = doubt ?? .uncertain(entry: place, .moduleUnknown)
                } else if row.state == PackageState.notAffected.code {
                    return .clear
                } else if row.state == PackageState.undetermined.code {
                    doubt = doubt ?? .uncertain(entry: place, .undetermined)
                } else if affected.map({ isBetter(row, than: $0.row) }) ?? true {
                    affected = (place, row)
                }
            case .incomparable: doubt = doubt ?? .uncertain(entry: place, .boundUnreadable)
            case .conditionUnknown: doubt = doubt ?? .uncertain(entry: place, .conditionUnknown)
            case .beforeIntroduced, .afterEnd, .notListed, .otherTarget, .conditionFails: break
            }
        }
        if let affected { return .affected(entry: affected.place) }
        return doubt ?? (isApplicable ? .clear : nil)
    }

    /// Whether the entry is on the build that is installed, as modules go.
    func applies(_ row: EntryRow) -> Bool {
        if row.flags.contains(.module) {
            return module.map { ModuleStream.names(view.bytes(row.note), $0) } ?? false
        }
        guard test.scheme == .rpm else { return true }
        if isModularBuild, sourcesWithModules & 1 << UInt64(row.source & 63) != 0 { return false }
        let hasBound = row.fixed != 0 || row.lastAffected != 0
        return !hasBound || row.flags.contains(.modularBuild) == isModularBuild
    }

    /// Whether the record itself names the installed version as a fix. Some give one fix for each
    /// branch or minor release, all from the first version on (AlmaLinux's module builds): the fixed
    /// build of one then lies below the fix of another.
    func isFixedBuild(_ row: EntryRow, among entries: Range<UInt32>) -> Bool {
        guard row.fixed != 0, row.state != PackageState.notAffected.code else { return false }
        return entries.contains { place in
            guard let other = view.entry(place), other.advisory == row.advisory, other.fixed != 0 else { return false }
            return Versions.compare(test.version, view.bytes(other.fixed), scheme: test.scheme) == .equal
        }
    }

    /// Of several entries that match, the one with the highest fix decides: below it the package is
    /// still affected by that entry. An entry with a fix says more than one without.
    private func isBetter(_ row: EntryRow, than best: EntryRow) -> Bool {
        guard row.fixed != 0 else { return false }
        guard best.fixed != 0 else { return true }
        return Versions.compare(view.bytes(row.fixed), view.bytes(best.fixed), scheme: test.scheme) == .greater
    }
}
