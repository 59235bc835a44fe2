/// Appends JSON to bytes; keys come in the order they are written, so equal values give equal text.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private let isPretty: Bool
    private var depth = 0
    private var place = Place.first

    private enum Place { case first, afterKey, afterValue }

    init(pretty: Bool) { isPretty = pretty }

    mutating func object(_ body: (inout JSONWriter) -> Void) { container("{", "}", body) }
    mutating func array(_ body: (inout JSONWriter) -> Void) { container("[", "]", body) }

    mutating func key(_ name: String) {
        element()
        quoted(name)
        append(isPretty ? ": " : ":")
        place = .afterKey
    }

    mutating func value(_ text: String) {
        element()
        quoted(text)
        place = .afterValue
    }

    mutating func value(_ flag: Bool) {
        element()
        append(flag ? "true" : "false")
        place = .afterValue
    }

    mutating func field(_ name: String, _ text: String) {
        key(name)
        value(text)
    }

    /// Writes nothing when `text` is nil.
    mutating func field(_ name: String, _ text: String?) {
        guard let text else { return }
        field(name, text)
    }

    /// The separator in front of the next key, or of an element that has no key.
    private mutating func element() {
        if place == .afterKey { return }
        if place == .afterValue { append(",") }
        if isPretty, depth > 0 { newline() }
    }

    private mutating func container(_ open: StaticString, _ close: StaticString, _ body: (inout JSONWriter) -> Void) {
        element()
        append(open)
        depth += 1
        place = .first
        let before = bytes.count
        body(&self)
        depth -= 1
        if isPretty, bytes.count > before { newline() }
        append(close)
        place = .afterValue
    }

    private mutating func newline() {
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(0x20, count: depth * 2))
    }

    private mutating func append(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func quoted(_ text: String) {
        var text = text
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { utf8 in
            // Names and versions hardly ever hold a character that needs an escape.
            if utf8.allSatisfy(Self.isPlain) {
                bytes.append(contentsOf: utf8)
            } else {
                for byte in utf8 { escaped(byte) }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") && byte != 0x7F
    }

    private mutating func escaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
        case 0x0A: append("\\n")
        case 0x09: append("\\t")
        case 0..<0x20, 0x7F: control(byte)
        default: bytes.append(byte)
        }
    }

    private mutating func control(_ byte: UInt8) {
        append("\\u00")
        for digit in [byte >> 4, byte & 15] { bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
    }
}
