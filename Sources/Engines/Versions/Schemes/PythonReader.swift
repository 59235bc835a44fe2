/// Reads the public part of a PEP 440 version from front to back (appendix B of the PEP).
struct PythonReader {
    private let bytes: ByteView
    private var position = 0

    init(_ bytes: ByteView) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    /// `v`, epoch and release numbers.
    mutating func takeNumbers() throws(Refusal) -> (epoch: ByteView, release: ByteView) {
        if bytes.has("v", at: 0) { position = 1 }
        var epoch = bytes[0, 0]
        let end = bytes.end(from: position, while: \.isDigit)
        if bytes[end] == "!", end > position {
            epoch = bytes[position, end]
            position = end + 1
        }
        let start = position
        guard bytes[position].isDigit else { throw .notNumeric }
        while bytes[position].isDigit || (bytes[position] == "." && bytes[position + 1].isDigit) { position += 1 }
        return (epoch, bytes[start, position])
    }

    mutating func takePre() -> (rank: Int, number: ByteView)? {
        // Longer spellings first: `a` starts `alpha`, and `c` has no longer one.
        if let number = take("alpha") ?? take("a") { return (0, number) }
        if let number = take("beta") ?? take("b") { return (1, number) }
        if let number = take("preview") ?? take("pre") ?? take("rc") ?? take("c") { return (2, number) }
        return nil
    }

    mutating func takePost() -> ByteView? {
        if bytes[position] == "-", bytes[position + 1].isDigit {
            let end = bytes.end(from: position + 1, while: \.isDigit)
            defer { position = end }
            return bytes[position + 1, end]
        }
        return take("post") ?? take("rev") ?? take("r")
    }

    mutating func takeDev() -> ByteView? { take("dev") }

    /// The number of a part spelled `word`, with separators before and after the word; empty when
    /// it has none, which counts as 0.
    private mutating func take(_ word: StaticString) -> ByteView? {
        let start = position + (Self.isSeparator(bytes[position]) ? 1 : 0)
        guard bytes.has(word, at: start) else { return nil }
        let wordEnd = start + word.utf8CodeUnitCount
        let digits = wordEnd + (Self.isSeparator(bytes[wordEnd]) ? 1 : 0)
        let end = bytes.end(from: digits, while: \.isDigit)
        position = end > digits ? end : wordEnd
        return bytes[digits, end]
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { byte == "." || byte == "-" || byte == "_" }
}
