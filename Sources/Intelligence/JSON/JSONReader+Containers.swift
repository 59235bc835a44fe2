extension JSONReader {
    /// Reads an object: calls `body` with each key, in order, duplicates included. `body` reads the
    /// value or leaves it, and it is skipped.
    public func object(_ body: (String) throws -> Void) throws {
        try require(.object)
        try enter(.key(""))
        var isFirst = true
        while try advance(closing: UInt8(ascii: "}"), isFirst: isFirst) {
            isFirst = false
            let key = try key()
            path[path.count - 1] = .key(key)
            try member { try body(key) }
        }
        leave()
    }

    /// Reads an array: calls `body` before each element, which reads it or leaves it to be skipped.
    public func array(_ body: () throws -> Void) throws {
        try require(.array)
        try enter(.index(0))
        var index = 0
        while try advance(closing: UInt8(ascii: "]"), isFirst: index == 0) {
            path[path.count - 1] = .index(index)
            try member(body)
            index += 1
        }
        leave()
    }

    /// Whether the next value is `null`, which is then read.
    public func null() throws(IntelligenceError) -> Bool {
        guard try peek() == .null else { return false }
        try literal("null")
        return true
    }

    /// Throws `.mismatch`, with the value skipped, unless the next value is of this kind.
    func require(_ kind: Kind) throws(IntelligenceError) {
        guard let found = try peek() else { throw truncated }
        if found != kind { throw try mismatch(expected: "\(kind.rawValue), found \(found.rawValue)") }
    }

    /// The error of a value of the wrong type, after skipping it.
    func mismatch(expected: String) throws(IntelligenceError) -> IntelligenceError {
        let start = offset
        let place = location
        try skipValue()
        return .mismatch(input: source.name, offset: start, path: place, expected: expected)
    }

    /// Runs `body` for one member. After a mismatch the rest of the container is skipped, so that
    /// whoever catches it further up continues behind the container.
    private func member(_ body: () throws -> Void) throws {
        let before = valuesRead
        do {
            try body()
            if valuesRead == before { try skipValue() }
        } catch let error as IntelligenceError where error.isRecoverable {
            if valuesRead == before { try skipValue() }
            try drain()
            throw error
        }
    }

    /// Skips the remaining members of the innermost container and leaves it.
    private func drain() throws(IntelligenceError) {
        guard let step = path.last else { return }
        let isObject = if case .key = step { true } else { false }
        while try advance(closing: UInt8(ascii: isObject ? "}" : "]"), isFirst: false) {
            if isObject { try skipKey() }
            try skipValue()
        }
        leave()
    }

    private func enter(_ step: JSONPathStep) throws(IntelligenceError) {
        guard path.count < limits.depth else { throw malformed("nested deeper than \(limits.depth) levels") }
        path.append(step)
        position += 1
    }

    private func leave() {
        path.removeLast()
        valuesRead += 1
    }

    /// Goes to the next member: over the comma, or over the closing bracket (false).
    private func advance(closing: UInt8, isFirst: Bool) throws(IntelligenceError) -> Bool {
        let byte = try requireSignificant()
        if byte == closing {
            position += 1
            return false
        }
        if isFirst { return true }
        guard byte == UInt8(ascii: ",") else { throw malformed("a comma or a closing bracket was expected") }
        position += 1
        return true
    }

    private func key() throws(IntelligenceError) -> String {
        guard try requireSignificant() == UInt8(ascii: "\"") else { throw malformed("a key was expected") }
        let key: String
        do {
            key = try stringContent()
        } catch {
            // Without its key, a member cannot be left out alone.
            throw error.isRecoverable ? malformed("a key is longer than \(limits.stringBytes) bytes") : error
        }
        try colon()
        return key
    }

    private func skipKey() throws(IntelligenceError) {
        guard try requireSignificant() == UInt8(ascii: "\"") else { throw malformed("a key was expected") }
        try skipString()
        try colon()
    }

    private func colon() throws(IntelligenceError) {
        guard try requireSignificant() == UInt8(ascii: ":") else { throw malformed("a colon was expected") }
        position += 1
    }
}
