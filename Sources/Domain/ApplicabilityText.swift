/// Configurations as lines of text, the form in which they are stored: a tenth of the time that
/// JSON takes to read, and an index is made of a million of them.
///
///     C AND +
///     N OR +
///     P + cpe:2.3:a:docker:desktop:*:*:*:*:*:macos:*:*⇥si⇥se⇥ei⇥ee
///
/// `C` begins a configuration, `N` a node, `P` is a product with its bounds between tabs. `-` stands
/// for negated, and for a product that is a condition only.
public enum ApplicabilityText {
    public static func encode(_ list: [Applicability]) -> String {
        var lines: [String] = []
        for configuration in list {
            lines.append("C \(configuration.operator.rawValue) \(sign(!configuration.isNegated))")
            for node in configuration.nodes {
                lines.append("N \(node.operator.rawValue) \(sign(!node.isNegated))")
                lines += node.products.map(line)
            }
        }
        return lines.joined(separator: "\n")
    }

    /// Lines that make no sense are passed over.
    public static func decode(_ text: String) -> [Applicability] {
        var list: [Applicability] = []
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
            switch words.first?.first {
            case UInt8(ascii: "C") where words.count == 3:
                list.append(
                    Applicability(operator: operation(words[1]), isNegated: isMinus(words[2]), nodes: []))
            case UInt8(ascii: "N") where words.count == 3 && !list.isEmpty:
                let node = Applicability.Node(
                    operator: operation(words[1]), isNegated: isMinus(words[2]), products: [])
                list[list.count - 1].nodes.append(node)
            case UInt8(ascii: "P") where words.count == 3:
                guard let last = list.indices.last, let node = list[last].nodes.indices.last else { continue }
                list[last].nodes[node].products.append(product(words[2], isVulnerable: !isMinus(words[1])))
            default: continue
            }
        }
        return list
    }

    private static func line(_ product: ProductRange) -> String {
        let fields = [
            product.criteria, product.startIncluding, product.startExcluding, product.endIncluding,
            product.endExcluding,
        ]
        let text = fields.map { clean($0 ?? "") }.joined(separator: "\t")
        return "P \(sign(product.isVulnerable)) \(text)"
    }

    private static func product(_ text: Substring.UTF8View, isVulnerable: Bool) -> ProductRange {
        let fields = text.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
        func field(_ place: Int) -> String? {
            place < fields.count && !fields[place].isEmpty ? String(Substring(fields[place])) : nil
        }
        return ProductRange(
            criteria: field(0) ?? "", isVulnerable: isVulnerable, startIncluding: field(1), startExcluding: field(2),
            endIncluding: field(3), endExcluding: field(4))
    }

    private static func sign(_ isPlain: Bool) -> String { isPlain ? "+" : "-" }

    private static func isMinus(_ word: Substring.UTF8View) -> Bool { word.first == UInt8(ascii: "-") }

    private static func operation(_ word: Substring.UTF8View) -> Applicability.Operator {
        word.elementsEqual("AND".utf8) ? .and : .or
    }

    /// Neither a name nor a version holds a control character; one that does must not break a line.
    private static func clean(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 }) else { return text }
        return String(text.map { character in (character.asciiValue ?? 0x20) < 0x20 ? " " : character })
    }
}
