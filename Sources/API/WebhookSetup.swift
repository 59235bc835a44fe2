import Domain
import Identity
import Notifications
import Store

/// Sets up where a tenant's notices go: checks the address, makes the secret where none is given, and seals it.
public struct WebhookSetup: Sendable {
    /// What the secret is sealed for.
    public static let purpose = "webhook.secret"

    let store: Store
    let rule: TargetRule
    let box: @Sendable () throws -> SecretBox

    /// - Parameter box: opened when it is first needed.
    public init(store: Store, rule: TargetRule, box: @escaping @Sendable () throws -> SecretBox) {
        self.store = store
        self.rule = rule
        self.box = box
    }

    /// Sets the webhook up, or changes it.
    /// - Parameter secret: nil keeps the one there is, or makes one.
    /// - Returns: the secret where it was made here; nobody is shown it again.
    /// - Throws: `StoreError.invalid` naming the field.
    public func put(
        url: String, secret text: String?, isEnabled: Bool, by principal: Principal
    ) async throws -> String? {
        if let defect = rule.defect(of: url) { throw StoreError.invalid(field: "url", reason: defect) }
        var secret: WebhookSecret?
        var made: WebhookSecret?
        if let text {
            guard let given = WebhookSecret(text) else {
                throw StoreError.invalid(
                    field: "secret",
                    reason: "must be whsec_ and the base64 of 24 to 64 bytes; leave it out to have one made")
            }
            secret = given
        } else if try await store.webhooks.find(tenant: principal.tenant) == nil {
            made = .make()
            secret = made
        }
        let sealed = try secret.map {
            try box().seal($0.bytes, tenant: principal.tenant, purpose: Self.purpose)
        }
        try await store.webhooks.put(
            url: url, host: TargetRule.host(url) ?? "", secret: sealed, isEnabled: isEnabled, by: principal)
        return made?.text
    }
}
