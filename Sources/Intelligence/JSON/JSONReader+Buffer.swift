extension JSONReader {
    /// Moves the unread bytes to the front and reads more behind them. False at the end.
    func refill() throws(IntelligenceError) -> Bool {
        let unread = end - position
        if position > 0 {
            buffer.base.update(from: buffer.base + position, count: unread)
            baseOffset += UInt64(position)
            position = 0
            end = unread
        }
        guard end < buffer.bytes.count else { return false }
        let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[end...]))
        end += count
        return count > 0
    }

    /// Whether `count` unread bytes are in the buffer, reading more where needed.
    func ensure(_ count: Int) throws(IntelligenceError) -> Bool {
        while end - position < count {
            if try !refill() { return false }
        }
        return true
    }

    /// The next byte that is not white space, unread; nil at the end of the input.
    func nextSignificant() throws(IntelligenceError) -> UInt8? {
        while true {
            let bytes = buffer.base
            while position < end {
                let byte = bytes[position]
                if !JSONByte.isSpace(byte) { return byte }
                if byte == UInt8(ascii: "\n") {
                    if isWithinLine { throw malformed("the line ends within a record") }
                    line += 1
                }
                position += 1
            }
            if try !refill() { return nil }
        }
    }

    /// The next significant byte; the input must not end here.
    func requireSignificant() throws(IntelligenceError) -> UInt8 {
        guard let byte = try nextSignificant() else { throw truncated }
        return byte
    }

    /// Reads exactly this word.
    func literal(_ word: StaticString) throws(IntelligenceError) {
        let length = word.utf8CodeUnitCount
        let isComplete = try ensure(length)
        let available = min(length, end - position)
        for index in 0..<available where buffer.base[position + index] != word.utf8Start[index] {
            throw malformed("a value was expected")
        }
        guard isComplete else { throw truncated }
        position += length
        valuesRead += 1
    }

    var truncated: IntelligenceError { .truncated(input: source.name, offset: baseOffset + UInt64(end)) }

    func malformed(_ reason: String) -> IntelligenceError {
        .malformed(input: source.name, offset: offset, path: location, reason: reason)
    }

    /// Where the reader stands, `$.vulnerabilities[3].cve`; where each value has a line, `line 7.affected[0]`.
    public var location: String {
        path.reduce(into: isWithinLine ? "line \(line)" : "$") { text, step in
            switch step {
            // The key of an object's first member is not read yet.
            case .key(let key): text += key.isEmpty ? "" : ".\(key.prefix(64))"
            case .index(let index): text += "[\(index)]"
            }
        }
    }
}

/// Classes of bytes in JSON text.
enum JSONByte {
    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    /// How many of the bytes from `start` are plain string content: no quote, no escape, no control
    /// character. Eight at a time, by the carry-free test for a byte below or equal to a constant.
    @inline(__always)
    static func plainRun(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        var index = start
        while index &+ 8 <= end {
            let word = UnsafeRawPointer(bytes + index).loadUnaligned(as: UInt64.self)
            let quote = word ^ (ones &* 0x22)
            let escape = word ^ (ones &* 0x5C)
            let hits =
                ((word &- ones &* 0x20) & ~word | (quote &- ones) & ~quote | (escape &- ones) & ~escape) & highs
            if hits != 0 { return index &+ UInt64(littleEndian: hits).trailingZeroBitCount / 8 &- start }
            index &+= 8
        }
        while index < end, bytes[index] >= 0x20, bytes[index] != 0x22, bytes[index] != 0x5C { index &+= 1 }
        return index &- start
    }
}
