/// The compressed side of a decompressor: a window over the bytes of its source, and where in
/// them it stands.
final class CompressedInput {
    let source: any ByteSource
    private let buffer = ByteBuffer(capacity: 64 * 1024)
    private var start = 0
    private var end = 0
    private var consumedBefore: UInt64 = 0

    init(_ source: any ByteSource) { self.source = source }

    var name: String { source.name }

    /// How many compressed bytes were used up so far.
    var offset: UInt64 { consumedBefore + UInt64(start) }

    /// The bytes not used yet, read from the source when there are none; empty only at the end.
    func window() throws(IntelligenceError) -> UnsafeMutableRawBufferPointer {
        if start == end {
            consumedBefore += UInt64(end)
            start = 0
            end = try source.read(into: buffer.bytes)
        }
        return UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[start..<end])
    }

    func consume(_ count: Int) { start += count }

    func corrupt(_ reason: String) -> IntelligenceError {
        .corrupt(input: name, offset: offset, reason: reason)
    }

    var truncated: IntelligenceError { .truncated(input: name, offset: offset) }
}
