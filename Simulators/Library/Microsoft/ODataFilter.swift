/// A `$filter` of comparisons with `and` between them: what Defender's and Graph's listings are asked with here.
struct ODataFilter: Sendable {
    enum Value: Sendable, Hashable {
        case text(String)
        case moment(Moment)
    }

    private struct Term: Sendable {
        let field: String
        let comparison: String
        let value: Value
    }

    private let terms: [Term]

    /// Nil for what is no such filter, or asks for a field that cannot be filtered by.
    static func parse(_ text: String, fields: Set<String>) -> ODataFilter? {
        var terms: [Term] = []
        for part in text.split(separator: " and ") {
            let words = part.split(separator: " ", maxSplits: 2)
            guard words.count == 3, fields.contains(String(words[0])),
                ["eq", "ne", "ge", "gt", "le", "lt"].contains(words[1]), let value = value(words[2])
            else { return nil }
            terms.append(Term(field: String(words[0]), comparison: String(words[1]), value: value))
        }
        return terms.isEmpty ? nil : ODataFilter(terms: terms)
    }

    func matches(_ value: (String) -> Value?) -> Bool {
        terms.allSatisfy { term in
            guard let found = value(term.field) else { return false }
            switch (found, term.value) {
            case (.text(let found), .text(let wanted)):
                return term.comparison == "eq" ? found == wanted : term.comparison == "ne" && found != wanted
            case (.moment(let found), .moment(let wanted)):
                switch term.comparison {
                case "ge": return found >= wanted
                case "gt": return found > wanted
                case "le": return found <= wanted
                case "lt": return found < wanted
                case "eq": return found == wanted
                default: return found != wanted
                }
            default: return false
            }
        }
    }

    private static func value(_ text: Substring) -> Value? {
        if text.count >= 2, text.hasPrefix("'"), text.hasSuffix("'") {
            return .text(
                String(text.dropFirst().dropLast()).split(separator: "''", omittingEmptySubsequences: false)
                    .joined(separator: "'"))
        }
        return Moment(String(text)).map { .moment($0) }
    }
}
