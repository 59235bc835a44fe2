import Cluster
import Domain
import Logging
import Postgres
import Store
import TestSupport

/// A PostgreSQL of a test's own, which it may stop.
struct OwnServer: Sendable {
    let cluster: PrivateCluster
    let database: TestDatabase
    let store: Store

    static func run(_ body: (OwnServer) async throws -> Void) async throws {
        let folder = try TestFolder()
        let cluster = PrivateCluster(dataDirectory: folder.path, memory: 512 << 20)
        let url = try await cluster.start()
        let outcome: Result<Void, any Error>
        do {
            try await Migrator(resources: try ResourceLocator.migrations()).migrate(databaseURL: url)
            let database = try await TestDatabase.make(url: url)
            // As the program has it: with the program's patience, which the tests' own pools exceed.
            var logger = Logger(label: "garrison.tests")
            logger.logLevel = .critical
            let store = try await Store.connect(url, connections: 2, logger: logger)
            do {
                try await body(OwnServer(cluster: cluster, database: database, store: store))
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            await store.close()
            await database.store.close()
        } catch {
            await cluster.stop()
            folder.remove()
            throw error
        }
        await cluster.stop()
        folder.remove()
        try outcome.get()
    }
}
