/// A filter in Falcon Query Language: `status:!'closed'+updated_timestamp:>='2026-01-01T00:00:00Z'`. `+` is and, `,` is
/// or and binds weaker, `!` is not; texts stand in single quotes.
indirect enum FQLExpression: Sendable {
    case all([FQLExpression])
    case any([FQLExpression])
    case term(field: String, isNegated: Bool, Comparison, [FQLValue])

    enum Comparison: Sendable { case equal, greater, atLeast, less, atMost }

    /// - Parameter value: of a field; nil where the record has none.
    func matches(_ value: (String) -> FQLValue?) -> Bool {
        switch self {
        case .all(let parts): return parts.allSatisfy { $0.matches(value) }
        case .any(let parts): return parts.contains { $0.matches(value) }
        case .term(let field, let isNegated, let comparison, let values):
            guard let found = value(field) else { return isNegated }
            return values.contains { comparison.holds(found, $0) } != isNegated
        }
    }

    /// Nil when it is no filter, or has other fields than these.
    static func parse(_ text: String, fields: Set<String>) -> FQLExpression? {
        var parser = FQLParser(text: Array(text.utf8), fields: fields)
        guard let expression = parser.any(), parser.isAtEnd else { return nil }
        return expression
    }
}

extension FQLExpression.Comparison {
    fileprivate func holds(_ found: FQLValue, _ wanted: FQLValue) -> Bool {
        guard let order = found.order(wanted) else { return false }
        switch self {
        case .equal: return order == 0
        case .greater: return order > 0
        case .atLeast: return order >= 0
        case .less: return order < 0
        case .atMost: return order <= 0
        }
    }
}

/// A value of a filter or of a record.
enum FQLValue: Sendable {
    case text(String)
    case number(Double)
    case moment(Moment)
    case flag(Bool)

    /// Below, equal or above 0 as self is before, at or after the other; nil where they cannot be compared.
    fileprivate func order(_ other: FQLValue) -> Int? {
        switch (self, other) {
        case (.text(let left), .text(let right)): left == right ? 0 : left < right ? -1 : 1
        case (.number(let left), .number(let right)): left == right ? 0 : left < right ? -1 : 1
        case (.flag(let left), .flag(let right)): left == right ? 0 : 1
        case (.moment(let left), .text(let right)):
            Moment(right).map { left == $0 ? 0 : left < $0 ? -1 : 1 }
        case (.moment(let left), .moment(let right)): left == right ? 0 : left < right ? -1 : 1
        default: nil
        }
    }
}

private struct FQLParser {
    let text: [UInt8]
    let fields: Set<String>
    private var offset = 0

    init(text: [UInt8], fields: Set<String>) {
        self.text = text
        self.fields = fields
    }

    var isAtEnd: Bool { offset == text.count }

    mutating func any() -> FQLExpression? {
        guard let first = all() else { return nil }
        var parts = [first]
        while take(",") {
            guard let next = all() else { return nil }
            parts.append(next)
        }
        return parts.count == 1 ? first : .any(parts)
    }

    private mutating func all() -> FQLExpression? {
        guard let first = unit() else { return nil }
        var parts = [first]
        while take("+") {
            guard let next = unit() else { return nil }
            parts.append(next)
        }
        return parts.count == 1 ? first : .all(parts)
    }

    private mutating func unit() -> FQLExpression? {
        if take("(") {
            guard let inner = any(), take(")") else { return nil }
            return inner
        }
        let start = offset
        while offset < text.count, isNameByte(text[offset]) { offset += 1 }
        let field = String(decoding: text[start..<offset], as: UTF8.self)
        guard fields.contains(field), take(":") else { return nil }
        let isNegated = take("!")
        let comparison = comparison()
        guard let values = values(), !values.isEmpty else { return nil }
        return .term(field: field, isNegated: isNegated, comparison, values)
    }

    private mutating func comparison() -> FQLExpression.Comparison {
        if take(">") { return take("=") ? .atLeast : .greater }
        if take("<") { return take("=") ? .atMost : .less }
        return .equal
    }

    private mutating func values() -> [FQLValue]? {
        guard take("[") else { return value().map { [$0] } }
        var values: [FQLValue] = []
        repeat {
            guard let value = value() else { return nil }
            values.append(value)
        } while take(",")
        return take("]") ? values : nil
    }

    private mutating func value() -> FQLValue? {
        if take("'") {
            let start = offset
            while offset < text.count, text[offset] != UInt8(ascii: "'") { offset += 1 }
            let value = String(decoding: text[start..<offset], as: UTF8.self)
            guard take("'"), !value.isEmpty else { return nil }
            let isMoment = value.utf8.count >= 20 && value.utf8.last == UInt8(ascii: "Z")
            return isMoment ? Moment(value).map { .moment($0) } : .text(value)
        }
        let start = offset
        while offset < text.count, isNameByte(text[offset]) || text[offset] == UInt8(ascii: "-") { offset += 1 }
        let word = String(decoding: text[start..<offset], as: UTF8.self)
        if word == "true" || word == "false" { return .flag(word == "true") }
        return Double(word).map { .number($0) }
    }

    private func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard offset < text.count, text[offset] == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }
}
