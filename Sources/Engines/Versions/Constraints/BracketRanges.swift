/// The ranges of Maven and NuGet: `[1.0,2.0)`, `(,1.0]`, `[1.0]`, and several separated by commas
/// (maven.apache.org/pom.html, “Dependency Version Requirement Specification”).
struct BracketRanges {
    private let bytes: [UInt8]
    private let text: String

    init(_ bytes: [UInt8], text: String) {
        self.bytes = bytes
        self.text = text
    }

    func parse() throws(VersionError) -> [[Constraint.Clause]] {
        var alternatives: [[Constraint.Clause]] = []
        var index = 0
        while index < bytes.count {
            if bytes[index].isSpace || bytes[index] == "," || bytes[index] == "|" {
                index += 1
                continue
            }
            guard bytes[index] == "[" || bytes[index] == "(",
                let close = bytes[index...].firstIndex(where: { $0 == "]" || $0 == ")" })
            else { throw .malformedConstraint(text, reason: "a range starts with [ or ( and ends with ] or )") }
            alternatives.append(try clauses(index, close))
            index = close + 1
        }
        return alternatives
    }

    private func clauses(_ open: Int, _ close: Int) throws(VersionError) -> [Constraint.Clause] {
        let bounds = bytes[(open + 1)..<close].split(separator: 0x2c, omittingEmptySubsequences: false)
            .map { String(decoding: $0.filter { !$0.isSpace }, as: UTF8.self) }
        let isInclusive = (bytes[open] == "[", bytes[close] == "]")
        switch bounds.count {
        case 1 where isInclusive == (true, true) && !bounds[0].isEmpty:
            return [Constraint.Clause(.equal, bounds[0])]
        case 2:
            var clauses: [Constraint.Clause] = []
            if !bounds[0].isEmpty { clauses.append(.init(isInclusive.0 ? .greaterOrEqual : .greater, bounds[0])) }
            if !bounds[1].isEmpty { clauses.append(.init(isInclusive.1 ? .lessOrEqual : .less, bounds[1])) }
            return clauses
        default:
            throw .malformedConstraint(
                text, reason: "a range has one version in [ ] or two bounds with a comma between")
        }
    }
}
