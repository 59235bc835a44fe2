/// An element of the small documents that stores answer with. Attributes are left out; a document type is refused.
package struct XMLElement: Sendable, Equatable {
    package let name: String
    package private(set) var text = ""
    private(set) var children: [XMLElement] = []

    package func first(_ name: String) -> XMLElement? { children.first { $0.name == name } }
    package func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }
    /// The text of a child.
    package subscript(name: String) -> String? { first(name)?.text }

    /// Nil when it is no XML.
    package init?(_ document: String) {
        var parser = XMLParser(document)
        guard let root = parser.document() else { return nil }
        self = root
    }

    fileprivate init(name: String) { self.name = name }

    fileprivate mutating func append(_ text: String) { self.text += text }
    fileprivate mutating func append(_ child: XMLElement) { children.append(child) }
}

private struct XMLParser {
    private var rest: Substring.UTF8View

    init(_ document: String) { rest = document[...].utf8 }

    mutating func document() -> XMLElement? {
        if rest.starts(with: "\u{FEFF}".utf8) { rest = rest.dropFirst(3) }
        var open: [XMLElement] = []
        while !rest.isEmpty {
            guard rest.first == UInt8(ascii: "<") else {
                let text = take { $0 != UInt8(ascii: "<") }
                if open.isEmpty {
                    guard text.allSatisfy({ $0.isWhitespace }) else { return nil }
                } else {
                    guard let text = Self.decoded(text) else { return nil }
                    open[open.count - 1].append(text)
                }
                continue
            }
            if rest.starts(with: "<?".utf8) {
                guard skip(past: "?>") else { return nil }
            } else if rest.starts(with: "<!--".utf8) {
                guard skip(past: "-->") else { return nil }
            } else if rest.starts(with: "</".utf8) {
                rest = rest.dropFirst(2)
                let name = Self.local(take { $0 != UInt8(ascii: ">") })
                guard rest.popFirst() != nil, let last = open.popLast(), last.name == name else { return nil }
                guard !open.isEmpty else { return last }
                open[open.count - 1].append(last)
            } else {
                rest = rest.dropFirst()
                let tag = take { $0 != UInt8(ascii: ">") }
                guard rest.popFirst() != nil, tag.first != "!", open.count < 64 else { return nil }
                let element = XMLElement(name: Self.local(tag))
                guard tag.hasSuffix("/") else {
                    open.append(element)
                    continue
                }
                guard !open.isEmpty else { return element }
                open[open.count - 1].append(element)
            }
        }
        return nil
    }

    private mutating func take(while isTaken: (UInt8) -> Bool) -> Substring {
        let taken = rest.prefix(while: isTaken)
        rest = rest[taken.endIndex...]
        return Substring(taken)
    }

    private mutating func skip(past words: String) -> Bool {
        while !rest.isEmpty {
            if rest.starts(with: words.utf8) {
                rest = rest.dropFirst(words.utf8.count)
                return true
            }
            rest = rest.dropFirst()
        }
        return false
    }

    /// Without a namespace's prefix, attributes and the slash of an empty element.
    private static func local(_ tag: Substring) -> String {
        let name = tag.prefix { !$0.isWhitespace && $0 != "/" }
        return String(name.split(separator: ":").last ?? name)
    }

    private static func decoded(_ text: Substring) -> String? {
        guard text.contains("&") else { return String(text) }
        var result = ""
        var rest = text
        while let ampersand = rest.firstIndex(of: "&") {
            result += rest[..<ampersand]
            guard let end = rest[ampersand...].firstIndex(of: ";"),
                let character = character(rest[rest.index(after: ampersand)..<end])
            else { return nil }
            result.append(character)
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private static func character(_ entity: Substring) -> Character? {
        switch entity {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        guard entity.hasPrefix("#") else { return nil }
        let digits = entity.dropFirst()
        let code = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return code.flatMap(Unicode.Scalar.init).map(Character.init)
    }
}
