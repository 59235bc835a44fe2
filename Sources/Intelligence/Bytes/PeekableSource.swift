/// A source whose first bytes can be looked at before they are read.
public final class PeekableSource: ByteSource {
    public var name: String { base.name }
    private let base: any ByteSource
    private var held: [UInt8] = []
    private var position = 0

    public init(_ base: any ByteSource) { self.base = base }

    /// Up to `count` bytes from the current position, fewer only at the end. They stay unread.
    public func peek(_ count: Int) throws(IntelligenceError) -> [UInt8] {
        if position > 0 {
            held.removeFirst(position)
            position = 0
        }
        while held.count < count {
            let missing = count - held.count
            let chunk = ByteBuffer(capacity: missing)
            let read = try base.read(into: chunk.bytes)
            if read == 0 { break }
            held.append(contentsOf: chunk.bytes.prefix(read))
        }
        return Array(held.prefix(count))
    }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntelligenceError) -> Int {
        guard position < held.count else { return try base.read(into: buffer) }
        let count = min(buffer.count, held.count - position)
        held.withUnsafeBytes { all in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: all[position..<position + count]))
        }
        position += count
        if position == held.count {
            held = []
            position = 0
        }
        return count
    }
}
