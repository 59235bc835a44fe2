import Domain
import Versions

/// The words for one entry: its range, the comparison that it led to, and its remarks.
struct EntryText {
    let view: IndexView
    let entry: EntryRow
    let installed: String

    private var isList: Bool { entry.flags.contains(.versionList) }

    /// `introduced 0, fixed 2.36.7-1`; `introduced 2.0, last affected 2.4`; `versions 1.0, 1.1`.
    var range: String {
        if isList { return listedVersions }
        if isExact { return "version \(exactVersion)" }
        let first =
            entry.flags.contains(.afterIntroduced)
            ? "introduced after \(view.string(entry.introduced))"
            : "introduced \(entry.introduced == 0 ? "0" : view.string(entry.introduced))"
        if entry.fixed != 0 { return "\(first), fixed \(view.string(entry.fixed))" }
        if entry.lastAffected != 0 { return "\(first), last affected \(view.string(entry.lastAffected))" }
        return "\(first), no fix"
    }

    /// A CPE name that is of one version.
    private var isExact: Bool {
        entry.flags.contains(.product) && entry.introduced == 0 && entry.fixed == 0 && entry.lastAffected == 0
            && !exactVersion.isEmpty
    }

    /// The target software of a CPE name.
    var target: String {
        let fields = view.string(entry.note).splitFields()
        return fields.count == 8 ? CPEFields.plain(fields[5]) : ""
    }

    private var exactVersion: String {
        let fields = view.string(entry.note).splitFields()
        guard fields.count == 8 else { return "" }
        return fields[..<2].filter { $0 != "*" && $0 != "-" }.map { CPEFields.plain($0) }.joined(separator: " ")
    }

    /// `2.0 <= 2.3 < 2.4`, as far as there are bounds.
    var comparison: String {
        if isList { return "\(installed) is listed" }
        if isExact { return "\(installed) is \(exactVersion)" }
        let hasStart = entry.introduced != 0 && !EntryTest.isZero(view.bytes(entry.introduced))
        let sign = entry.flags.contains(.afterIntroduced) ? "<" : "<="
        let start = hasStart ? "\(view.string(entry.introduced)) \(sign) " : ""
        if entry.fixed != 0 { return "\(start)\(installed) < \(view.string(entry.fixed))" }
        if entry.lastAffected != 0 { return "\(start)\(installed) <= \(view.string(entry.lastAffected))" }
        return hasStart ? "\(start)\(installed)" : "\(installed): every version is affected"
    }

    /// What the source adds: the state in its own words, its reason, its urgency.
    var notes: [String] {
        if entry.flags.contains(.product) { return productNotes }
        let remark = view.string(entry.note)
        let word = PackageState(code: entry.state).flatMap { Self.words[$0] }
        var notes = [[word, remark.isEmpty ? nil : remark].compactMap { $0 }.joined(separator: ": ")]
        let urgency = view.string(entry.urgency)
        // Debian's words for no urgency at all.
        if !urgency.isEmpty, urgency != "not yet assigned" { notes.append("urgency: \(urgency)") }
        return notes.filter { !$0.isEmpty }
    }

    private static let fieldNames = [
        "version", "update", "edition", "language", "software edition", "target software", "target hardware", "other",
    ]

    /// The name's further fields, and what it holds together with.
    private var productNotes: [String] {
        let fields = view.string(entry.note).splitFields()
        var notes = zip(Self.fieldNames, fields).dropFirst(2).compactMap { name, field in
            if name == "other", field == ProductRange.wordsAlone {
                return "the record names vendor and product in words"
            }
            return field == "*" || field == "-" ? nil : "\(name): \(CPEFields.plain(field))"
        }
        if entry.urgency != 0 { notes.append("running with \(Condition.names(in: view.string(entry.urgency)))") }
        return notes
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
