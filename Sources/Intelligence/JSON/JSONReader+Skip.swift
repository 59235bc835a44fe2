extension JSONReader {
    /// Reads past the next value, whatever it is, checking its grammar but building nothing.
    public func skipValue() throws(IntelligenceError) {
        guard let kind = try peek() else { throw truncated }
        if kind == .object || kind == .array {
            try skipContainer()
        } else {
            try skipScalar(try requireSignificant())
        }
        valuesRead += 1
    }

    /// One bit a level tells objects from arrays, so that no depth of input uses the call stack.
    private func skipContainer() throws(IntelligenceError) {
        var levels = BitStack()
        var expectsValue = true
        repeat {
            let byte = try requireSignificant()
            if expectsValue {
                expectsValue = try skipOpening(byte, &levels)
            } else if byte == UInt8(ascii: ",") {
                position += 1
                if levels.last { try skipMemberKey() }
                expectsValue = true
            } else if byte == UInt8(ascii: levels.last ? "}" : "]") {
                position += 1
                levels.pop()
            } else {
                throw malformed("a comma or a closing bracket was expected")
            }
        } while !levels.isEmpty
    }

    /// Reads a scalar or the start of a container; true when a value must follow.
    @inline(__always)
    private func skipOpening(_ byte: UInt8, _ levels: inout BitStack) throws(IntelligenceError) -> Bool {
        let isObject = byte == UInt8(ascii: "{")
        guard isObject || byte == UInt8(ascii: "[") else {
            try skipScalar(byte)
            return false
        }
        guard levels.count + path.count < limits.depth else {
            throw malformed("nested deeper than \(limits.depth) levels")
        }
        position += 1
        if try requireSignificant() == UInt8(ascii: isObject ? "}" : "]") {
            position += 1
            // An empty container is a scalar to what follows, unless it is all there is.
            return false
        }
        levels.push(isObject)
        if isObject { try skipMemberKey() }
        return true
    }

    private func skipMemberKey() throws(IntelligenceError) {
        guard try requireSignificant() == UInt8(ascii: "\"") else { throw malformed("a key was expected") }
        try skipString()
        guard try requireSignificant() == UInt8(ascii: ":") else { throw malformed("a colon was expected") }
        position += 1
    }

    @inline(__always)
    private func skipScalar(_ byte: UInt8) throws(IntelligenceError) {
        switch byte {
        case UInt8(ascii: "\""): try skipString()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try scanNumber { _ in }
        case UInt8(ascii: "t"): try literal("true")
        case UInt8(ascii: "f"): try literal("false")
        case UInt8(ascii: "n"): try literal("null")
        default: throw malformed("a value was expected")
        }
    }

    /// Reads past the string whose opening quote is next.
    func skipString() throws(IntelligenceError) {
        position += 1
        try skipStringRest()
    }

    /// Reads up to the closing quote and past it.
    func skipStringRest() throws(IntelligenceError) {
        while true {
            position += JSONByte.plainRun(buffer.base, from: position, to: end)
            if position == end {
                if try !refill() { throw truncated }
                continue
            }
            switch buffer.base[position] {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"): try skipEscape()
            default: throw malformed("a control character stands unescaped in a string")
            }
        }
    }

    private func skipEscape() throws(IntelligenceError) {
        guard try ensure(2) else { throw truncated }
        let byte = buffer.base[position + 1]
        if byte == UInt8(ascii: "u") {
            _ = try hexadecimal()
            position += 6
        } else if Self.escaped(byte) != nil {
            position += 2
        } else {
            throw malformed("an unknown escape stands in a string")
        }
    }
}

/// A stack of booleans, a bit each.
struct BitStack {
    private var words: [UInt64] = []
    private var top: UInt64 = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }
    var last: Bool { top & 1 == 1 }

    mutating func push(_ bit: Bool) {
        if count > 0, count & 63 == 0 { words.append(top) }
        top = top << 1 | (bit ? 1 : 0)
        count += 1
    }

    mutating func pop() {
        count -= 1
        top >>= 1
        if count > 0, count & 63 == 0 { top = words.removeLast() }
    }
}
