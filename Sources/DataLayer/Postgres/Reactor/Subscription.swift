/// One subscriber of one channel.
final class Subscription: Sendable {
    let channel: String
    let stream: AsyncStream<Notification>.Continuation

    init(channel: String, stream: AsyncStream<Notification>.Continuation) {
        self.channel = channel
        self.stream = stream
    }
}
