import Domain
import Versions

/// Evaluates the text of a condition on a host.
enum Condition {
    /// A text that is damaged is unknown, not true.
    static func holds(_ text: String, on platform: HostPlatform) -> Truth {
        if text.isEmpty { return .yes }
        var stack: [Truth] = []
        for token in text.utf8.split(separator: UInt8(ascii: "\n")) {
            let rest = token.dropFirst()
            switch token.first {
            case UInt8(ascii: "?"): stack.append(platform.has(product(rest)))
            case UInt8(ascii: "!"): stack.append(.unknown)
            case UInt8(ascii: "~"):
                guard let last = stack.popLast() else { return .unknown }
                stack.append(!last)
            case UInt8(ascii: "&"), UInt8(ascii: "|"):
                guard let count = Int(Substring(rest)), count > 0, count <= stack.count else { return .unknown }
                let parts = stack.suffix(count)
                let truth: Truth = token.first == UInt8(ascii: "&") ? .all(parts) : .any(parts)
                stack.removeLast(count)
                stack.append(truth)
            default: return .unknown
            }
        }
        return stack.count == 1 ? stack[0] : .unknown
    }

    /// The names it speaks of, for a sentence: at most three.
    static func names(in text: String) -> String {
        var names: [String] = []
        for token in text.utf8.split(separator: UInt8(ascii: "\n")) where token.first == UInt8(ascii: "?") {
            let parts = product(token.dropFirst()).criteria.split(separator: ":")
            guard parts.count > 4 else { continue }
            let name = "\(parts[3]) \(parts[4])".replacing("\\", with: "")
            if !names.contains(name) { names.append(name) }
        }
        let shown = names.prefix(3).joined(separator: ", ")
        return names.count > 3 ? "\(shown) and \(names.count - 3) more" : shown.isEmpty ? "certain hardware" : shown
    }

    /// The software that it asks for: a host's must be known by its name for the answer to be right.
    static func software(in text: String) -> [(vendor: String, product: String)] {
        text.utf8.split(separator: UInt8(ascii: "\n")).compactMap { token in
            guard token.first == UInt8(ascii: "?"), let fields = CPEFields(product(token.dropFirst()).criteria),
                fields.part == "a"
            else { return nil }
            return (fields.vendor, fields.product)
        }
    }

    private static func product(_ token: Substring.UTF8View) -> ProductRange {
        let fields = token.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
        func field(_ place: Int) -> String? {
            place < fields.count && !fields[place].isEmpty ? String(Substring(fields[place])) : nil
        }
        return ProductRange(
            criteria: field(0) ?? "", startIncluding: field(1), startExcluding: field(2), endIncluding: field(3),
            endExcluding: field(4))
    }
}
