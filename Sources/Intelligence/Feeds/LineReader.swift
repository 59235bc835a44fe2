/// A streaming reader of lines. Invalid UTF-8 becomes U+FFFD.
final class LineReader {
    private let source: any ByteSource
    private let buffer = ByteBuffer()
    private var position = 0
    private var end = 0
    private var baseOffset: UInt64 = 0
    /// The number of the line last read, from 1.
    private(set) var line = 0

    private static let longest = 1 << 20

    init(_ source: any ByteSource) { self.source = source }

    /// The next line without its end; nil at the end of the input.
    func next() throws(IntelligenceError) -> String? {
        var bytes: [UInt8] = []
        var isAnything = false
        while try fill() {
            isAnything = true
            let rest = UnsafeBufferPointer(start: buffer.base + position, count: end - position)
            let length = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.count
            bytes.append(contentsOf: rest.prefix(length))
            position += length
            guard bytes.count <= Self.longest else { throw malformed("a line is longer than 1 MiB") }
            if position < end {
                position += 1
                break
            }
        }
        guard isAnything else { return nil }
        line += 1
        return String(decoding: bytes, as: UTF8.self)
    }

    func malformed(_ reason: String) -> IntelligenceError {
        .malformed(input: source.name, offset: baseOffset + UInt64(position), path: "line \(line)", reason: reason)
    }

    private func fill() throws(IntelligenceError) -> Bool {
        if position < end { return true }
        baseOffset += UInt64(end)
        position = 0
        end = try source.read(into: buffer.bytes)
        return end > 0
    }
}
