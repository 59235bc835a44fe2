import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// Where tenants' notices go.
    public var webhooks: WebhookStore { WebhookStore(store: self) }
}

/// Keeps the webhook of each tenant. Its secret comes in sealed and goes out sealed.
public struct WebhookStore: Sendable {
    let store: Store

    /// The destination of its messages, as the outbox names it.
    static let destination = "webhook"

    /// A tenant's webhook.
    public struct Webhook: Sendable {
        public let url: String
        /// Sealed.
        public let secret: [UInt8]
        public let isEnabled: Bool
        public let updatedAt: Date
        public let updatedBy: String

        package init(url: String, secret: [UInt8] = [], isEnabled: Bool, updatedAt: Date, updatedBy: String) {
            self.url = url
            self.secret = secret
            self.isEnabled = isEnabled
            self.updatedAt = updatedAt
            self.updatedBy = updatedBy
        }
    }

    /// Nil where none is set up.
    public func find(tenant: TenantID) async throws -> Webhook? {
        try await store.app.query(
            "SELECT url, secret, enabled, updated_at, updated_by FROM webhooks WHERE tenant_id = $1", [.id(tenant)],
            tenant: tenant
        ).first.map { row in
            Webhook(
                url: try row.decode(0), secret: try row.rows.bytes(row.index, 1), isEnabled: try row.decode(2),
                updatedAt: try row.decode(3), updatedBy: try row.decode(4))
        }
    }

    /// Sets it up, or changes it.
    /// - Parameters:
    ///   - secret: sealed; nil keeps the one there is.
    ///   - host: the address's, for the audit trail: the rest of it may be a secret.
    /// - Throws: `StoreError.invalid` when there is no secret to keep.
    public func put(
        url: String, host: String, secret: [UInt8]?, isEnabled: Bool, by principal: Principal
    ) async throws {
        let tenant = principal.tenant
        try await store.app.transaction(tenant: tenant) { connection in
            let rows = try await connection.query(
                """
                INSERT INTO webhooks (tenant_id, url, secret, enabled, updated_by)
                SELECT $1, $2, s.secret, $4, $5
                FROM (
                  SELECT coalesce($3::bytea, (SELECT secret FROM webhooks WHERE tenant_id = $1)) AS secret
                ) AS s
                WHERE s.secret IS NOT NULL
                ON CONFLICT (tenant_id) DO UPDATE
                SET url = excluded.url, secret = excluded.secret, enabled = excluded.enabled,
                    updated_by = excluded.updated_by, updated_at = now()
                RETURNING tenant_id
                """,
                [
                    .id(tenant), .text(url), secret.map { .bytes($0) } ?? .null, .bool(isEnabled),
                    .text(principal.name),
                ])
            if rows.isEmpty {
                throw StoreError.invalid(field: "secret", reason: "there is none yet that could be kept")
            }
            let detail = [
                "host": host, "enabled": String(isEnabled), "secret": secret == nil ? "kept" : "new",
            ]
            try await connection.run([
                AuditEntry("webhook.set", object: "webhook", detail: detail, by: principal).statement()
            ])
        }
    }

    /// - Throws: `StoreError.notFound`.
    public func delete(by principal: Principal) async throws {
        try await store.app.transaction(tenant: principal.tenant) { connection in
            let rows = try await connection.query(
                "DELETE FROM webhooks WHERE tenant_id = $1 RETURNING tenant_id", [.id(principal.tenant)])
            if rows.isEmpty { throw StoreError.notFound(kind: "webhook", id: "webhook") }
            try await connection.run([AuditEntry("webhook.delete", object: "webhook", by: principal).statement()])
        }
    }

    /// Writes a message that tells nothing but that messages arrive.
    /// - Throws: `StoreError.notFound` where no webhook is set up.
    public func test(by principal: Principal, at now: Date = Date()) async throws -> OutboxMessage {
        guard try await find(tenant: principal.tenant) != nil else {
            throw StoreError.notFound(kind: "webhook", id: "webhook")
        }
        let id = MessageID.make(at: now)
        let payload = try NoticeBody.encode(
            NoticeBody(
                type: .test,
                tenant: .init(try await store.tenants.find(principal.tenant.description), principal.tenant),
                at: now))
        _ = try await store.app.run(
            [
                OutboxStore.insertion(
                    id, .test, to: Self.destination, payload: payload, key: "test-\(id)", tenant: principal.tenant,
                    at: now),
                AuditEntry("webhook.test", object: id.description, by: principal).statement(), OutboxStore.notice,
            ], tenant: principal.tenant)
        return try await store.outbox.find(id, tenant: principal.tenant)
    }
}
