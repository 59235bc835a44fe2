extension Database {
    /// Notifications of a channel, from a connection that is kept up for the stream's life; the newest
    /// 1,000 are kept for a slow reader. It ends when the database is closed. Begins with `.subscribed`.
    public func listen(_ channel: String) -> AsyncStream<Notification> {
        let mailbox = mailbox
        return AsyncStream(bufferingPolicy: .bufferingNewest(1_000)) { stream in
            let subscription = Subscription(channel: channel, stream: stream)
            stream.onTermination = { _ in _ = mailbox.post(.unsubscribe(subscription)) }
            if !mailbox.post(.subscribe(subscription)) { stream.finish() }
        }
    }
}
