import Domain
import Postgres

/// Tells every process of the installation that a tenant's data has changed, when the transaction
/// that changed it commits.
enum ChangeNotice {
    static let channel = "garrison_changed"

    /// To be run inside the writing transaction. A nil tenant: what all tenants read has changed.
    static func statement(_ tenant: TenantID?) -> Statement {
        Statement("SELECT pg_notify('\(channel)', $1)", [.text(tenant?.description ?? "")])
    }
}

extension Store {
    /// Drops cached answers when other processes change data; returns when the task is cancelled.
    /// This process's own writers drop theirs directly, before they return.
    public func followChanges() async {
        for await notification in system.listen(ChangeNotice.channel) {
            switch notification {
            case .message(let text):
                if let tenant = TenantID(text) { cache.invalidate(tenant) } else { cache.invalidateAll() }
            // What is sent while the connection is down is lost: until it stands, nothing is kept.
            case .interrupted: cache.suspend()
            case .subscribed: cache.resume()
            }
        }
    }
}
