import Domain
import FoundationEssentials
import HTTPTypes
import Notifications
import Store

/// `/api/patches/webhook`: the system of a tenant's own that patches what nothing else can, and what it says of its jobs.
enum PatchWebhookRoutes {
    static func all(_ dependencies: APIDependencies) -> [AnyRoute] {
        let (store, setup) = (dependencies.store, dependencies.webhooks.patches)
        return [show(store).erased, put(store, setup).erased, delete(store).erased, callback(store, setup).erased]
    }

    private static let tag = "Patches"
    private static let path = "/api/patches/webhook"

    private static func show(_ store: Store) -> Route<NoInput, PatchWebhookView> {
        Route(
            .get, path, "Get the webhook for patches", tag: tag, access: .permission(.manageTenant),
            description: "Its secret is never shown.", errors: ["patch_webhook.not_found"]
        ) { _, scope in
            try await view(store, tenant: try scope.tenant)
        }
    }

    private static func view(_ store: Store, tenant: TenantID) async throws -> PatchWebhookView {
        guard let webhook = try await store.patchWebhooks.find(tenant: tenant) else {
            throw StoreError.notFound(kind: "patch_webhook", id: "patch_webhook")
        }
        return PatchWebhookView(webhook: webhook)
    }

    private static func put(_ store: Store, _ setup: PatchWebhookSetup) -> Route<PatchWebhookInput, PatchWebhookView> {
        Route(
            .put, path, "Set the webhook for patches", tag: tag, access: .permission(.manageTenant),
            description: """
                Jobs of deployments for machines that no agent and no account patches are posted there, signed as Standard \
                Webhooks 1.0 says. One that is enabled is told a test message first, which it has to take.
                """
        ) { input, scope in
            let principal = try scope.principal
            try await setup.put(
                url: input.url, callback: input.callback, secret: input.secret, isEnabled: input.isEnabled,
                by: principal)
            return try await view(store, tenant: principal.tenant)
        }
    }

    private static func delete(_ store: Store) -> Route<NoInput, NoContent> {
        Route(
            .delete, path, "Remove the webhook for patches", tag: tag, access: .permission(.manageTenant),
            description: "What it has is asked after no more.", errors: ["patch_webhook.not_found"]
        ) { _, scope in
            try await store.patchWebhooks.delete(by: try scope.principal)
            return NoContent()
        }
    }

    private static func callback(_ store: Store, _ setup: PatchWebhookSetup) -> Route<PatchCallbackInput, NoContent> {
        Route(
            .post, "\(PatchWebhookSetup.callbacks)/{tenant_id}", "Report on a webhook's patch job", tag: tag,
            access: .open,
            description: """
                How far a job is, and what came of it, signed with the webhook's secret as Standard Webhooks 1.0 says \
                (webhook-id, webhook-timestamp, webhook-signature). Saying it again changes nothing.
                """, errors: ["patch_webhook.signature", "patch_job.not_found"],
            limits: RouteLimits(bodySize: 64 << 10, cost: 0.2)
        ) { input, scope in
            let bytes = try await input.body.collect()
            func header(_ name: String) -> String? {
                HTTPField.Name(name).flatMap { scope.head.headerFields[$0] }
            }
            let outcome = try await setup.outcome(
                bytes, id: header("webhook-id"), timestamp: header("webhook-timestamp"),
                signatures: header("webhook-signature"), of: input.tenant)
            try await store.patchJobs.hear(
                outcome.actionState, of: PatchJobID(outcome.id), awaitsReboot: outcome.awaitsReboot ?? false,
                hasChanged: outcome.hasChanged, tenant: input.tenant)
            return NoContent()
        }
    }
}

/// Where jobs of patches are to go.
struct PatchWebhookInput: JSONInput {
    static let schema = Schema.named(
        "PatchWebhookSettings",
        .object([
            .field(
                "url", .string(.uri, length: 1...2000), "Where jobs are posted to.",
                example: .string("https://patches.example.com/garrison")),
            .field(
                "callback_url", .string(.uri, length: 1...2000), "Where the system reaches this server.",
                example: .string("https://garrison.example.com")),
            .optional(
                "secret", .string(.password, length: 1...200),
                "whsec_ and the base64 of 24 to 64 bytes; both sides sign with it. Without it the one there is stays."),
            .optional("enabled", .boolean, "Whether it is given jobs; true without it."),
        ]))
    let url: String
    let callback: String
    let secret: String?
    let isEnabled: Bool

    init(json: JSONValue) throws(RequestError) {
        url = try json.required("url")
        callback = try json.required("callback_url")
        secret = try json.optional("secret")
        isEnabled = try json.optional("enabled") ?? true
    }
}

/// A signed message; its body is read whole, since the signature covers it.
struct PatchCallbackInput: RouteInput {
    static let tenant = PathParameter<TenantID>("tenant_id", "Whose webhook it is.")
    static let parameters: [any ParameterDescribing] = [tenant]
    static let body = BodyContract.stream(
        mediaTypes: ["application/json"],
        description:
            "id, state (running, succeeded, failed), message, awaits_reboot, has_changed: see docs/patching.md.")
    let tenant: TenantID
    let body: LimitedBody

    init(from request: RequestReader) throws {
        tenant = try request.path(Self.tenant)
        guard let stream = request.stream else { throw RequestError.missingField(name: "body") }
        body = stream
    }
}

/// `GET /api/patches/webhook`.
struct PatchWebhookView: JSONContent {
    let webhook: PatchWebhookStore.Webhook

    static let schema = Schema.named(
        "PatchWebhook",
        .object([
            .field("url", .string(.uri)), .field("callback_url", .string(.uri)), .field("enabled", .boolean),
            .field("updated_at", .timestamp), .field("updated_by", .string),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("url", webhook.url)
            writer.field("callback_url", webhook.callback)
            writer.field("enabled", webhook.isEnabled)
            writer.field("updated_at", webhook.updatedAt)
            writer.field("updated_by", webhook.updatedBy)
        }
    }
}
