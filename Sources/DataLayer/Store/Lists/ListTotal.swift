import Domain
import Postgres

/// How many rows match a list's filters, kept until anything of the tenant changes: counting 100,000
/// rows costs more than reading a page of them.
struct ListTotal {
    private let count: Statement
    private let cache: TenantCache
    private let tenant: TenantID
    private let generation: UInt64

    /// - Parameter count: gives one row with the number; its parameters are the filters.
    init(_ count: Statement, cache: TenantCache, tenant: TenantID) {
        self.count = count
        self.cache = cache
        self.tenant = tenant
        generation = cache.generation(of: tenant)
    }

    /// Runs a page's statement, together with the count where it is not known.
    func run(_ page: Statement, _ database: Database) async throws -> (rows: Rows, total: Int) {
        if let known = cache.count(count, tenant: tenant) {
            return (try await database.query(page.sql, page.parameters, tenant: tenant), known)
        }
        let results = try await database.run([page, count], tenant: tenant)
        let total = try results[1].int(0, 0)
        cache.keep(count: total, of: count, tenant: tenant, generation: generation)
        return (results[0], total)
    }
}
