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
    /// Looking for a line that begins a document, behind one that was refused.
    private var isLost = false
    private var previous = UInt8(ascii: " ")

    init(limit: Int) { self.limit = limit }

    /// The line that the current document begins in, counted from 1.
    var line: Int { linesAtStart + 1 }

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
        if isLost, !findLine() { return nil }
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
    mutating func rest() -> Piece? { !isLost && start < buffer.count ? take() : nil }

    /// Goes back behind the first byte of a document that was refused, and on with the next line that
    /// begins with `{`. A document whose end is missing has run into its successors, which are so found
    /// again; the lines of a pretty-printed one are indented, and are so passed over.
    /// - Parameter piece: the one that `next` gave last; nil when `next` failed.
    mutating func recover(from piece: Piece?) {
        if let piece { start = piece.bytes.startIndex }
        lines = linesAtStart
        scanned = start
        depth = 0
        isInString = false
        isEscaped = false
        isLost = true
        previous = UInt8(ascii: " ")
    }

    private mutating func findLine() -> Bool {
        while scanned < buffer.count {
            let byte = buffer[scanned]
            if byte == UInt8(ascii: "{"), previous == UInt8(ascii: "\n") {
                isLost = false
                start = scanned
                return true
            }
            if byte == UInt8(ascii: "\n") { lines += 1 }
            previous = byte
            scanned += 1
        }
        start = scanned
        return false
    }

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
