/// Reads one JSON text (RFC 8259) front to back without building a tree. Callers ask for the value
/// they expect; anything else is an error with its position. Never reads outside `bytes`.
package struct JSONCursor {
    package enum Kind: String {
        case object = "an object"
        case array = "a list"
        case string = "a string"
        case number = "a number"
        case boolean = "true or false"
        case null = "null"
    }

    let bytes: UnsafeRawBufferPointer
    let maximumDepth: Int
    package internal(set) var offset = 0
    private var depth = 0

    package init(_ bytes: UnsafeRawBufferPointer, maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
        // RFC 8259 section 8.1 lets a reader ignore a byte order mark.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
    }

    var position: TextPosition { TextPosition(offset: offset, in: bytes) }

    package mutating func peek() -> UInt8? {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            case let byte: return byte
            }
        }
        return nil
    }

    /// What the next value is; the value itself is not read, so it may still be malformed.
    package mutating func kind() throws(DocumentError) -> Kind {
        guard let byte = peek() else { throw .truncated(position) }
        switch byte {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        default: throw malformed("expected a value")
        }
    }

    /// Calls `member` once for each key, with the cursor in front of the key's value, which it must
    /// read or skip.
    mutating func object(
        _ member: (inout JSONCursor, String) throws(DocumentError) -> Void
    ) throws(DocumentError) {
        try open(.object)
        guard try !closes(UInt8(ascii: "}")) else { return }
        repeat {
            try expectKey()
            let key = try string()
            guard try take(UInt8(ascii: ":")) else { throw malformed("expected a colon") }
            do { try member(&self, key) } catch { throw error.inside(key) }
        } while try separates(UInt8(ascii: "}"))
    }

    /// Like `object`, for readers that look at few of many keys: gives where a key's text stands, without its quotes
    /// and with its escapes.
    package mutating func members(
        _ member: (inout JSONCursor, Range<Int>) throws(DocumentError) -> Void
    ) throws(DocumentError) {
        try open(.object)
        guard try !closes(UInt8(ascii: "}")) else { return }
        repeat {
            try expectKey()
            let start = offset + 1
            try skipString()
            let key = start..<offset - 1
            guard try take(UInt8(ascii: ":")) else { throw malformed("expected a colon") }
            try member(&self, key)
        } while try separates(UInt8(ascii: "}"))
    }

    /// Calls `element` once for each element with its index; it must read or skip the element.
    package mutating func array(
        _ element: (inout JSONCursor, Int) throws(DocumentError) -> Void
    ) throws(DocumentError) {
        try open(.array)
        guard try !closes(UInt8(ascii: "]")) else { return }
        var index = 0
        repeat {
            do { try element(&self, index) } catch { throw error.inside("[\(index)]") }
            index += 1
        } while try separates(UInt8(ascii: "]"))
    }

    /// Reads any value and forgets it; its syntax is checked all the same.
    package mutating func skip() throws(DocumentError) {
        switch try kind() {
        case .object: try members { cursor, _ throws(DocumentError) in try cursor.skip() }
        case .array: try array { cursor, _ throws(DocumentError) in try cursor.skip() }
        case .string: try skipString()
        case .number: try skipNumber()
        case .boolean: _ = try boolean()
        case .null: try literal("null")
        }
    }

    /// Nothing but white space may follow.
    package mutating func finish() throws(DocumentError) {
        guard peek() == nil else { throw malformed("text after the end of the document") }
    }

    package mutating func boolean() throws(DocumentError) -> Bool {
        try expect(.boolean)
        let isTrue = peek() == UInt8(ascii: "t")
        try literal(isTrue ? "true" : "false")
        return isTrue
    }

    /// True, and the `null` is read, when the next value is null.
    package mutating func takeNull() throws(DocumentError) -> Bool {
        guard peek() == UInt8(ascii: "n") else { return false }
        try literal("null")
        return true
    }

    mutating func expect(_ expected: Kind) throws(DocumentError) {
        let found = try kind()
        guard found == expected else {
            throw .invalid(position, field: "", reason: "must be \(expected.rawValue), not \(found.rawValue)")
        }
    }

    func malformed(_ reason: String) -> DocumentError { .malformed(position, reason: reason) }

    mutating func literal(_ text: StaticString) throws(DocumentError) {
        for index in 0..<text.utf8CodeUnitCount {
            guard offset < bytes.count else { throw .truncated(position) }
            guard bytes[offset] == text.utf8Start[index] else { throw malformed("expected \(text)") }
            offset += 1
        }
    }

    private mutating func expectKey() throws(DocumentError) {
        guard peek() == UInt8(ascii: "\"") else {
            throw peek() == nil ? .truncated(position) : malformed("expected a key")
        }
    }

    private mutating func open(_ container: Kind) throws(DocumentError) {
        try expect(container)
        depth += 1
        guard depth <= maximumDepth else { throw malformed("more than \(maximumDepth) nested values") }
        offset += 1
    }

    /// True, and the container is left, when it is empty.
    private mutating func closes(_ end: UInt8) throws(DocumentError) -> Bool {
        guard try take(end) else { return false }
        depth -= 1
        return true
    }

    /// True after a comma; false, and the container is left, at its end.
    private mutating func separates(_ end: UInt8) throws(DocumentError) -> Bool {
        if try take(UInt8(ascii: ",")) { return true }
        guard try closes(end) else { throw malformed("expected a comma or \(end == UInt8(ascii: "}") ? "}" : "]")") }
        return false
    }

    private mutating func take(_ byte: UInt8) throws(DocumentError) -> Bool {
        guard let next = peek() else { throw .truncated(position) }
        guard next == byte else { return false }
        offset += 1
        return true
    }
}
