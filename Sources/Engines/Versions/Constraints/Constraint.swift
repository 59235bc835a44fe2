import Domain

/// What a version must satisfy: any one of the alternatives, and of it every clause.
struct Constraint {
    let alternatives: [[Clause]]

    /// One condition on a version.
    struct Clause {
        let comparator: Comparator
        /// A version, or the start of one.
        let operand: String
        /// Whether the operand ended in a wildcard: `1.2.*`, `1.x`.
        let isPrefix: Bool

        init(_ comparator: Comparator, _ operand: String, isPrefix: Bool = false) {
            self.comparator = comparator
            self.operand = operand
            self.isPrefix = isPrefix
        }

        static let anything = Clause(.equal, "", isPrefix: true)
    }

    enum Comparator: Sendable {
        case less, lessOrEqual, equal, notEqual, greaterOrEqual, greater
        /// `^`: the same up to the first number that is not 0.
        case caret
        /// `~` of npm: the same major and, where given, minor number.
        case tilde
        /// `~>` of gem and `~` of Composer: the same but for the last number given.
        case pessimistic
        /// `~=` of PEP 440.
        case compatible
        /// `===` of PEP 440: the same text.
        case identical

        /// Whether a version in this order to the operand is admitted, for the six plain ones.
        func admits(_ order: VersionOrder) -> Bool {
            switch self {
            case .less: order == .less
            case .lessOrEqual: order != .greater
            case .notEqual: order != .equal
            case .greaterOrEqual: order != .less
            case .greater: order == .greater
            default: order == .equal
            }
        }
    }
}

extension Versions {
    /// Whether a version lies within a constraint, in the notation of the scheme's ecosystem:
    /// comparators (`>= 1.0, < 2.0`), alternatives (`||`), `^1.2`, `~1.2`, `~> 1.2`, `1.x`,
    /// `1.0 - 2.0`, PEP 440 specifiers, and the bracketed ranges of Maven and NuGet (`[1.0,2.0)`).
    /// Pre-releases count where the order puts them, as advisories mean it; npm's rule that they
    /// must be asked for is one for installing. An empty constraint admits everything.
    public static func satisfies(
        _ version: String, constraint: String, scheme: VersionScheme
    ) throws(VersionError) -> Bool {
        if let reason = isValid(version, scheme: scheme) {
            throw .unparsable(version: version, scheme: scheme, reason: reason)
        }
        var parser = ConstraintParser(constraint, scheme: scheme)
        for clauses in try parser.parse().alternatives {
            let evaluator = ClauseEvaluator(version: version, scheme: scheme)
            var holds = true
            // Every clause is read, so that a malformed one is told wherever it stands.
            for clause in clauses where try !evaluator.admits(clause) { holds = false }
            if holds { return true }
        }
        return false
    }
}
