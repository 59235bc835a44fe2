/// Cuts a stream of bytes into JSON documents, by counting brackets outside strings: one document,
/// pretty-printed or not, or many behind each other with or without line ends between. Holds one
/// document at a time.
struct DocumentSplitter {
    /// A document's bytes and the number of lines in front of it.
    struct Piece {
        var bytes: ArraySlice<UInt8>
        var linesBefore: Int
    }

    let limit: Int
    private var buffer: [UInt8] = []
    private var start = 0
    private var scanned = 0
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var lines = 0
    private var linesAtStart = 0

    init(limit: Int) { self.limit = limit }

    mutating func append(_ chunk: [UInt8]) {
        if start > 0 {
            buffer.removeFirst(start)
            scanned -= start
            start = 0
        }
        buffer.append(contentsOf: chunk)
    }

    /// The next complete document; nil when more bytes are needed.
    mutating func next() throws(DocumentError) -> Piece? {
        skipSpace()
        while scanned < buffer.count {
            let byte = buffer[scanned]
            scanned += 1
            if byte == UInt8(ascii: "\n") { lines += 1 }
            if endsDocument(byte) { return take() }
        }
        guard scanned - start <= limit else { throw .tooLarge(limit: limit) }
        return nil
    }

    /// What is left when the stream has ended: an incomplete document, or nothing.
    mutating func rest() -> Piece? { start < buffer.count ? take() : nil }

    private mutating func take() -> Piece {
        let piece = Piece(bytes: buffer[start..<scanned], linesBefore: linesAtStart)
        start = scanned
        depth = 0
        return piece
    }

    private mutating func skipSpace() {
        guard scanned == start else { return }
        while scanned < buffer.count, [0x20, 0x09, 0x0A, 0x0D].contains(buffer[scanned]) {
            if buffer[scanned] == 0x0A { lines += 1 }
            scanned += 1
        }
        start = scanned
        linesAtStart = lines
    }

    private mutating func endsDocument(_ byte: UInt8) -> Bool {
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
            }
            return false
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            return depth <= 0
        // Something that is no object ends with its line, so that the reader can say where it is.
        case UInt8(ascii: "\n"): return depth == 0
        default: break
        }
        return false
    }
}
