import FoundationEssentials
import NIOCore

/// Bytes that come one piece after the other; the next piece is made when it is asked for.
public struct ByteStream: AsyncSequence, Sendable {
    public typealias Element = ByteBuffer

    private let make: @Sendable () -> Iterator

    public init<Pieces: AsyncSequence & Sendable>(_ pieces: Pieces) where Pieces.Element == ByteBuffer {
        make = {
            var iterator = pieces.makeAsyncIterator()
            return Iterator { try await iterator.next() }
        }
    }

    /// - Parameter start: gives a function that gives the pieces, each time that the stream is read.
    init(_ start: @escaping @Sendable () -> () async throws -> ByteBuffer?) {
        make = { Iterator(start()) }
    }

    /// These bytes, as one piece.
    public init(_ bytes: some Sequence<UInt8>) {
        let buffer = ByteBuffer(bytes: bytes)
        self.init {
            var rest: ByteBuffer? = buffer.readableBytes == 0 ? nil : buffer
            return {
                defer { rest = nil }
                return rest
            }
        }
    }

    public struct Iterator: AsyncIteratorProtocol {
        private let piece: () async throws -> ByteBuffer?

        init(_ piece: @escaping () async throws -> ByteBuffer?) { self.piece = piece }

        public mutating func next() async throws -> ByteBuffer? { try await piece() }
    }

    public func makeAsyncIterator() -> Iterator { make() }

    /// All of it.
    /// - Throws: `ObjectError.tooLarge` beyond `limit` bytes.
    public func collect(upTo limit: Int) async throws -> Data {
        var data = Data()
        for try await piece in self {
            guard data.count + piece.readableBytes <= limit else { throw ObjectError.tooLarge(limit: Int64(limit)) }
            data.append(contentsOf: piece.readableBytesView)
        }
        return data
    }
}
