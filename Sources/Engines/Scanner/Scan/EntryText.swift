import Domain

/// The words for one entry: its range, the comparison that it led to, and its remarks.
struct EntryText {
    let view: IndexView
    let entry: EntryRow
    let installed: String

    private var isList: Bool { entry.flags.contains(.versionList) }

    /// `introduced 0, fixed 2.36.7-1`; `introduced 2.0, last affected 2.4`; `versions 1.0, 1.1`.
    var range: String {
        if isList { return listedVersions }
        let first = "introduced \(entry.introduced == 0 ? "0" : view.string(entry.introduced))"
        if entry.fixed != 0 { return "\(first), fixed \(view.string(entry.fixed))" }
        if entry.lastAffected != 0 { return "\(first), last affected \(view.string(entry.lastAffected))" }
        return "\(first), no fix"
    }

    /// `2.0 <= 2.3 < 2.4`, as far as there are bounds.
    var comparison: String {
        if isList { return "\(installed) is listed" }
        let hasStart = entry.introduced != 0 && !EntryTest.isZero(view.bytes(entry.introduced))
        let start = hasStart ? "\(view.string(entry.introduced)) <= " : ""
        if entry.fixed != 0 { return "\(start)\(installed) < \(view.string(entry.fixed))" }
        if entry.lastAffected != 0 { return "\(start)\(installed) <= \(view.string(entry.lastAffected))" }
        return hasStart ? "\(start)\(installed)" : "\(installed): every version is affected"
    }

    /// What the source adds: the state in its own words, its reason, its urgency.
    var notes: [String] {
        let remark = view.string(entry.note)
        let word = PackageState(code: entry.state).flatMap { Self.words[$0] }
        var notes = [[word, remark.isEmpty ? nil : remark].compactMap { $0 }.joined(separator: ": ")]
        let urgency = view.string(entry.urgency)
        // Debian's words for no urgency at all.
        if !urgency.isEmpty, urgency != "not yet assigned" { notes.append("urgency: \(urgency)") }
        return notes.filter { !$0.isEmpty }
    }

    private var listedVersions: String {
        let versions = view.string(entry.introduced).split(separator: "\n")
        let shown = versions.prefix(5).joined(separator: ", ")
        return versions.count > 5 ? "versions \(shown) and \(versions.count - 5) more" : "versions \(shown)"
    }

    private static let words: [PackageState: String] = [
        .noAdvisory: "no-dsa", .postponed: "postponed", .ignored: "ignored", .endOfLife: "end of life",
        .notAffected: "not affected", .undetermined: "undetermined",
    ]
}
