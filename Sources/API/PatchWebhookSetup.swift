import Domain
import FoundationEssentials
import Identity
import Notifications
import Store

/// Sets up the system of a tenant's own that patches machines: checks and tries its address, and seals its secret.
public struct PatchWebhookSetup: Sendable {
    /// What the secret is sealed for.
    private static let purpose = "patch_webhook.secret"
    /// Where outcomes come in; the tenant's id follows.
    static let callbacks = "/api/patches/callbacks"

    private let store: Store
    private let rule: TargetRule
    private let box: @Sendable () throws -> SecretBox

    /// - Parameter box: opened when it is first needed.
    init(store: Store, rule: TargetRule, box: @escaping @Sendable () throws -> SecretBox) {
        self.store = store
        self.rule = rule
        self.box = box
    }

    /// Sets it up, or changes it. One that is to be used is told a message first, which it has to take.
    ///
    /// - Parameters:
    ///   - callback: where it reaches this installation: `https://garrison.example.com`.
    ///   - secret: nil keeps the one there is.
    /// - Throws: `StoreError.invalid` naming the field.
    public func put(
        url: String, callback: String, secret text: String?, isEnabled: Bool, by principal: Principal
    ) async throws {
        let tenant = principal.tenant
        if let defect = rule.defect(of: url) { throw StoreError.invalid(field: "url", reason: defect) }
        let base = String(callback.reversed().drop { $0 == "/" }.reversed())
        guard base.hasPrefix("https://") || base.hasPrefix("http://"), TargetRule.host(base)?.isEmpty == false,
            !base.contains(where: { $0.isWhitespace || "?#".contains($0) })
        else {
            throw StoreError.invalid(
                field: "callback_url",
                reason: "must be where the system reaches this server: https://garrison.example.com")
        }
        let secret = try await secret(text, tenant)
        if isEnabled {
            let id = UUID().uuidString.lowercased()
            let message = Test(id: id, callback: Self.callback(base, of: tenant))
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let sender = WebhookSender(rule: rule, agent: "Garrison")
            switch await sender.send(Array(try encoder.encode(message)), id: id, to: url, secret: secret, attempt: 1) {
            case .accepted: break
            case .failed(let reason, _), .refused(let reason):
                throw StoreError.invalid(field: "url", reason: "does not take a test message. \(reason)")
            }
        }
        try await store.patchWebhooks.put(
            url: url, host: TargetRule.host(url) ?? "", callback: base,
            secret: try box().seal(secret.bytes, tenant: tenant, purpose: Self.purpose), isEnabled: isEnabled,
            by: principal)
    }

    private struct Test: Encodable {
        let type = "webhook.test"
        let id: String
        let callback: String

        enum CodingKeys: String, CodingKey {
            case type, id
            case callback = "callback_url"
        }
    }

    private func secret(_ text: String?, _ tenant: TenantID) async throws -> WebhookSecret {
        if let text {
            guard let given = WebhookSecret(text) else {
                throw StoreError.invalid(field: "secret", reason: "must be whsec_ and the base64 of 24 to 64 bytes")
            }
            return given
        }
        guard let known = try await store.patchWebhooks.find(tenant: tenant) else {
            throw StoreError.invalid(
                field: "secret",
                reason: "is missing: whsec_ and the base64 of 24 to 64 bytes, which the system knows, too")
        }
        return try Self.open(known, tenant, box)
    }

    private static func open(
        _ webhook: PatchWebhookStore.Webhook, _ tenant: TenantID, _ box: () throws -> SecretBox
    ) throws -> WebhookSecret {
        let bytes = try box().open(webhook.secret, tenant: tenant, purpose: purpose)
        guard let secret = WebhookSecret(bytes: bytes) else { throw IdentityError.unsealFailed }
        return secret
    }

    private static func callback(_ base: String, of tenant: TenantID) -> String { "\(base)\(callbacks)/\(tenant)" }

    /// What hands jobs to a tenant's webhook.
    ///
    /// - Throws: `StoreError.notFound` where none is in use; `IdentityError` for the key.
    public static func executor(
        of tenant: TenantID, _ store: Store, _ sender: WebhookSender, _ box: () throws -> SecretBox
    ) async throws -> WebhookPatchExecutor {
        guard let webhook = try await store.patchWebhooks.find(tenant: tenant), webhook.isEnabled else {
            throw StoreError.notFound(kind: "patch_webhook", id: "patch_webhook")
        }
        return WebhookPatchExecutor(
            sender, url: webhook.url, secret: try open(webhook, tenant, box),
            callback: callback(webhook.callback, of: tenant))
    }

    /// An outcome that the tenant's webhook has signed within the last minutes.
    ///
    /// - Throws: `PatchWebhookRefusal` for everything else.
    func outcome(
        _ body: [UInt8], id: String?, timestamp: String?, signatures: String?, of tenant: TenantID
    ) async throws -> WebhookPatchOutcome {
        guard let id, let timestamp, let signatures,
            let webhook = try await store.patchWebhooks.find(tenant: tenant),
            let outcome = WebhookPatchOutcome.verified(
                body, id: id, timestamp: timestamp, signatures: signatures,
                secret: try Self.open(webhook, tenant, box), at: Date())
        else { throw PatchWebhookRefusal.signature }
        return outcome
    }
}

/// Why what a webhook says is not heard.
enum PatchWebhookRefusal: UserFacingError {
    case signature

    var code: String { "patch_webhook.signature" }

    var message: String {
        """
        The message is not signed with the webhook's secret, or not within the last five minutes, or it does not say what \
        became of a job.
        """
    }
}

extension WebhookSetup {
    /// The one for patches, which goes by the same rules.
    public var patches: PatchWebhookSetup { PatchWebhookSetup(store: store, rule: rule, box: box) }
}
