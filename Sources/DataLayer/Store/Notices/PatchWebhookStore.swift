import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// Systems of tenants' own that patch machines.
    public var patchWebhooks: PatchWebhookStore { PatchWebhookStore(store: self) }
}

/// Keeps where each tenant's jobs of patches go that nobody else can take. The secret comes in sealed and goes out sealed.
public struct PatchWebhookStore: Sendable {
    let store: Store

    /// A tenant's webhook for patches.
    public struct Webhook: Sendable {
        public let url: String
        /// Where it reaches this installation.
        public let callback: String
        /// Sealed.
        public let secret: [UInt8]
        public let isEnabled: Bool
        public let updatedAt: Date
        public let updatedBy: String

        package init(
            url: String, callback: String, secret: [UInt8] = [], isEnabled: Bool, updatedAt: Date, updatedBy: String
        ) {
            self.url = url
            self.callback = callback
            self.secret = secret
            self.isEnabled = isEnabled
            self.updatedAt = updatedAt
            self.updatedBy = updatedBy
        }
    }

    /// Nil where none is set up.
    public func find(tenant: TenantID) async throws -> Webhook? {
        try await store.app.query(
            """
            SELECT url, callback_url, secret, enabled, updated_at, updated_by
            FROM patch_webhooks
            WHERE tenant_id = $1
            """, [.id(tenant)], tenant: tenant
        ).first.map { row in
            Webhook(
                url: try row.decode(0), callback: try row.decode(1), secret: try row.rows.bytes(row.index, 2),
                isEnabled: try row.decode(3), updatedAt: try row.decode(4), updatedBy: try row.decode(5))
        }
    }

    /// Sets it up, or changes it.
    ///
    /// - Parameters:
    ///   - host: the address's, for the audit trail: the rest of it may be a secret.
    public func put(
        url: String, host: String, callback: String, secret: [UInt8], isEnabled: Bool, by principal: Principal
    ) async throws {
        let tenant = principal.tenant
        let detail = ["host": host, "enabled": String(isEnabled)]
        _ = try await store.app.run(
            [
                Statement(
                    """
                    INSERT INTO patch_webhooks (tenant_id, url, callback_url, secret, enabled, updated_by)
                    VALUES ($1, $2, $3, $4, $5, $6)
                    ON CONFLICT (tenant_id) DO UPDATE
                    SET url = excluded.url, callback_url = excluded.callback_url, secret = excluded.secret,
                      enabled = excluded.enabled, updated_by = excluded.updated_by, updated_at = now()
                    """,
                    [
                        .id(tenant), .text(url), .text(callback), .bytes(secret), .bool(isEnabled),
                        .text(principal.name),
                    ]),
                AuditEntry("patch_webhook.set", object: "patch_webhook", detail: detail, by: principal).statement(),
            ], tenant: tenant)
    }

    /// - Throws: `StoreError.notFound`.
    public func delete(by principal: Principal) async throws {
        try await store.app.transaction(tenant: principal.tenant) { connection in
            let rows = try await connection.query(
                "DELETE FROM patch_webhooks WHERE tenant_id = $1 RETURNING tenant_id", [.id(principal.tenant)])
            if rows.isEmpty { throw StoreError.notFound(kind: "patch_webhook", id: "patch_webhook") }
            try await connection.run([
                AuditEntry("patch_webhook.delete", object: "patch_webhook", by: principal).statement()
            ])
        }
    }
}
