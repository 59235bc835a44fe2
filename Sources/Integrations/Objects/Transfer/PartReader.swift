import Crypto
import NIOCore

/// One part of an upload, in memory.
struct UploadPart: Sendable {
    /// Counted from 1.
    let number: Int
    /// Of its first byte.
    let offset: Int64
    let bytes: ByteBuffer
    let isLast: Bool

    var end: Int64 { offset + Int64(bytes.readableBytes) }
}

/// Cuts a stream into parts of one size, and knows of each whether it is the last.
struct PartReader {
    private var pieces: ByteStream.Iterator
    private let size: Int
    private var left = ByteBuffer()
    private var number = 0
    private var offset: Int64 = 0
    private var hash = SHA256()
    private var hasEnded = false

    init(_ stream: ByteStream, size: Int) {
        pieces = stream.makeAsyncIterator()
        self.size = size
    }

    /// The next part, the first one even when the stream is empty; nil after the last.
    mutating func next() async throws -> UploadPart? {
        guard !hasEnded else { return nil }
        var bytes = ByteBuffer()
        move(into: &bytes)
        // On until there is a byte of the next part, or the end: only then is it known whether this part is the last.
        while left.readableBytes == 0 {
            guard let piece = try await pieces.next() else {
                // Streams also end when their reader is cancelled: that is no end of the content.
                try Task.checkCancellation()
                hasEnded = true
                break
            }
            left = piece
            move(into: &bytes)
        }
        number += 1
        defer { offset += Int64(bytes.readableBytes) }
        return UploadPart(number: number, offset: offset, bytes: bytes, isLast: hasEnded)
    }

    /// SHA-256 of all that was read.
    var digest: String { hash.finalize().hexadecimal }

    private mutating func move(into bytes: inout ByteBuffer) {
        let count = min(size - bytes.readableBytes, left.readableBytes)
        guard count > 0, var taken = left.readSlice(length: count) else { return }
        hash.update(taken)
        if bytes.capacity == 0 { bytes.reserveCapacity(size) }
        bytes.writeBuffer(&taken)
    }
}
