/// A source that counts what is read of it.
final class CountedSource: ByteSource {
    var name: String { base.name }
    private(set) var count: UInt64 = 0
    private let base: any ByteSource

    init(_ base: any ByteSource) { self.base = base }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntelligenceError) -> Int {
        let read = try base.read(into: buffer)
        count += UInt64(read)
        return read
    }
}

/// Decompressed bytes, up to what a feed can come to: a bomb is told by how much it grows. Published feeds grow
/// to 100 times their size at most.
final class ExpansionGuard: ByteSource {
    var name: String { base.name }
    private let base: any ByteSource
    private let compressed: CountedSource
    private var count: UInt64 = 0

    static let most: UInt64 = 64 << 30
    private static let growth: UInt64 = 400
    /// Up to here everything may grow as it likes.
    private static let grace: UInt64 = 256 << 20

    init(_ base: any ByteSource, of compressed: CountedSource) {
        self.base = base
        self.compressed = compressed
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntelligenceError) -> Int {
        let read = try base.read(into: buffer)
        count += UInt64(read)
        let isBomb = count > Self.grace && count / Self.growth > compressed.count || count > Self.most
        if isBomb { throw .expansion(input: name, bytes: count) }
        return read
    }
}
