import HTTPTypes
import NIOCore

/// Answers a request that is byte for byte the one before it on its connection, as a dashboard's or a
/// poller's is, without parsing it or writing its head anew. Who asks, may they, and is the answer
/// still the same is checked as for the first one; anything else passes by untouched.
///
/// It stands before the HTTP decoder, so it must know that no part of a message is waiting there: it
/// answers only as long as everything the connection ever sent came one whole bodiless request at a time.
final class RepeatLane: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = IOData

    /// Longer requests are parsed each time.
    private static let capacity = 2048

    private let answers: ReadyAnswers
    private let express: ExpressLane
    private var request: [UInt8] = []
    private var recall: ReadyAnswers.Recall?
    /// The head of the answer without its end, for `recall`; empty until it is wanted.
    private var head: [UInt8] = []
    private var isBetweenMessages = true
    private var hasWritten = false

    init(_ answers: ReadyAnswers, before express: ExpressLane) {
        self.answers = answers
        self.express = express
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        if isRepeated(buffer), express.isFree, context.channel.isWritable, send(context) { return }
        let isWhole = isBetweenMessages && Self.endsAsHead(buffer)
        // A copy: the buffer itself is used again for the next read.
        if isWhole, recall == nil || !isRepeated(buffer) { request = Array(buffer.readableBytesView) }
        express.seen = ExpressLane.Seen()
        context.fireChannelRead(data)
        isBetweenMessages = isWhole && express.seen.isOneRequest
        recall = isBetweenMessages ? express.seen.recall : nil
        head = []
    }

    private func isRepeated(_ buffer: ByteBuffer) -> Bool {
        recall != nil && buffer.readableBytes == request.count && buffer.readableBytesView.elementsEqual(request)
    }

    /// Whether it ends as a head does. That it is one, and one only, shows when it has been parsed.
    private static func endsAsHead(_ buffer: ByteBuffer) -> Bool {
        buffer.readableBytes <= capacity
            && buffer.readableBytesView.suffix(4).elementsEqual([0x0D, 0x0A, 0x0D, 0x0A])
    }

    private func send(_ context: ChannelHandlerContext) -> Bool {
        let start = ContinuousClock.now
        guard let recall, let body = answers.body(for: recall) else { return false }
        if head.isEmpty { head = Self.head(of: recall.head) }
        var bytes = context.channel.allocator.buffer(capacity: head.count + 96)
        bytes.writeBytes(head)
        bytes.writeString(RequestID.make(given: recall.requestID))
        bytes.writeStaticString("\r\nDate: ")
        bytes.writeString(HTTPDate.now)
        bytes.writeStaticString("\r\n\r\n")
        context.write(wrapOutboundOut(.byteBuffer(bytes)), promise: nil)
        if let body { context.write(wrapOutboundOut(.byteBuffer(body)), promise: nil) }
        hasWritten = true
        recall.meter.record(status: recall.head.status.code, duration: ContinuousClock.now - start)
        return true
    }

    /// Everything up to the value of `X-Request-Id`: that and the date are each answer's own.
    private static func head(of response: HTTPResponse) -> [UInt8] {
        var text = "HTTP/1.1 \(response.status.code) \(response.status.reasonPhrase)\r\n"
        for field in response.headerFields where field.name != .requestID && field.name != .date {
            text += "\(field.name.rawName): \(field.value)\r\n"
        }
        return Array("\(text)\(HTTPField.Name.requestID.rawName): ".utf8)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if hasWritten {
            hasWritten = false
            context.flush()
        }
        context.fireChannelReadComplete()
    }
}
