import Hummingbird
import HummingbirdCore
import NIOCore

extension HTTPServerBuilder {
    /// HTTP/1.1 with bounds on what a client may send before a route looks at it: 16 KiB a header
    /// field, 32 KiB and 100 fields in all, and `idleTimeout` for a head to arrive or a connection
    /// to be used again.
    /// - Parameter readyAnswers: what is answered without asking a route; nil asks always.
    public static func bounded(
        idleTimeout: TimeAmount = .seconds(60), readyAnswers: ReadyAnswers? = nil
    ) -> HTTPServerBuilder {
        .http1(
            configuration: .init(
                additionalChannelHandlers: readyAnswers.map { [ExpressLane($0)] } ?? [],
                idleTimeout: idleTimeout,
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 32 * 1024, maxHeaderFieldCount: 100)))
    }
}
