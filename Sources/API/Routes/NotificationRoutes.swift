import Domain
import Store

/// `/api/notifications`: where a tenant's notices go, and what became of each.
enum NotificationRoutes {
    static func all(_ dependencies: APIDependencies) -> [AnyRoute] {
        let store = dependencies.store
        return [
            show(store).erased, put(store, dependencies.webhooks).erased, test(store).erased, messages(store).erased,
            message(store).erased, replay(store).erased, delete(store).erased,
        ]
    }

    private static let tag = "Notifications"
    private static let path = "/api/notifications/webhook"

    private static func show(_ store: Store) -> Route<NoInput, WebhookView> {
        Route(
            .get, path, "Get the webhook", tag: tag, access: .permission(.manageTenant),
            description: "Its secret is never shown.", errors: ["webhook.not_found"]
        ) { _, scope in
            try await view(store, tenant: try scope.tenant)
        }
    }

    private static func view(_ store: Store, tenant: TenantID, secret: String? = nil) async throws -> WebhookView {
        guard let webhook = try await store.webhooks.find(tenant: tenant) else {
            throw StoreError.notFound(kind: "webhook", id: "webhook")
        }
        return WebhookView(webhook: webhook, secret: secret)
    }

    private static func put(_ store: Store, _ setup: WebhookSetup) -> Route<WebhookInput, WebhookView> {
        Route(
            .put, path, "Set the webhook", tag: tag, access: .permission(.manageTenant),
            description: """
                Messages are signed as Standard Webhooks 1.0 says and delivered at least once: webhook-id and \
                Idempotency-Key are the same at each attempt. A secret that is made here is in this answer and in no other.
                """
        ) { input, scope in
            let principal = try scope.principal
            let secret = try await setup.put(
                url: input.url, secret: input.secret, isEnabled: input.isEnabled, by: principal)
            return try await view(store, tenant: principal.tenant, secret: secret)
        }
    }

    private static func delete(_ store: Store) -> Route<NoInput, NoContent> {
        Route(
            .delete, path, "Remove the webhook", tag: tag, access: .permission(.manageTenant),
            description: "Messages that have not been delivered are given up.", errors: ["webhook.not_found"]
        ) { _, scope in
            try await store.webhooks.delete(by: try scope.principal)
            return NoContent()
        }
    }

    private static func test(_ store: Store) -> Route<NoInput, Created<MessageView>> {
        Route(
            .post, "\(path)/test", "Send a test message", tag: tag, access: .permission(.manageTenant),
            description: "Location names the message, whose state tells whether it arrived.",
            errors: ["webhook.not_found"]
        ) { _, scope in
            let message = try await store.webhooks.test(by: try scope.principal)
            return Created(MessageView(message), location: "/api/notifications/messages/\(message.id)")
        }
    }

    private static func messages(_ store: Store) -> Route<MessageListInput, Page<MessageView>> {
        Route(
            .get, "/api/notifications/messages", "List messages", tag: tag, access: .permission(.manageTenant),
            description: "The newest first."
        ) { input, scope in
            let slice = try await store.outbox.list(input.query, tenant: try scope.tenant)
            return Page(slice.items.map(MessageView.init), slice: slice, sort: "-id")
        }
    }

    private static func message(_ store: Store) -> Route<MessageInput, MessageView> {
        Route(
            .get, "/api/notifications/messages/{id}", "Get a message", tag: tag, access: .permission(.manageTenant),
            errors: ["message.not_found"]
        ) { input, scope in
            MessageView(try await store.outbox.find(input.id, tenant: try scope.tenant))
        }
    }

    private static func replay(_ store: Store) -> Route<MessageInput, MessageView> {
        Route(
            .post, "/api/notifications/messages/{id}/replay", "Send a message again", tag: tag,
            access: .permission(.manageTenant),
            description: "One that was given up, or one that was sent; it keeps its id.",
            errors: ["message.not_found", "message.conflict"]
        ) { input, scope in
            let principal = try scope.principal
            try await store.outbox.replay(input.id, by: principal)
            return MessageView(try await store.outbox.find(input.id, tenant: principal.tenant))
        }
    }
}

/// Where notices are to go.
struct WebhookInput: JSONInput {
    static let schema = Schema.named(
        "WebhookSettings",
        .object([
            .field(
                "url", .string(.uri, length: 1...2000), "Where messages are posted to.",
                example: .string("https://hooks.example.com/garrison")),
            .optional(
                "secret", .string(.password, length: 1...200),
                "whsec_ and the base64 of 24 to 64 bytes. Without it the one there is stays, or one is made."),
            .optional("enabled", .boolean, "Whether anything is sent; true without it."),
        ]))
    let url: String
    let secret: String?
    let isEnabled: Bool

    init(json: JSONValue) throws(RequestError) {
        url = try json.required("url")
        secret = try json.optional("secret")
        isEnabled = try json.optional("enabled") ?? true
    }
}

extension OutboxMessage.State: ParameterValue {}

/// The message that a path names.
struct MessageInput: RouteInput {
    static let id = PathParameter<MessageID>("id", "The message.")
    static let parameters: [any ParameterDescribing] = [id]
    let id: MessageID

    init(from request: RequestReader) throws { id = try request.path(Self.id) }
}

/// Filters of the list of messages.
struct MessageListInput: RouteInput {
    static let state = QueryParameter<OutboxMessage.State>("state", "Only this state.")
    static let parameters: [any ParameterDescribing] = [state] + PageRequest.parameters
    let query: OutboxStore.Query

    init(from request: RequestReader) throws {
        let page = try PageRequest(from: request, sort: "-id")
        query = OutboxStore.Query(
            state: try request.query(Self.state), limit: page.limit, cursor: try page.cursor?.key(0))
    }
}
