import Domain

/// Reads a constraint in the notation of an ecosystem.
struct ConstraintParser {
    private let text: String
    private let bytes: [UInt8]
    private let scheme: VersionScheme
    private var position = 0

    init(_ text: String, scheme: VersionScheme) {
        self.text = text
        self.scheme = scheme
        // Quotes around a version add nothing to it.
        bytes = text.utf8.filter { $0 != "\"" && $0 != "\\" && $0 != "'" }
    }

    mutating func parse() throws(VersionError) -> Constraint {
        skipSpace()
        if current == "[" || current == "(" {
            return Constraint(alternatives: try BracketRanges(bytes, text: text).parse())
        }
        var alternatives: [[Constraint.Clause]] = [[]]
        while position < bytes.count {
            if current == "|" {
                position += byte(at: position + 1) == "|" ? 2 : 1
                alternatives.append([])
            } else if current == "," {
                position += 1
            } else {
                alternatives[alternatives.count - 1] += try takeClauses()
            }
            skipSpace()
        }
        return Constraint(alternatives: alternatives)
    }

    private var current: UInt8 { byte(at: position) }

    private func byte(at index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }

    private mutating func skipSpace() {
        while current.isSpace { position += 1 }
    }

    private static let operators: [(StaticString, Constraint.Comparator)] = [
        ("===", .identical), ("==", .equal), ("!=", .notEqual), ("<>", .notEqual), ("<=", .lessOrEqual),
        (">=", .greaterOrEqual), ("<<", .less), (">>", .greater), ("~>", .pessimistic), ("~=", .compatible),
        ("<", .less), (">", .greater), ("=", .equal), ("^", .caret), ("~", .tilde),
    ]

    /// One clause, or the two of a hyphen range.
    private mutating func takeClauses() throws(VersionError) -> [Constraint.Clause] {
        let comparator = takeComparator()
        skipSpace()
        let operand = takeOperand()
        guard !operand.isEmpty else {
            throw .malformedConstraint(text, reason: "there is no version after “\(rest(of: operand))”")
        }
        if comparator == nil, let upper = takeHyphenRange() {
            return [clause(.greaterOrEqual, operand), clause(.lessOrEqual, upper)]
        }
        return [clause(comparator ?? .equal, operand)]
    }

    private func rest(of operand: String) -> String {
        String(decoding: bytes[0..<min(position, bytes.count)], as: UTF8.self)
    }

    private mutating func takeComparator() -> Constraint.Comparator? {
        for (spelling, comparator) in Self.operators where has(spelling) {
            position += spelling.utf8CodeUnitCount
            return comparator == .tilde && scheme == .packagist ? .pessimistic : comparator
        }
        return nil
    }

    private func has(_ spelling: StaticString) -> Bool {
        (0..<spelling.utf8CodeUnitCount).allSatisfy { byte(at: position + $0) == spelling.utf8Start[$0] }
    }

    private mutating func takeOperand() -> String {
        let start = position
        while position < bytes.count, !current.isSpace, current != ",", current != "|" { position += 1 }
        // Composer's stability flag says what may be installed, not what a range covers.
        let end = scheme == .packagist ? bytes[start..<position].firstIndex(of: 0x40) ?? position : position
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    /// The upper end where ` - version` follows.
    private mutating func takeHyphenRange() -> String? {
        let start = position
        skipSpace()
        if current == "-", position > start, byte(at: position + 1).isSpace {
            position += 1
            skipSpace()
            let operand = takeOperand()
            if !operand.isEmpty { return operand }
        }
        position = start
        return nil
    }

    private func clause(_ comparator: Constraint.Comparator, _ operand: String) -> Constraint.Clause {
        guard let stem = wildcardStem(operand) else {
            let isPartial = scheme == .npm && NumberPrefix(operand).isPartial
            return Constraint.Clause(comparator, operand, isPrefix: isPartial)
        }
        return Constraint.Clause(comparator, stem, isPrefix: true)
    }

    /// `1.2` of `1.2.*`, `1.2.x` or `1.2.x.x`, nothing of `*`; nil where there is no wildcard.
    private func wildcardStem(_ operand: String) -> String? {
        if operand == "*" { return "" }
        // `x` ends real versions of distributions; there only `*` alone is a wildcard.
        guard ![.deb, .rpm, .apk, .pacman, .gentoo, .maven].contains(scheme) else { return nil }
        var stem = operand[...]
        while let last = stem.last, "xX*".contains(last), stem.dropLast().last.map({ $0 == "." }) ?? true {
            stem = stem.dropLast(2)
        }
        return stem.count == operand.count ? nil : String(stem)
    }
}
