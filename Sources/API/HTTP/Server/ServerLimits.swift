import Hummingbird
import HummingbirdCore
import NIOCore

extension HTTPServerBuilder {
    /// HTTP/1.1 with bounds on what a client may send before a route looks at it: 16 KiB a header
    /// field, 32 KiB and 100 fields in all, and `idleTimeout` for a head to arrive or a connection
    /// to be used again.
    public static func bounded(idleTimeout: TimeAmount = .seconds(60)) -> HTTPServerBuilder {
        .http1(
            configuration: .init(
                idleTimeout: idleTimeout,
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 32 * 1024, maxHeaderFieldCount: 100)))
    }
}
