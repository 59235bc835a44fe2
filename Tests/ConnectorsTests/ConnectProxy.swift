import NIOCore
import NIOPosix
import Synchronization

/// A proxy that knows CONNECT alone, as those at the edge of a company's network do.
final class ConnectProxy: Sendable {
    /// What it was asked for: the line and its headers.
    private let asked = Mutex<[String]>([])
    private let channel = Mutex<(any Channel)?>(nil)

    var requests: [String] { asked.withLock { $0 } }
    var port: Int { channel.withLock { $0?.localAddress?.port ?? 0 } }

    static func with(_ body: (ConnectProxy) async throws -> Void) async throws {
        let proxy = ConnectProxy()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { child in
                child.eventLoop.makeCompletedFuture {
                    try child.pipeline.syncOperations.addHandler(TunnelEntrance(proxy))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        proxy.channel.withLock { $0 = channel }
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(proxy)) } catch { outcome = .failure(error) }
        try await channel.close()
        try outcome.get()
    }

    fileprivate func note(_ request: String) { asked.withLock { $0.append(request) } }
}

/// The client's side: the request for a tunnel, then whatever goes through it.
private final class TunnelEntrance: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let proxy: ConnectProxy
    private var request: [UInt8] = []
    private var exit: (any Channel)?

    init(_ proxy: ConnectProxy) { self.proxy = proxy }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        if let exit { return exit.writeAndFlush(bytes, promise: nil) }
        request += bytes.readableBytesView
        let text = String(decoding: request, as: UTF8.self)
        guard text.hasSuffix("\r\n\r\n") else { return }
        proxy.note(text)
        let words = text.split(separator: " ")
        let place = words.count > 1 ? words[1].split(separator: ":") : []
        guard words.first == "CONNECT", place.count == 2, let port = Int(place[1]) else {
            return context.close(promise: nil)
        }
        let client = context.channel
        let opening = ClientBootstrap(group: context.eventLoop)
            .channelInitializer { exit in
                exit.eventLoop.makeCompletedFuture { try exit.pipeline.syncOperations.addHandler(TunnelExit(client)) }
            }
            .connect(host: String(place[0]), port: port).assumeIsolated()
        opening.whenSuccess { exit in
            self.exit = exit
            client.writeAndFlush(ByteBuffer(string: "HTTP/1.1 200 Connection established\r\n\r\n"), promise: nil)
        }
        opening.whenFailure { _ in
            let answer = ByteBuffer(string: "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            client.writeAndFlush(answer).whenComplete { _ in client.close(promise: nil) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) { exit?.close(promise: nil) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// The vendor's side.
private final class TunnelExit: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let client: any Channel

    init(_ client: any Channel) { self.client = client }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        client.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { client.close(promise: nil) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
