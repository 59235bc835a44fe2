/// One attribute of a CPE name in well-formed form (NISTIR 7695 section 5.3).
public enum CPEAttribute: Sendable, Hashable {
    /// Any value, the logical value ANY.
    case any
    /// No meaningful value, the logical value NA.
    case notApplicable
    /// A value, lower case, with a backslash before each character but letters, digits and `_`.
    /// `*` and `?` without one are wildcards.
    case value(String)

    /// From the form in which well-formed names are written down: `ANY`, `NA`, or a value.
    public init(wellFormed text: String) {
        switch text {
        // A wildcard that stands for everything is ANY.
        case "ANY", "*": self = .any
        case "NA": self = .notApplicable
        default: self = .value(Self.quoted(text.lowercased(), keepsWildcards: true))
        }
    }

    /// From text as it stands, every character meaning itself: a product's name, a version.
    public init(literal text: String) {
        self = .value(Self.quoted(text.lowercased(), keepsWildcards: false))
    }

    /// The value with its backslashes taken away; nil for ANY and NA.
    public var literal: String? {
        guard case .value(let text) = self else { return nil }
        return String(decoding: CPEPattern(text).symbols.map(\.byte), as: UTF8.self)
    }

    /// Whether the value holds a wildcard.
    public var hasWildcard: Bool {
        guard case .value(let text) = self else { return false }
        return CPEPattern(text).hasWildcard
    }

    /// Puts a backslash before whatever needs one and has none.
    static func quoted(_ text: String, keepsWildcards: Bool) -> String {
        var result: [UInt8] = []
        var isQuoted = false
        for byte in text.utf8 {
            if byte == "\\", !isQuoted, keepsWildcards {
                isQuoted = true
                continue
            }
            let isWildcard = keepsWildcards && !isQuoted && (byte == "*" || byte == "?")
            let isPlain = byte.isAlphanumeric || byte == "_" || byte >= 0x80
            if !isPlain, !isWildcard { result.append(0x5c) }
            result.append(byte)
            isQuoted = false
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// How this relates to `other`, after NISTIR 7696 table 6-2; nil where that is undefined,
    /// which it is for a wildcard in `other`.
    public func relation(to other: CPEAttribute) -> CPERelation? {
        switch (self, other) {
        case (.any, .any), (.notApplicable, .notApplicable): return .equal
        case (_, .value(let target)) where CPEPattern(target).hasWildcard: return self == other ? .equal : nil
        case (.any, _): return .superset
        case (_, .any): return .subset
        case (.notApplicable, _), (_, .notApplicable): return .disjoint
        case (.value(let source), .value(let target)):
            let pattern = CPEPattern(source)
            if pattern.hasWildcard { return pattern.matches(CPEPattern(target)) ? .superset : .disjoint }
            return pattern.symbols == CPEPattern(target).symbols ? .equal : .disjoint
        }
    }
}

/// How one CPE name stands to another (NISTIR 7696 section 6).
public enum CPERelation: String, Sendable, Hashable, Codable {
    /// Both describe the same products.
    case equal
    /// The source describes some of the target's products.
    case subset
    /// The source describes the target's products and more.
    case superset
    /// No product is described by both.
    case disjoint
}
