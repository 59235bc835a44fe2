import NIOCore
import Objects

/// Bytes that differ from place to place, so that none can be taken for others.
func content(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state)
    }
}

/// A stream of unknown length, in pieces that fit nowhere.
func stream(_ bytes: [UInt8], pieces size: Int = 70_001, failingAfter limit: Int? = nil) -> ByteStream {
    ByteStream(
        AsyncThrowingStream<ByteBuffer, any Error> { continuation in
            var offset = 0
            while offset < bytes.count {
                if let limit, offset >= limit { return continuation.finish(throwing: SourceFailure()) }
                let end = min(offset + size, bytes.count)
                continuation.yield(ByteBuffer(bytes: bytes[offset..<end]))
                offset = end
            }
            continuation.finish()
        })
}

/// What a source of bytes fails with.
struct SourceFailure: Error {}

extension ObjectStore {
    func bytes(_ key: ObjectKey) async throws -> [UInt8] {
        Array(try await get(key).content.collect(upTo: 64 << 20))
    }

    func keys(_ prefix: String = "") async throws -> [String] {
        try await list(prefix).objects.map(\.key.text)
    }
}
