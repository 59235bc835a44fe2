import Domain
import Store

/// `GET /api/notifications/webhook`.
struct WebhookView: JSONContent {
    let webhook: WebhookStore.Webhook
    /// Where it was made just now.
    let secret: String?

    static let schema = Schema.named(
        "Webhook",
        .object([
            .field("url", .string(.uri)), .field("enabled", .boolean), .field("updated_at", .timestamp),
            .field("updated_by", .string),
            .field(
                "secret", .string(.password).orNull,
                "What messages are signed with; in the answer to the request that had it made, and null ever after."),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("url", webhook.url)
            writer.field("enabled", webhook.isEnabled)
            writer.field("updated_at", webhook.updatedAt)
            writer.field("updated_by", webhook.updatedBy)
            writer.field("secret", secret)
        }
    }
}

/// A message and what became of it.
struct MessageView: JSONContent {
    let message: OutboxMessage

    init(_ message: OutboxMessage) { self.message = message }

    static let schema = Schema.named(
        "Message",
        .object([
            .field("id", .uuid, "The same at each attempt; the receiver gets it as webhook-id."),
            .field("kind", .string), .field("state", .cases(of: OutboxMessage.State.self)),
            .field("attempts", .integer), .field("next_attempt_at", .timestamp.orNull, "Null when there will be none."),
            .field("error", .string.orNull, "What the last attempt met with."), .field("created_at", .timestamp),
            .field("sent_at", .timestamp.orNull),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", message.id)
            writer.field("kind", message.kind)
            writer.field("state", message.state.rawValue)
            writer.field("attempts", message.attempts)
            writer.field("next_attempt_at", message.state == .pending ? message.runAfter : nil)
            writer.field("error", message.error)
            writer.field("created_at", message.createdAt)
            writer.field("sent_at", message.sentAt)
        }
    }
}
