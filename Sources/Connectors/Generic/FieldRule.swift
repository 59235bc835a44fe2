import FoundationEssentials
import Inventories

/// How a field of ours comes out of a record.
package struct FieldRule: Sendable {
    package enum Source: Sendable {
        /// The first path that leads to something.
        case first([FieldPath])
        case constant(String)
        /// All of them, with something between; nothing where one is missing.
        case join([FieldPath], with: String)
    }

    let kind: FieldTargets.Kind
    var source = Source.first([])
    var split: String?
    var isLowercased = false
    var words: [String: String] = [:]
    var otherwise: String?
    var moment = MomentForm.rfc3339

    init(kind: FieldTargets.Kind) { self.kind = kind }

    /// Nil where the record says nothing.
    func value(in tree: JSONTree) throws(FieldRefusal) -> RequestJSON? {
        let texts = try texts(in: tree)
        switch kind {
        case .text: return texts.first.map { .text($0) }
        case .texts, .techniques: return .texts(texts)
        case .macAddresses: return .texts(texts.compactMap { MACAddress.canonical($0) })
        case .addresses: return .texts(texts.compactMap { IPAddress.canonical($0) })
        case .number:
            guard let text = texts.first else { return nil }
            guard let number = Double(text), number.isFinite else { throw refusal("must be a number", text) }
            return .literal("\(number)")
        case .flag:
            guard let text = texts.first else { return nil }
            return .flag(try flag(text))
        case .date:
            guard let text = texts.first else { return nil }
            guard let date = moment.date(text) else {
                throw refusal("must be a time of the form \(moment.rawValue)", text)
            }
            return .text(RFC3339.string(date))
        }
    }

    /// The one text that comes out.
    func text(in tree: JSONTree) throws(FieldRefusal) -> String? { try texts(in: tree).first }

    private func texts(in tree: JSONTree) throws(FieldRefusal) -> [String] {
        var texts = try found(in: tree)
        if let split { texts = texts.flatMap { $0.components(separatedBy: split) } }
        if isLowercased { texts = texts.map { $0.lowercased() } }
        if !words.isEmpty || otherwise != nil { texts = texts.map { words[$0] ?? otherwise ?? $0 } }
        return texts.filter { !$0.isEmpty }
    }

    private func found(in tree: JSONTree) throws(FieldRefusal) -> [String] {
        switch source {
        case .constant(let text): return [text]
        case .first(let paths):
            for path in paths {
                let texts = try scalars(path.values(in: tree))
                if !texts.isEmpty { return texts }
            }
            return []
        case .join(let paths, let separator):
            var parts: [String] = []
            for path in paths {
                guard let part = try scalars(path.values(in: tree)).first else { return [] }
                parts.append(part)
            }
            return [parts.joined(separator: separator)]
        }
    }

    /// A list at the end of a path is as good as one with `[]` behind it.
    private func scalars(_ values: [JSONTree]) throws(FieldRefusal) -> [String] {
        var texts: [String] = []
        for value in values {
            switch value {
            case .object: throw FieldRefusal(field: "", reason: "must be a value, not an object")
            case .list(let items): texts += items.compactMap(\.scalar).prefix(FieldPath.mostValues)
            default: if let text = value.scalar { texts.append(text) }
            }
        }
        return texts
    }

    private func flag(_ text: String) throws(FieldRefusal) -> Bool {
        switch text.lowercased() {
        case "true", "yes", "1", "on": return true
        case "false", "no", "0", "off": return false
        default: throw refusal("must be true or false", text)
        }
    }

    private func refusal(_ reason: String, _ text: String) -> FieldRefusal {
        FieldRefusal(field: "", reason: "\(reason), not “\(text.prefix(60))”")
    }
}

extension String {
    /// The parts between separators.
    fileprivate func components(separatedBy separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}
