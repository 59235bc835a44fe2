extension JSONReader {
    /// Calls `body` before each top-level value until the input ends; `body` reads it.
    ///
    /// Where each value has a line of its own (NDJSON) a malformed one ends with its line: `broken` is told the
    /// place, such as `line 17`, and the reason, and reading goes on with the next line. Records that `body` took
    /// from the line before the break stay taken. Anywhere else, and where the input ends within a value, reading
    /// ends with the error.
    public func documents(broken: (_ place: String, _ reason: String) throws -> Void, _ body: () throws -> Void) throws
    {
        var layout: DocumentLayout?
        var previousLine: Int?
        while true {
            do {
                guard try peek() != nil else { return }
                if layout == nil {
                    layout = try documentLayout()
                } else if layout == .unknown, let previousLine, line > previousLine {
                    layout = .lines
                }
                let start = line
                isWithinLine = layout == .lines
                try document(body)
                isWithinLine = false
                if layout == .unknown, line > start { layout = .other }
                previousLine = line
            } catch let error as IntelligenceError {
                guard layout == .lines, let (path, reason) = error.place else { throw error }
                isWithinLine = false
                self.path = []
                let place = path.drop { $0 != "." && $0 != "[" }
                try broken("line \(line)", place.isEmpty ? reason : "$\(place): \(reason)")
                try skipLine()
            }
        }
    }

    private func document(_ body: () throws -> Void) throws {
        let before = valuesRead
        try body()
        if valuesRead == before { try skipValue() }
    }

    /// How the values stand, as far as the first lines in the buffer tell. Between the lines of one value there are
    /// commas and brackets: that a line is `{…}` and the next begins with `{` is only where each is a value.
    private func documentLayout() throws(IntelligenceError) -> DocumentLayout {
        let isCut = try ensure(buffer.bytes.count)
        var before: (first: UInt8, last: UInt8)?
        var lines = 0
        var start = position
        while start < end, lines < Self.linesLookedAt {
            let rest = UnsafeBufferPointer(start: buffer.base + start, count: end - start)
            let length = rest.firstIndex(of: UInt8(ascii: "\n"))
            let text = rest.prefix(length ?? rest.count)
            start += text.count + 1
            guard let first = text.first(where: { !JSONByte.isSpace($0) }),
                let last = text.last(where: { !JSONByte.isSpace($0) })
            else { continue }
            if let before, before == (UInt8(ascii: "{"), UInt8(ascii: "}")), first == UInt8(ascii: "{") {
                return .lines
            }
            before = (first, length == nil && isCut ? 0 : last)
            lines += 1
        }
        return lines > 1 ? .other : .unknown
    }

    private static let linesLookedAt = 16

    /// Goes behind the end of the line.
    private func skipLine() throws(IntelligenceError) {
        while true {
            let rest = UnsafeBufferPointer(start: buffer.base + position, count: end - position)
            if let length = rest.firstIndex(of: UInt8(ascii: "\n")) {
                position += length + 1
                line += 1
                return
            }
            position = end
            if try !refill() { return }
        }
    }
}

/// How the values of an input stand.
private enum DocumentLayout {
    /// One line, so far.
    case unknown
    /// Each on a line of its own.
    case lines
    case other
}

extension IntelligenceError {
    /// Where a value is not what it should be, and why; nil for other errors.
    fileprivate var place: (path: String, reason: String)? {
        switch self {
        case .malformed(_, _, let path, let reason): (path, reason)
        case .mismatch(_, _, let path, let expected): (path, "expected \(expected)")
        default: nil
        }
    }
}
