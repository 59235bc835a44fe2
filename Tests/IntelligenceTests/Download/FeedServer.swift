import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A web server for one test, on a free port of the loopback, that answers as the test says.
final class FeedServer: Sendable {
    /// What the server was asked for.
    struct Request: Sendable {
        let method: HTTPMethod
        let uri: String
        let headers: HTTPHeaders
        /// How many requests came before it.
        let ordinal: Int

        func header(_ name: String) -> String? { headers.first(name: name) }
    }

    struct Answer: Sendable {
        var status = 200
        var headers: [(String, String)] = []
        var body: [UInt8] = []
        /// Closes the connection after so many bytes of the body.
        var cutAfter: Int?
        /// A wait before the body and after each piece of it.
        var pause: Duration?
        var pieceSize = Int.max
        /// Without it the body is sent in chunks.
        var hasLength = true

        static func text(_ body: String, _ headers: (String, String)...) -> Answer {
            Answer(headers: headers, body: Array(body.utf8))
        }

        static func status(_ status: Int, _ headers: (String, String)...) -> Answer {
            Answer(status: status, headers: headers)
        }

        /// What a server does with a range: all of the body, or what the request still lacks of it.
        static func range(of body: [UInt8], etag: String, _ request: Request) -> Answer {
            let headers = [("ETag", etag)]
            guard let range = request.header("Range"), request.header("If-Range") == etag,
                let start = Int(range.dropFirst("bytes=".count).dropLast()), start < body.count
            else { return Answer(headers: headers, body: body) }
            let place = ("Content-Range", "bytes \(start)-\(body.count - 1)/\(body.count)")
            return Answer(status: 206, headers: headers + [place], body: Array(body[start...]))
        }
    }

    private let answers: @Sendable (Request) -> Answer
    private let received = Mutex<[Request]>([])
    private let channel: any Channel

    /// What was asked for so far.
    var requests: [Request] { received.withLock { $0 } }

    /// `http://127.0.0.1:PORT`
    var url: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    private init(channel: any Channel, answers: @escaping @Sendable (Request) -> Answer) {
        self.channel = channel
        self.answers = answers
    }

    /// Runs `body` with a server that gives these answers, then stops it.
    static func with(
        _ answers: @escaping @Sendable (Request) -> Answer, _ body: (FeedServer) async throws -> Void
    ) async throws {
        let box = Box()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { child in
                child.eventLoop.makeCompletedFuture {
                    try child.pipeline.syncOperations.configureHTTPServerPipeline()
                    try child.pipeline.syncOperations.addHandler(Responder(box: box))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = FeedServer(channel: channel, answers: answers)
        box.server.withLock { $0 = server }
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(server))
        } catch {
            result = .failure(error)
        }
        box.server.withLock { $0 = nil }
        try await channel.close()
        try result.get()
    }

    /// The server, which its connections find only once it is listening.
    final class Box: Sendable {
        let server = Mutex<FeedServer?>(nil)
    }

    func answer(_ head: HTTPRequestHead) -> Answer {
        let request = received.withLock { received in
            let request = Request(method: head.method, uri: head.uri, headers: head.headers, ordinal: received.count)
            received.append(request)
            return request
        }
        return answers(request)
    }
}

/// One connection of the server.
private final class Responder: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let box: FeedServer.Box
    private var head: HTTPRequestHead?

    init(box: FeedServer.Box) { self.box = box }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end:
            guard let head, let server = box.server.withLock({ $0 }) else { return context.close(promise: nil) }
            Sending(answer: server.answer(head), channel: context.channel).start()
        }
    }
}

/// One answer on its way.
private struct Sending: Sendable {
    let answer: FeedServer.Answer
    let channel: any Channel

    func start() {
        var headers = HTTPHeaders(answer.headers)
        if answer.hasLength, answer.status != 304 {
            headers.replaceOrAdd(name: "Content-Length", value: "\(answer.body.count)")
        }
        let head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
        channel.writeAndFlush(HTTPServerResponsePart.head(head)).whenComplete { _ in send(from: 0) }
    }

    private func send(from start: Int) {
        guard let pause = answer.pause else { return piece(start) }
        channel.eventLoop.scheduleTask(in: TimeAmount(pause)) { piece(start) }
    }

    private func piece(_ start: Int) {
        let limit = min(answer.cutAfter ?? .max, answer.body.count)
        guard start < limit else {
            if answer.cutAfter != nil { return channel.close(promise: nil) }
            return channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
        }
        let end = start + min(limit - start, answer.pieceSize)
        let bytes = ByteBuffer(bytes: answer.body[start..<end])
        channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(bytes))).whenSuccess { send(from: end) }
    }
}
