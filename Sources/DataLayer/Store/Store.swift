import Domain
import Logging
import Postgres

/// Every table of Garrison, one aggregate a file: `store.endpoints`, `store.findings`, …
///
/// Three pools on one server keep tenant isolation the database's job: `app` serves requests under
/// a role that row-level security binds; `system` finds out whose request it is; `owner` writes
/// the catalogues that hold no tenant's data.
public struct Store: Sendable {
    public let app: Database
    public let system: Database
    public let owner: Database
    public let cache: TenantCache
    /// When who may do what has changed.
    public let access = AccessEpochs()
    public let logger: Logger

    public init(app: Database, system: Database, owner: Database, cache: TenantCache = TenantCache(), logger: Logger) {
        self.app = app
        self.system = system
        self.owner = owner
        self.cache = cache
        self.logger = logger
    }

    /// Opens the three pools.
    /// - Parameter connections: size of the serving pool; the others are small.
    /// - Throws: `PostgresError` when the server cannot be reached.
    public static func connect(
        _ url: String, connections: Int = DatabaseConfiguration.standardConnections, logger: Logger
    ) async throws -> Store {
        func pool(role: String?, connections: Int) async throws -> Database {
            var configuration = DatabaseConfiguration(url: url, role: role)
            configuration.connections = connections
            configuration.logger = logger
            return try await Database(configuration)
        }
        return Store(
            app: try await pool(role: "garrison_app", connections: connections),
            system: try await pool(role: "garrison_system", connections: 1),
            owner: try await pool(role: nil, connections: 1), logger: logger)
    }

    /// Closes the pools; statements under way are given a moment to end.
    public func close() async {
        await app.close()
        await system.close()
        await owner.close()
    }
}
