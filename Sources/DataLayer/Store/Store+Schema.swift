import Domain
import Postgres

extension Store {
    /// - Throws: `StoreError.migrationsPending` when the schema is older than this program.
    public func requireCurrentSchema() async throws {
        let migrator = try Migrator(resources: try ResourceLocator.migrations())
        guard try await migrator.pending(owner).isEmpty else { throw StoreError.migrationsPending }
    }
}
