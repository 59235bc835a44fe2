import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Answers what ``ReadyAnswers`` has on the event loop that read the request: no task is woken for
/// it, no thread is changed. Everything else passes by untouched, in its order.
final class ExpressLane: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// What counts a connection's idle time sits behind this handler, so this often a request passes
    /// by, however ready its answer.
    private static let passingInterval = TimeAmount.seconds(10)

    private let answers: ReadyAnswers
    /// Requests that passed by and are not answered yet: none may overtake them.
    private var unanswered = 0
    /// The answer to the request whose end has not come yet, and when it began.
    private var held: (answer: ReadyAnswers.Answer, start: ContinuousClock.Instant)?
    private var lastPassed = NIODeadline.now()
    private var hasWritten = false
    /// What came through since ``RepeatLane`` last looked.
    var seen = Seen()

    /// The messages of one read, as far as ``RepeatLane`` has to know them.
    struct Seen {
        fileprivate(set) var heads = 0
        fileprivate(set) var ends = 0
        fileprivate(set) var hasBody = false
        /// How to answer the same request again; nil when it was not answered here.
        fileprivate(set) var recall: ReadyAnswers.Recall?

        var isOneRequest: Bool { heads == 1 && ends == 1 && !hasBody }
    }

    /// Whether nothing is under way here, and it is not yet time to let a request pass by.
    var isFree: Bool {
        unanswered == 0 && held == nil && .now() - lastPassed < Self.passingInterval
    }

    init(_ answers: ReadyAnswers) { self.answers = answers }

    func handlerAdded(context: ChannelHandlerContext) {
        do {
            try context.pipeline.syncOperations.addHandler(RepeatLane(answers, before: self), position: .first)
        } catch {
            context.fireErrorCaught(error)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            seen.heads += 1
            held = answer(to: head, context)
            guard held == nil else { return }
            unanswered += 1
            lastPassed = .now()
        case .body:
            seen.hasBody = true
            if held != nil { return }
        case .end:
            seen.ends += 1
            guard let (answer, start) = held else { break }
            held = nil
            return send(answer, since: start, context)
        }
        context.fireChannelRead(data)
    }

    private func answer(
        to head: HTTPRequest, _ context: ChannelHandlerContext
    ) -> (answer: ReadyAnswers.Answer, start: ContinuousClock.Instant)? {
        // A client that does not read what it asked for is left to the side that can wait for it.
        guard isFree, context.channel.isWritable else { return nil }
        let start = ContinuousClock.now
        return answers.find(head).map { ($0, start) }
    }

    private func send(
        _ answer: ReadyAnswers.Answer, since start: ContinuousClock.Instant, _ context: ChannelHandlerContext
    ) {
        seen.recall = answer.recall
        context.write(wrapOutboundOut(.head(answer.head)), promise: nil)
        if let body = answer.body { context.write(wrapOutboundOut(.body(body)), promise: nil) }
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        hasWritten = true
        answer.meter.record(status: answer.head.status.code, duration: ContinuousClock.now - start)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if hasWritten {
            hasWritten = false
            context.flush()
        }
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { unanswered -= 1 }
        context.write(data, promise: promise)
    }
}
