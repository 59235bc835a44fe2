import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// What tenants are told of unasked.
    public var notices: NoticeStore { NoticeStore(store: self) }
}

/// Decides what tenants are told. Deciding, marking the findings as told of and writing the message are one
/// transaction, so that a finding is told of once however often this is killed, or run by how many processes.
public struct NoticeStore: Sendable {
    let store: Store

    /// Decides on the day's digest of deadlines of each tenant that has a webhook, unless that has been done today.
    /// - Returns: how many messages were written.
    @discardableResult
    public func decide(at now: Date = Date()) async throws -> Int {
        var written = 0
        for tenant in try await store.tenants.list() {
            try Task.checkCancellation()
            let due = try await store.app.query(
                "SELECT FROM webhooks WHERE \(Self.isDue)", [.id(tenant.id), .date(now)], tenant: tenant.id)
            if !due.isEmpty, try await decide(tenant, at: now) { written += 1 }
        }
        return written
    }

    private static let isDue = "tenant_id = $1 AND enabled AND (digest_on IS NULL OR digest_on < $2::date)"

    private func decide(_ tenant: Tenant, at now: Date) async throws -> Bool {
        let isWritten = try await store.app.transaction(tenant: tenant.id) { connection in
            // Marks are written in place, which scans and decisions do, too.
            let taken = try await connection.run([
                Statement("SELECT lock_endpoints($1)", [.id(tenant.id)]),
                Statement(
                    "UPDATE webhooks SET digest_on = $2 WHERE \(Self.isDue) RETURNING tenant_id",
                    [.id(tenant.id), .date(now)]),
            ])[1]
            if taken.isEmpty { return false }
            let digest = DeadlineDigest(connection: connection, tenant: tenant.id, now: now)
            guard let deadlines = try await digest.take() else { return false }
            let body = NoticeBody(type: .deadlines, tenant: .init(tenant, tenant.id), at: now, deadlines: deadlines)
            let day = now.formatted(.iso8601).prefix(10)
            try await connection.run([
                OutboxStore.insertion(
                    .make(at: now), .deadlines, to: WebhookStore.destination, payload: try NoticeBody.encode(body),
                    key: "deadlines-\(day)", tenant: tenant.id, at: now),
                OutboxStore.notice,
            ])
            return true
        }
        return isWritten
    }
}
