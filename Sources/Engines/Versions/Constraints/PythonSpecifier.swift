/// The version specifiers of PEP 440: local parts of the candidate count only where the specifier
/// has one, `<` leaves out the pre-releases and `>` the post-releases of the bound itself.
enum PythonSpecifier {
    static func admits(_ version: String, _ clause: Constraint.Clause) throws(VersionError) -> Bool {
        if clause.comparator == .identical { return version.lowercased() == clause.operand.lowercased() }
        var version = version
        var operand = clause.operand
        let verdict = version.withUTF8 { left in
            operand.withUTF8 { right -> Bool? in
                guard let candidate = try? PythonVersion(ByteView(UnsafeRawBufferPointer(left)).trimmed),
                    let bound = try? PythonVersion(ByteView(UnsafeRawBufferPointer(right)).trimmed)
                else { return nil }
                return clause.isPrefix
                    ? prefix(candidate, bound, clause.comparator) : admits(candidate, bound, clause.comparator)
            }
        }
        guard let verdict else {
            throw .malformedConstraint(
                clause.operand, reason: "it is not a PEP 440 version, or the operator does not go with it")
        }
        return verdict
    }

    private static func admits(
        _ version: PythonVersion, _ bound: PythonVersion, _ comparator: Constraint.Comparator
    ) -> Bool? {
        let order = bound.hasLocal ? version.order(to: bound) : version.publicOrder(to: bound)
        let sameRelease = version.releaseOrder(to: bound) == .equal
        switch comparator {
        case .less:
            return order == .less && !(sameRelease && version.isPrerelease && !bound.isPrerelease)
        case .greater:
            return order == .greater && !(sameRelease && version.isPostrelease && !bound.isPostrelease)
        case .compatible, .pessimistic, .tilde:
            return order != .less && version.matches(bound, droppingLast: true)
        case .caret:
            return nil
        default:
            return comparator.admits(order)
        }
    }

    private static func prefix(
        _ version: PythonVersion, _ bound: PythonVersion, _ comparator: Constraint.Comparator
    ) -> Bool? {
        switch comparator {
        case .equal: version.matches(bound, droppingLast: false)
        case .notEqual: !version.matches(bound, droppingLast: false)
        default: nil
        }
    }
}
