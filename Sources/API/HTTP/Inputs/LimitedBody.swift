import Hummingbird
import NIOCore

/// A request's body in pieces, with back-pressure: the client is read only as fast as the handler
/// takes the pieces. Iterate it once.
public struct LimitedBody: AsyncSequence, Sendable {
    public typealias Element = ByteBuffer

    let body: RequestBody
    let limit: Int

    public struct AsyncIterator: AsyncIteratorProtocol {
        var base: RequestBody.AsyncIterator
        let limit: Int
        var received = 0

        /// - Throws: `tooLarge` beyond the limit; `bodyUnreadable` when the client goes away or breaks
        ///   HTTP; `CancellationError` when the request's time is up.
        public mutating func next() async throws -> ByteBuffer? {
            let chunk: ByteBuffer?
            do {
                chunk = try await base.next()
            } catch {
                try Task.checkCancellation()
                throw RequestError.bodyUnreadable
            }
            try Task.checkCancellation()
            guard let chunk else { return nil }
            received += chunk.readableBytes
            guard received <= limit else { throw RequestError.tooLarge(limit: limit) }
            return chunk
        }
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: body.makeAsyncIterator(), limit: limit)
    }

    /// All of it in memory.
    func collect() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await chunk in self { bytes.append(contentsOf: chunk.readableBytesView) }
        return bytes
    }
}
