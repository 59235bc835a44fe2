import Domain
import Postgres

/// The lock that lets one transaction at a time write a tenant's endpoints and findings.
enum EndpointsLock {
    /// For transactions that write page by page, and look everything up by its key. A first read fills tables that the
    /// planner still takes for empty: it would read them whole, each page more of them.
    static func byKeys(_ tenant: TenantID) -> Statement {
        Statement("SELECT lock_endpoints($1), set_config('enable_seqscan', 'off', true)", [.id(tenant)])
    }
}
