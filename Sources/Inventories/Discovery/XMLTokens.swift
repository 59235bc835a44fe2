/// The tags of an XML document, front to back, with their attributes; text between them is passed over. Enough for
/// reports that programs write: no entities of one's own, and nothing is loaded from anywhere.
struct XMLTokens {
    enum Token: Hashable {
        case start(String, [String: String])
        case end(String)
    }

    private let bytes: [UInt8]
    private var offset = 0
    /// The end of an element that closed itself.
    private var pending: String?

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Nil at the end.
    mutating func next() throws(DocumentError) -> Token? {
        if let name = pending {
            pending = nil
            return .end(name)
        }
        while let start = bytes[offset...].firstIndex(of: UInt8(ascii: "<")) {
            offset = start
            if has("<!--") {
                try skip(to: "-->")
            } else if has("<![CDATA[") {
                try skip(to: "]]>")
            } else if has("<?") {
                try skip(to: "?>")
            } else if has("<!") {
                // A document type without declarations of its own.
                try skip(to: ">")
            } else {
                return try tag()
            }
        }
        return nil
    }

    private func has(_ text: String) -> Bool { bytes[offset...].starts(with: text.utf8) }

    private mutating func skip(to text: String) throws(DocumentError) {
        let end = Array(text.utf8)
        var place = offset
        while place + end.count <= bytes.count {
            if bytes[place..<place + end.count].elementsEqual(end) {
                offset = place + end.count
                return
            }
            place += 1
        }
        throw truncated
    }

    private var truncated: DocumentError {
        bytes.withUnsafeBytes { .truncated(TextPosition(offset: $0.count, in: $0)) }
    }

    private func malformed(_ reason: String) -> DocumentError {
        bytes.withUnsafeBytes { .malformed(TextPosition(offset: offset, in: $0), reason: reason) }
    }

    private mutating func tag() throws(DocumentError) -> Token {
        offset += 1
        let isEnd = peek == UInt8(ascii: "/")
        if isEnd { offset += 1 }
        let name = word()
        guard !name.isEmpty else { throw malformed("expected the name of an element") }
        var attributes: [String: String] = [:]
        while true {
            space()
            guard let byte = peek else { throw truncated }
            if byte == UInt8(ascii: ">") {
                offset += 1
                return isEnd ? .end(name) : .start(name, attributes)
            }
            if byte == UInt8(ascii: "/") {
                offset += 1
                guard peek == UInt8(ascii: ">") else { throw malformed("expected > behind /") }
                offset += 1
                pending = name
                return .start(name, attributes)
            }
            let key = word()
            space()
            guard !key.isEmpty, peek == UInt8(ascii: "=") else { throw malformed("expected an attribute") }
            offset += 1
            space()
            attributes[key] = try value()
        }
    }

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func space() {
        while let byte = peek, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { offset += 1 }
    }

    private mutating func word() -> String {
        let start = offset
        while let byte = peek, !" \t\r\n=/><\"'".utf8.contains(byte) { offset += 1 }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private mutating func value() throws(DocumentError) -> String {
        guard let quote = peek, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            throw malformed("expected a value in quotes")
        }
        offset += 1
        guard let end = bytes[offset...].firstIndex(of: quote) else { throw truncated }
        let text = String(decoding: bytes[offset..<end], as: UTF8.self)
        offset = end + 1
        return text.contains("&") ? Self.unescaped(text) : text
    }

    private static func unescaped(_ text: String) -> String {
        var result = text
        for (entity, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#45;", "-")] {
            result = result.replacing(entity, with: character)
        }
        return result.replacing("&amp;", with: "&")
    }
}
