import Domain
import Postgres

extension Store {
    static let accessChannel = "garrison_access"

    /// Tells every process, when the transaction it stands in commits, to look again who may do what
    /// in a tenant.
    static func accessNotice(_ tenant: TenantID) -> Statement {
        Statement("SELECT pg_notify('\(accessChannel)', $1)", [.text(tenant.description)])
    }

    /// Advances ``access`` when other processes change users, tokens or sessions; returns when the task
    /// is cancelled. This process's own changes advance it directly, before they return.
    public func followAccessChanges() async {
        for await notification in system.listen(Self.accessChannel) {
            switch notification {
            case .message(let text): if let tenant = TenantID(text) { access.advance(tenant) }
            case .interrupted: access.suspend()
            case .subscribed: access.resume()
            }
        }
    }
}
