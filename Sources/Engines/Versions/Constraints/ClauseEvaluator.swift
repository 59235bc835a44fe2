import Domain

/// Decides whether one version satisfies a clause.
struct ClauseEvaluator {
    let version: String
    let scheme: VersionScheme

    func admits(_ clause: Constraint.Clause) throws(VersionError) -> Bool {
        if clause.isPrefix, clause.operand.isEmpty { return true }
        if scheme == .pep440 { return try PythonSpecifier.admits(version, clause) }
        if clause.isPrefix, let length = prefixLength(clause) {
            let order = NumberPrefix(version).order(to: NumberPrefix(clause.operand), length: length)
            return clause.comparator.admits(order)
        }
        switch clause.comparator {
        case .caret, .tilde, .pessimistic, .compatible:
            let base = NumberPrefix(clause.operand)
            guard try order(to: clause.operand) != .less else { return false }
            return NumberPrefix(version).order(to: base, length: heldLength(clause.comparator, base)) == .equal
        case .identical:
            return version == clause.operand
        default:
            return clause.comparator.admits(try order(to: bound(clause)))
        }
    }

    /// How many numbers a wildcard clause looks at; nil for the comparators that have their own.
    private func prefixLength(_ clause: Constraint.Clause) -> Int? {
        let count = NumberPrefix(clause.operand).numbers.count
        switch clause.comparator {
        case .caret, .tilde, .pessimistic, .compatible: return nil
        default: return count
        }
    }

    private func heldLength(_ comparator: Constraint.Comparator, _ base: NumberPrefix) -> Int {
        switch comparator {
        case .caret: base.caretLength
        case .tilde: min(2, base.numbers.count)
        default: max(1, base.numbers.count - 1)
        }
    }

    /// Composer reads `<2.0` and `>=2.0` as bounds at `2.0-dev`, so that pre-releases of 2.0 go
    /// with it.
    private func bound(_ clause: Constraint.Clause) -> String {
        let isShifted = clause.comparator == .less || clause.comparator == .greaterOrEqual
        guard scheme == .packagist, isShifted, clause.operand.utf8.allSatisfy({ $0.isDigit || $0 == "." || $0 == "v" })
        else { return clause.operand }
        return clause.operand + "-dev"
    }

    private func order(to operand: String) throws(VersionError) -> VersionOrder {
        guard let order = Versions.compare(version, operand, scheme: scheme) else {
            let reason = Versions.isValid(operand, scheme: scheme) ?? "cannot be compared"
            throw .malformedConstraint(operand, reason: "the version \(reason)")
        }
        return order
    }
}
