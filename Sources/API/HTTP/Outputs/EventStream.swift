import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// Server-Sent Events: the connection stays open while the sequence yields. A slow client slows the
/// sequence down; one that has gone ends it.
public struct EventStream: ResponseContent {
    private static let keepAliveInterval = Duration.seconds(15)

    private let pump: @Sendable (_ send: @Sendable ([UInt8]) async -> Void) async throws -> Void

    /// - Parameter event: what an element becomes on the wire.
    public init<Events: AsyncSequence & Sendable>(
        _ events: Events, event: @escaping @Sendable (Events.Element) -> ServerEvent
    ) where Events.Element: Sendable {
        pump = { send in
            for try await element in events.cancelOnGracefulShutdown() { await send(event(element).bytes) }
        }
    }

    public static var contract: ResponseContract {
        ResponseContract(description: "Events as they happen.", mediaType: "text/event-stream")
    }

    public func response(in scope: RequestScope) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { [pump] writer in
                try await Self.write(pump, to: &writer)
                try await writer.finish(nil)
            })
    }

    private static func write(
        _ pump: @escaping @Sendable (_ send: @Sendable ([UInt8]) async -> Void) async throws -> Void,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        // A bounded stream between the two producers and the one writer: yield waits when it is full.
        let (stream, source) = RequestBody.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await pump { await source.yield(ByteBuffer(bytes: $0)) }
                    source.finish()
                } catch {
                    source.finish(error)
                }
            }
            group.addTask {
                while !Task.isCancelled {
                    try await Task.sleep(for: keepAliveInterval)
                    await source.yield(ByteBuffer(bytes: ServerEvent.keepAlive))
                }
            }
            defer { group.cancelAll() }
            for try await chunk in stream { try await writer.write(chunk) }
        }
    }
}
