import Yams

/// What is wrong with a declaration, where, and what would be right.
package struct DeclarationError: Error, Hashable {
    /// Counted from 1.
    package let line: Int?
    /// `streams.devices.paging.style`; empty for the declaration itself.
    package let field: String
    package let reason: String

    /// `line 12, streams.devices.paging.style: must be …`
    package var text: String {
        let place = [line.map { "line \($0)" } ?? "", field].filter { !$0.isEmpty }.joined(separator: ", ")
        return place.isEmpty ? reason : "\(place): \(reason)"
    }
}

/// A value in a declaration and where it stands.
struct DeclarationNode {
    let node: Node
    let field: String

    private static let longestText = 2_048

    func error(_ reason: String) -> DeclarationError {
        DeclarationError(line: node.mark?.line, field: field, reason: reason)
    }

    /// A text, a number or true and false, as it is written.
    func text() throws(DeclarationError) -> String {
        guard case .scalar(let scalar) = node else { throw error("must be a text") }
        guard scalar.string.utf8.count <= Self.longestText else {
            throw error("must have at most \(Self.longestText) bytes")
        }
        guard !scalar.string.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 }) else {
            throw error("must not hold line breaks or control characters")
        }
        return scalar.string
    }

    func filledText() throws(DeclarationError) -> String {
        let text = try text()
        guard !text.isEmpty else { throw error("must not be empty") }
        return text
    }

    func number(in range: ClosedRange<Int>) throws(DeclarationError) -> Int {
        guard let number = Int(try text()), range.contains(number) else {
            throw error("must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func flag() throws(DeclarationError) -> Bool {
        switch try text() {
        case "true": return true
        case "false": return false
        default: throw error("must be true or false")
        }
    }

    func word<Word: RawRepresentable<String> & CaseIterable>(_ type: Word.Type) throws(DeclarationError) -> Word {
        guard let word = Word(rawValue: try text()) else {
            throw error("must be one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return word
    }

    func path() throws(DeclarationError) -> FieldPath {
        let text = try filledText()
        guard let path = FieldPath(text) else {
            throw error("“\(text)” is no path; one is like meta.next, items[0].id or interfaces[].mac")
        }
        return path
    }

    func items() throws(DeclarationError) -> [DeclarationNode] {
        guard case .sequence(let sequence) = node else { throw error("must be a list") }
        return sequence.enumerated().map { DeclarationNode(node: $0.element, field: "\(field)[\($0.offset)]") }
    }

    /// The entries of a mapping, in order.
    func entries() throws(DeclarationError) -> [(name: String, value: DeclarationNode)] {
        guard case .mapping(let mapping) = node else { throw error("must be a mapping of names to values") }
        var entries: [(name: String, value: DeclarationNode)] = []
        for (key, value) in mapping {
            guard case .scalar(let scalar) = key else {
                throw DeclarationError(line: key.mark?.line, field: field, reason: "has a key that is no text")
            }
            let place = field.isEmpty ? scalar.string : "\(field).\(scalar.string)"
            entries.append((scalar.string, DeclarationNode(node: value, field: place)))
        }
        return entries
    }

    /// A mapping of which the keys are known. A stranger is refused: it may be a known one misspelt.
    func map(_ known: String...) throws(DeclarationError) -> DeclarationMap {
        var values: [String: DeclarationNode] = [:]
        for (name, value) in try entries() {
            guard known.contains(name) else {
                throw value.error("is not known here; known are \(known.joined(separator: ", "))")
            }
            values[name] = value
        }
        return DeclarationMap(node: self, values: values)
    }
}

/// A mapping with known keys.
struct DeclarationMap {
    let node: DeclarationNode
    let values: [String: DeclarationNode]

    subscript(_ name: String) -> DeclarationNode? { values[name] }

    func required(_ name: String) throws(DeclarationError) -> DeclarationNode {
        guard let value = values[name] else { throw node.error("needs “\(name)”") }
        return value
    }
}
