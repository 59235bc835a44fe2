/// The next `size` bytes of another source.
final class LimitedSource: ByteSource {
    let name: String
    private let base: any ByteSource
    private var remaining: UInt64
    private var taken: UInt64 = 0

    init(_ base: any ByteSource, name: String, size: UInt64) {
        self.base = base
        self.name = name
        remaining = size
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntelligenceError) -> Int {
        guard remaining > 0, buffer.count > 0 else { return 0 }
        let wanted = Int(min(UInt64(buffer.count), remaining))
        let count = try base.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
        if count == 0 { throw .truncated(input: name, offset: taken) }
        remaining -= UInt64(count)
        taken += UInt64(count)
        return count
    }

    func skipRest() throws(IntelligenceError) {
        guard remaining > 0 else { return }
        let buffer = ByteBuffer()
        while try read(into: buffer.bytes) > 0 {}
    }
}
