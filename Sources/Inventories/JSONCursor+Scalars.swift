extension JSONCursor {
    /// Reads a string and resolves its escapes. Invalid UTF-8 and lone surrogates are errors.
    package mutating func string() throws(DocumentError) -> String {
        try expect(.string)
        let start = offset + 1
        let content = try skipString()
        let body = UnsafeRawBufferPointer(rebasing: bytes[start..<offset - 1])
        if content.hasEscapes { return try unescaped(body, at: start) }
        if content.isASCII {
            return String(unsafeUninitializedCapacity: body.count) { buffer in
                UnsafeMutableRawBufferPointer(buffer).copyMemory(from: body)
                return body.count
            }
        }
        guard let text = String(validating: body, as: UTF8.self) else {
            throw .malformed(TextPosition(offset: start, in: bytes), reason: "a string is not valid UTF-8")
        }
        return text
    }

    /// What decides how a string is decoded.
    struct StringContent {
        var hasEscapes = false
        var isASCII = true
    }

    /// Passes over a string.
    @discardableResult
    mutating func skipString() throws(DocumentError) -> StringContent {
        offset += 1
        var content = StringContent()
        while offset < bytes.count {
            passPlainWords()
            guard offset < bytes.count else { break }
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                offset += 1
                return content
            case UInt8(ascii: "\\"):
                content.hasEscapes = true
                offset += 2
            case 0..<0x20: throw malformed("a control character in a string")
            case 0x80...:
                content.isASCII = false
                offset += 1
            default: offset += 1
            }
        }
        offset = bytes.count
        throw .truncated(position)
    }

    /// Passes, eight bytes at a time, to the first that means anything in a string, which is none of ASCII or a quote, a
    /// backslash or a control character.
    @inline(__always)
    private mutating func passPlainWords() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        while offset + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            // The top bit of each byte that is zero after the exclusive or, or below 0x20: Bit Twiddling Hacks, hasless().
            let quote = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
            let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
            let found =
                word | (quote &- ones) & ~quote | (backslash &- ones) & ~backslash | (word &- ones &* 0x20) & ~word
            if found & tops != 0 {
                // The lowest is a true one: a subtraction borrows only from what is above a byte that it found.
                offset += (UInt64(littleEndian: found) & tops).trailingZeroBitCount >> 3
                return
            }
            offset += 8
        }
    }

    /// RFC 8259 section 6, as the text of the number: no caller needs its value beyond that.
    package mutating func number() throws(DocumentError) -> String {
        try expect(.number)
        let start = offset
        try skipNumber()
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    /// Passes over a number.
    mutating func skipNumber() throws(DocumentError) {
        if current == UInt8(ascii: "-") { offset += 1 }
        if current == UInt8(ascii: "0") { offset += 1 } else { try digits() }
        if current == UInt8(ascii: ".") {
            offset += 1
            try digits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            offset += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { offset += 1 }
            try digits()
        }
    }

    private var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func digits() throws(DocumentError) {
        let start = offset
        while let byte = current, byte >= 0x30, byte <= 0x39 { offset += 1 }
        guard offset > start else { throw current == nil ? .truncated(position) : malformed("expected a digit") }
    }

    private func unescaped(_ body: UnsafeRawBufferPointer, at start: Int) throws(DocumentError) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(body.count)
        var index = 0
        while index < body.count {
            guard body[index] == UInt8(ascii: "\\") else {
                output.append(body[index])
                index += 1
                continue
            }
            guard let scalar = Self.escape(body, &index) else {
                throw .malformed(TextPosition(offset: start + index, in: bytes), reason: "a wrong escape in a string")
            }
            output.append(contentsOf: UTF8.encode(scalar) ?? .init())
        }
        guard let text = String(validating: output, as: UTF8.self) else {
            throw .malformed(TextPosition(offset: start, in: bytes), reason: "a string is not valid UTF-8")
        }
        return text
    }

    /// The character of the escape at `index`, which is moved behind it; nil when it is none.
    private static func escape(_ body: UnsafeRawBufferPointer, _ index: inout Int) -> Unicode.Scalar? {
        guard index + 1 < body.count else { return nil }
        let letter = body[index + 1]
        if letter == UInt8(ascii: "u") { return unicodeEscape(body, &index) }
        guard let plain = plainEscapes[letter] else { return nil }
        index += 2
        return plain
    }

    private static let plainEscapes: [UInt8: Unicode.Scalar] = [
        UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
        UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
    ]

    private static func unicodeEscape(_ body: UnsafeRawBufferPointer, _ index: inout Int) -> Unicode.Scalar? {
        guard let first = hexadecimal(body, index) else { return nil }
        index += 6
        guard (0xD800..<0xDC00).contains(first) else { return Unicode.Scalar(first) }
        guard let second = hexadecimal(body, index), (0xDC00..<0xE000).contains(second) else { return nil }
        index += 6
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    }

    /// The four digits of `\uXXXX` at `index`.
    private static func hexadecimal(_ body: UnsafeRawBufferPointer, _ index: Int) -> UInt32? {
        guard index + 6 <= body.count, body[index] == UInt8(ascii: "\\"), body[index + 1] == UInt8(ascii: "u")
        else { return nil }
        var value: UInt32 = 0
        for byte in body[index + 2..<index + 6] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
