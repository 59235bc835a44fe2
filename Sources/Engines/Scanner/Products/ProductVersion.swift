import Domain
import Versions

/// An installed version as CPE names see it: NVD writes `8.5p1` as version 8.5, update p1, and
/// `2.0-beta9` as version 2.0, update beta9.
struct ProductVersion {
    let whole: String
    private let base: String
    private let update: String

    init(_ text: String) {
        whole = text
        let letters = text.lastIndex { $0.isLetter }.map { Self.wordStart(text, before: $0) }
        guard let start = letters, start > text.startIndex, Self.isUpdate(text[start...]) else {
            (base, update) = (text, "")
            return
        }
        let head = text[..<start]
        base = String(head.last.map { ".-_ +".contains($0) } ?? false ? head.dropLast() : head)
        update = text[start...].filter { $0.isLetter || $0.isNumber }.lowercased()
    }

    private static func wordStart(_ text: String, before end: String.Index) -> String.Index {
        var start = end
        while start > text.startIndex, text[text.index(before: start)].isLetter { start = text.index(before: start) }
        return start
    }

    /// `rc1`, `sp2`, `p1`, `beta-9`; a single letter without a number (`1.0.2k`) is of the version.
    private static func isUpdate(_ word: Substring) -> Bool {
        let letters = word.prefix(while: \.isLetter).lowercased()
        let rest = word.dropFirst(letters.count)
        guard rest.allSatisfy({ $0.isNumber || ".-_ ".contains($0) }) else { return false }
        return words.contains(letters) || letters.count == 1 && rest.contains(where: \.isNumber)
    }

    private static let words: Set<String> = [
        "rc", "alpha", "beta", "sp", "p", "pl", "patch", "update", "hotfix", "preview", "pre", "milestone",
        "pre_release",
        "dev", "cr", "ga", "release", "snapshot",
    ]

    /// Whether it lies in a product's bounds, or where there are none is the version of the name.
    func isIn(_ range: ProductRange, _ fields: CPEFields) -> Truth {
        if whole.isEmpty { return .unknown }
        var parts: [Truth] = []
        if let start = range.startIncluding ?? range.startExcluding {
            parts.append(compares(start) { $0 == .greater || $0 == .equal && range.startIncluding != nil })
        }
        if let end = range.endExcluding ?? range.endIncluding {
            parts.append(compares(end) { $0 == .less || $0 == .equal && range.endExcluding == nil })
        }
        return parts.isEmpty ? equals(fields.fields[3], update: fields.fields[4]) : .all(parts)
    }

    /// Whether it is the version, with the update, of a name; both as they are bound.
    func equals(_ version: String, update wanted: String) -> Truth {
        if version == "*" { return .yes }
        if version == "-" { return .no }
        if Self.hasWildcard(version) {
            guard matches(version, whole) || matches(version, base) else { return .no }
            return Truth(wanted == "*" || wanted == "-" || matches(wanted, update))
        }
        let plain = CPEFields.plain(version)
        switch wanted {
        case "*": return .any([isEqual(whole, plain), isEqual(base, plain)])
        case "-": return isEqual(whole, plain)
        default:
            let isUpdate = !update.isEmpty && (wanted == update || matches(wanted, update))
            if isUpdate { return isEqual(base, plain) }
            return isEqual(whole, "\(plain)\(CPEFields.plain(wanted))")
        }
    }

    private func compares(_ bound: String, _ test: (VersionOrder) -> Bool) -> Truth {
        Versions.compare(whole, bound, scheme: .generic).map { Truth(test($0)) } ?? .unknown
    }

    private func isEqual(_ one: String, _ other: String) -> Truth {
        if one == other { return .yes }
        return Versions.compare(one, other, scheme: .generic).map { Truth($0 == .equal) } ?? .no
    }

    private func matches(_ pattern: String, _ text: String) -> Bool {
        let relation = CPEAttribute(wellFormed: pattern).relation(to: CPEAttribute(literal: text))
        return relation == .equal || relation == .superset
    }

    /// A wildcard that is not escaped.
    static func hasWildcard(_ field: String) -> Bool {
        guard field.utf8.contains(where: { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }) else { return false }
        return CPEAttribute(wellFormed: field).hasWildcard
    }
}
