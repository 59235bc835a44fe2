/// Cuts a stream of bytes into lines, and holds one line at most.
struct LineCutter {
    struct Line {
        var bytes: [UInt8]
        /// From 1.
        var number: Int
        /// It was longer, and only its beginning is here.
        var isCut: Bool

        var isBlank: Bool { bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D } }
    }

    /// Bytes of one line.
    static let longest = 1 << 20

    private var buffer: [UInt8] = []
    private var start = 0
    private var scanned = 0
    private var number = 1
    /// Inside a line whose beginning was too long and is held here.
    private var head: [UInt8]?

    mutating func append(_ chunk: some Collection<UInt8>) {
        if start > 0 {
            buffer.removeFirst(start)
            scanned -= start
            start = 0
        }
        buffer.append(contentsOf: chunk)
    }

    /// The next line that is complete; nil when more bytes are needed.
    mutating func next() -> Line? {
        guard let end = buffer[scanned...].firstIndex(of: UInt8(ascii: "\n")) else {
            scanned = buffer.count
            if scanned - start > Self.longest { cut() }
            return nil
        }
        let line = line(until: end)
        start = end + 1
        scanned = start
        return line
    }

    /// What stands behind the last line end; nil when nothing does.
    mutating func rest() -> Line? {
        guard head != nil || start < buffer.count else { return nil }
        let line = line(until: buffer.count)
        start = buffer.count
        scanned = start
        return line
    }

    /// Forgets all of the line but its beginning.
    private mutating func cut() {
        if head == nil { head = Array(buffer[start..<start + Self.longest]) }
        start = buffer.count
    }

    private mutating func line(until end: Int) -> Line {
        defer {
            number += 1
            head = nil
        }
        if let head { return Line(bytes: head, number: number, isCut: true) }
        let isCut = end - start > Self.longest
        return Line(bytes: Array(buffer[start..<min(end, start + Self.longest)]), number: number, isCut: isCut)
    }
}
