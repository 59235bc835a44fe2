extension JSONReader {
    /// Reads a string. Invalid UTF-8 and lone surrogates become U+FFFD.
    public func string() throws(IntelligenceError) -> String {
        try require(.string)
        let text = try stringContent()
        valuesRead += 1
        return text
    }

    /// Reads a string, or `null` as nil.
    public func optionalString() throws(IntelligenceError) -> String? {
        try null() ? nil : try string()
    }

    /// Reads a string; a value of another kind is skipped and gives nil.
    public func stringOrSkip() throws(IntelligenceError) -> String? {
        if try peek() == .string { return try string() }
        try skipValue()
        return nil
    }

    /// Reads a string or, as its text, a number: some publishers write one for the other.
    public func stringOrNumber() throws(IntelligenceError) -> String {
        try peek() == .number ? try numberText() : try string()
    }

    /// Reads `true` or `false`.
    public func bool() throws(IntelligenceError) -> Bool {
        try require(.bool)
        let isTrue = try requireSignificant() == UInt8(ascii: "t")
        try literal(isTrue ? "true" : "false")
        return isTrue
    }

    /// Reads a number; one outside the range of Double is a mismatch, never an infinity.
    public func double() throws(IntelligenceError) -> Double {
        try require(.number)
        let start = offset
        let text = try numberText()
        guard let value = Double(text), value.isFinite else {
            throw .mismatch(input: source.name, offset: start, path: location, expected: "a number below 1e308")
        }
        return value
    }

    /// Reads a whole number that Int64 holds exactly, written without fraction and exponent.
    public func integer() throws(IntelligenceError) -> Int64 {
        try require(.number)
        let start = offset
        let text = try numberText()
        guard let value = Int64(text) else {
            throw .mismatch(input: source.name, offset: start, path: location, expected: "a 64-bit whole number")
        }
        return value
    }

    /// The digits as written: exact, however many there are.
    public func numberText() throws(IntelligenceError) -> String {
        try require(.number)
        scratch.removeAll(keepingCapacity: true)
        try scanNumber { scratch.append($0) }
        valuesRead += 1
        return String(decoding: scratch, as: UTF8.self)
    }

    /// The string whose opening quote is next.
    func stringContent() throws(IntelligenceError) -> String {
        position += 1
        let run = JSONByte.plainRun(buffer.base, from: position, to: end)
        if position + run < end, buffer.base[position + run] == UInt8(ascii: "\"") {
            guard run <= limits.stringBytes else { throw try tooLong() }
            let text = String(decoding: UnsafeBufferPointer(start: buffer.base + position, count: run), as: UTF8.self)
            position += run + 1
            return text
        }
        try collectString()
        return String(decoding: scratch, as: UTF8.self)
    }

    /// The long way, for strings with escapes and those that span buffers: into `scratch`.
    private func collectString() throws(IntelligenceError) {
        scratch.removeAll(keepingCapacity: true)
        while true {
            let run = JSONByte.plainRun(buffer.base, from: position, to: end)
            scratch.append(contentsOf: UnsafeBufferPointer(start: buffer.base + position, count: run))
            position += run
            guard scratch.count <= limits.stringBytes else { throw try tooLong() }
            if position == end {
                if try !refill() { throw truncated }
                continue
            }
            switch buffer.base[position] {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"): try escape()
            default: throw malformed("a control character stands unescaped in a string")
            }
        }
    }

    /// The error of a string that is too long, whose rest is skipped.
    private func tooLong() throws(IntelligenceError) -> IntelligenceError {
        let (start, place) = (offset, location)
        scratch = []
        try skipStringRest()
        valuesRead += 1
        return .mismatch(
            input: source.name, offset: start, path: place, expected: "a text of at most \(limits.stringBytes) bytes")
    }

    /// RFC 8259 section 7.
    private func escape() throws(IntelligenceError) {
        guard try ensure(2) else { throw truncated }
        let byte = buffer.base[position + 1]
        if byte == UInt8(ascii: "u") { return try unicodeEscape() }
        guard let plain = Self.escaped(byte) else { throw malformed("an unknown escape stands in a string") }
        scratch.append(plain)
        position += 2
    }

    static func escaped(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    private func unicodeEscape() throws(IntelligenceError) {
        let first = try hexadecimal()
        position += 6
        var scalar = Unicode.Scalar(UInt32(first))
        if first & 0xFC00 == 0xD800, try ensure(2), buffer.base[position] == UInt8(ascii: "\\"),
            buffer.base[position + 1] == UInt8(ascii: "u")
        {
            let second = try hexadecimal()
            if second & 0xFC00 == 0xDC00 {
                position += 6
                scalar = Unicode.Scalar(0x10000 + UInt32(first & 0x3FF) << 10 + UInt32(second & 0x3FF))
            }
        }
        scratch.append(contentsOf: String(scalar ?? "\u{FFFD}").utf8)
    }

    /// The value of the `\uXXXX` that is next.
    func hexadecimal() throws(IntelligenceError) -> UInt16 {
        guard try ensure(6) else { throw truncated }
        var value: UInt16 = 0
        for index in 2..<6 {
            guard let digit = Self.hexadecimalDigit(buffer.base[position + index]) else {
                throw malformed("an escape in a string has no four hexadecimal digits")
            }
            value = value << 4 | UInt16(digit)
        }
        return value
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
