import NIOCore
import NIOHTTP1
import NIOPosix

/// What a simulator is to its server: requests in, answers out.
public protocol Simulator: Sendable {
    func answer(_ request: SimulatedRequest) -> SimulatedAnswer
}

/// Serves a simulator on a socket.
public final class SimulatorServer: Sendable {
    private let channel: any Channel

    private init(channel: any Channel) { self.channel = channel }

    /// Listens; with port 0 on a free one.
    public static func start(
        _ simulator: any Simulator, host: String = "127.0.0.1", port: Int = 0
    ) async throws -> SimulatorServer {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { child in
                child.eventLoop.makeCompletedFuture {
                    try child.pipeline.syncOperations.configureHTTPServerPipeline()
                    try child.pipeline.syncOperations.addHandler(SimulatorConnection(simulator))
                }
            }
            .bind(host: host, port: port).get()
        return SimulatorServer(channel: channel)
    }

    /// `http://127.0.0.1:PORT`
    public var url: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    /// Returns when the server is stopped.
    public func wait() async throws { try await channel.closeFuture.get() }

    public func stop() async throws { try await channel.close() }
}

/// One connection: answers each request in turn.
private final class SimulatorConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let simulator: any Simulator
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    /// No client sends more.
    private static let largestBody = 16 << 20

    init(_ simulator: any Simulator) { self.simulator = simulator }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let piece):
            body += piece.readableBytesView
            if body.count > Self.largestBody { context.close(promise: nil) }
        case .end:
            guard let head else { return }
            write(simulator.answer(SimulatedRequest(head: head, body: body)), context)
        }
    }

    private func write(_ answer: SimulatedAnswer, _ context: ChannelHandlerContext) {
        if answer.cutAfter == 0 { return context.close(promise: nil) }
        var headers = HTTPHeaders(answer.headers)
        headers.replaceOrAdd(name: "Content-Length", value: "\(answer.body.count)")
        let head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        let bytes = ByteBuffer(bytes: answer.body.prefix(answer.cutAfter ?? .max))
        guard answer.cutAfter == nil else {
            let written = context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(bytes))))
            let channel = context.channel
            return written.whenComplete { _ in channel.close(promise: nil) }
        }
        context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
