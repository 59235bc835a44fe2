extension JSONReader {
    /// Reads a number by RFC 8259 section 6, handing each of its bytes on.
    func scanNumber(_ each: (UInt8) -> Void) throws(IntelligenceError) {
        if try peekByte() == UInt8(ascii: "-") { take(each) }
        let first = try peekByte()
        let whole = try digits(each)
        if first == UInt8(ascii: "0"), whole > 1 { throw malformed("a number starts with a superfluous 0") }
        if try peekByte() == UInt8(ascii: ".") {
            take(each)
            try digits(each)
        }
        guard let byte = try peekByte(), byte | 0x20 == UInt8(ascii: "e") else { return }
        take(each)
        if let sign = try peekByte(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { take(each) }
        try digits(each)
    }

    /// At least one digit, and no more of them than any number that means something has.
    @discardableResult
    private func digits(_ each: (UInt8) -> Void) throws(IntelligenceError) -> Int {
        var count = 0
        while let byte = try peekByte(), JSONByte.isDigit(byte) {
            take(each)
            count += 1
            if count > 4096 { throw malformed("a number has more than 4096 digits") }
        }
        if count == 0 {
            if position == end { throw truncated }
            throw malformed("a number lacks a digit")
        }
        return count
    }

    private func take(_ each: (UInt8) -> Void) {
        each(buffer.base[position])
        position += 1
    }

    private func peekByte() throws(IntelligenceError) -> UInt8? {
        if position == end, try !refill() { return nil }
        return buffer.base[position]
    }
}
