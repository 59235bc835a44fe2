/// Appends JSON to bytes, fast enough for fleets.
struct JSONText: Sendable {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    init(reserving capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    mutating func object(_ body: (inout JSONText) -> Void) { container("{", "}", body) }
    mutating func array(_ body: (inout JSONText) -> Void) { container("[", "]", body) }

    mutating func object(_ key: StaticString, _ body: (inout JSONText) -> Void) {
        self.key(key)
        object(body)
    }

    mutating func array(_ key: StaticString, _ body: (inout JSONText) -> Void) {
        self.key(key)
        array(body)
    }

    mutating func field(_ key: StaticString, _ text: String) {
        self.key(key)
        value(text)
    }

    mutating func field(_ key: StaticString, _ number: Int) {
        self.key(key)
        raw("\(number)")
    }

    mutating func field(_ key: StaticString, _ number: Double) {
        self.key(key)
        raw("\(number)")
    }

    mutating func field(_ key: StaticString, _ flag: Bool) {
        self.key(key)
        raw(flag ? "true" : "false")
    }

    mutating func null(_ key: StaticString) {
        self.key(key)
        raw("null")
    }

    mutating func texts(_ key: StaticString, _ texts: [String]) {
        array(key) { for text in texts { $0.value(text) } }
    }

    mutating func value(_ text: String) {
        comma()
        quote(text)
        needsComma = true
    }

    /// A value that is JSON already.
    mutating func raw(_ json: String) {
        comma()
        bytes += json.utf8
        needsComma = true
    }

    /// A field whose value is JSON already.
    mutating func raw(_ key: StaticString, _ json: String) {
        self.key(key)
        raw(json)
    }

    private mutating func key(_ key: StaticString) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        bytes += UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
        bytes += [UInt8(ascii: "\""), UInt8(ascii: ":")]
        needsComma = false
    }

    private mutating func container(_ open: Unicode.Scalar, _ close: Unicode.Scalar, _ body: (inout JSONText) -> Void) {
        comma()
        bytes.append(UInt8(ascii: open))
        needsComma = false
        body(&self)
        bytes.append(UInt8(ascii: close))
        needsComma = true
    }

    private mutating func comma() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = false
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                let digits = String(byte, radix: 16)
                bytes += "\\u\(String(repeating: "0", count: 4 - digits.utf8.count))\(digits)".utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
