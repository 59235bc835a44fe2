import Domain
import Postgres

extension Store {
    private static let accessChannel = "garrison_access"

    /// Tells every process to look again who may do what in a tenant.
    public func announceAccessChange(in tenant: TenantID) async throws {
        _ = try await app.query(
            "SELECT pg_notify('\(Self.accessChannel)', $1)", [.text(tenant.description)], tenant: tenant)
    }

    /// Tenants whose users, tokens or sessions have changed; nil for all, after a time of not listening.
    public func accessChanges() -> AsyncStream<TenantID?> {
        let notifications = system.listen(Self.accessChannel)
        return AsyncStream { continuation in
            let task = Task {
                for await notification in notifications {
                    switch notification {
                    case .message(let text): continuation.yield(TenantID(text))
                    case .subscribed: continuation.yield(nil)
                    }
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }
}
