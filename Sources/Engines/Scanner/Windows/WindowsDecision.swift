import Domain
import Versions

/// What the entries on one vulnerability come to for one subject.
enum WindowsDecision {
    case affected(entry: UInt32)
    /// Why not, as a clause: `10.0.17763.5329 is installed, and 10.0.17763.5206 has the fix`.
    case fixed(entry: UInt32, because: String)
    /// Why nobody can say, as a sentence.
    case uncertain(entry: UInt32, because: String)
}

/// Judges a subject of a Windows host.
struct WindowsJudge {
    let host: WindowsHost
    let subject: WindowsHost.Subject
    let view: IndexView

    /// - Parameter entries: those on one vulnerability. Each is an update that fixes it: any one will do, as the
    ///   monthly rollup and the security-only update of a month are alternatives.
    func decision(_ entries: Range<UInt32>) -> WindowsDecision? {
        var open: UInt32?
        var undecided: UInt32?
        for place in entries {
            guard let entry = view.entry(place), entry.source == IntelligenceSource.msrc.code else { continue }
            switch test(entry) {
            case .present(let reason): return .fixed(entry: place, because: reason)
            case .missing: open = better(open, place)
            case .unknown: undecided = undecided ?? place
            }
        }
        if let open {
            guard !subject.isSystem || host.isKnown else {
                return .uncertain(entry: open, because: Self.nothingKnown)
            }
            return .affected(entry: open)
        }
        return undecided.map { .uncertain(entry: $0, because: Self.noUpdate) }
    }

    private enum Presence {
        /// Why it is there.
        case present(String)
        case missing
        case unknown
    }

    private func test(_ entry: EntryRow) -> Presence {
        let number = updateNumber(entry)
        if let number, host.updates.contains(number) { return .present(chainText(to: number)) }
        let fixed = view.string(entry.fixed)
        if let isFixed = holds(fixed) {
            return isFixed ? .present("\(subject.version) is installed, and the fix is in \(fixed)") : .missing
        }
        // Other programs' updates are not among those that Windows lists.
        return number != nil && subject.isSystem ? .missing : .unknown
    }

    /// Whether the installed version has what `fixed` has; nil where that cannot be compared.
    private func holds(_ fixed: String) -> Bool? {
        guard !fixed.isEmpty else { return nil }
        if subject.isSystem { return WindowsBuild(fixed).flatMap { host.build?.holds($0) } }
        return Versions.compare(subject.version, fixed, scheme: .windows).map { $0 != .less }
    }

    private func chainText(to number: UInt32) -> String {
        let chain = host.updates.chain(to: number).map { "KB\($0)" }
        if chain.count == 1 { return "\(chain[0]) is installed" }
        let through = chain.count > 2 ? " through \(chain.dropFirst().dropLast().joined(separator: ", "))" : ""
        return "\(chain[0]) is installed and supersedes \(chain[chain.count - 1])\(through)"
    }

    /// The number of the update that an entry's note names.
    func updateNumber(_ entry: EntryRow) -> UInt32? {
        let note = view.string(entry.note)
        return note.hasPrefix(Self.notePrefix) ? UInt32(note.dropFirst(Self.notePrefix.count)) : nil
    }

    static let notePrefix = "kb:"

    /// Of two missing updates the one with the higher build, else the first.
    private func better(_ one: UInt32?, _ other: UInt32) -> UInt32 {
        guard let one, let first = view.entry(one), let second = view.entry(other),
            Versions.compare(view.string(first.fixed), view.string(second.fixed), scheme: .windows) == .less
        else { return one ?? other }
        return other
    }

    static let nothingKnown = """
        Neither the revision of the build nor any installed update is known, so no update can be told to be missing.
        """
    static let noUpdate = "Microsoft lists the product as affected and names no update that could be looked for."
}
