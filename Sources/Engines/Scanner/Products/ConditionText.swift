import Domain

/// Conditions as text in reverse Polish notation, a token a line, so that reading one takes a stack
/// and no recursion, whatever a feed holds:
///
///     ?cpe:2.3:o:microsoft:windows:-:*:*:*:*:*:*:*⇥si⇥se⇥ei⇥ee
///     |2      any of the last two
///     &3      all of the last three
///     ~       not the last
///     !       unknown
enum ConditionText {
    static let unknown = "!"

    static func all(_ parts: [String]) -> String { join(parts, "&") }

    static func node(_ node: Applicability.Node) -> String {
        let text = join(node.products.map(product), node.operator == .and ? "&" : "|")
        return node.isNegated ? "\(text)\n~" : text
    }

    static func product(_ range: ProductRange) -> String {
        // What an inventory never tells needs no name: long lists of hardware become one line.
        if range.criteria.hasPrefix("cpe:2.3:h:") { return unknown }
        let fields = [
            range.criteria, range.startIncluding ?? "", range.startExcluding ?? "", range.endIncluding ?? "",
            range.endExcluding ?? "",
        ]
        let text = fields.joined(separator: "\t")
        guard !text.utf8.contains(UInt8(ascii: "\n")), fields.allSatisfy({ !$0.utf8.contains(UInt8(ascii: "\t")) })
        else { return unknown }
        return "?\(text)"
    }

    /// Equal parts are said once. A text that the index would cut is unknown as a whole.
    private static func join(_ parts: [String], _ operation: String) -> String {
        var seen = Set<String>()
        let distinct = parts.filter { seen.insert($0).inserted }
        guard distinct.count > 1 else { return distinct.first ?? "" }
        let text = (distinct + ["\(operation)\(distinct.count)"]).joined(separator: "\n")
        return text.utf8.count < IndexLayout.longestString / 2 ? text : unknown
    }
}
