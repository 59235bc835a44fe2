import Cluster
import Domain
import Postgres
import Store

/// The PostgreSQL of this test process, shared by all who use it and stopped with the last of them.
package actor TestServer {
    package static let shared = TestServer()

    private var users = 0
    private var running: Task<RunningServer, any Error>?

    /// Runs `body` with a server that has the template database. Starts one where none runs.
    package func whileRunning(_ body: @Sendable (RunningServer) async throws -> Void) async throws {
        users += 1
        let running = running ?? Task { try await RunningServer.start() }
        self.running = running
        do {
            try await body(try await running.value)
        } catch {
            await release()
            throw error
        }
        await release()
    }

    private func release() async {
        users -= 1
        guard users == 0, let last = running else { return }
        // Who comes from here on gets a new server in a folder of its own.
        running = nil
        if let server = try? await last.value { await server.stop() }
    }
}

/// One life of the server, in a temporary folder.
package struct RunningServer: Sendable {
    private let folder: TestFolder
    private let cluster: PrivateCluster
    private let watch: ServerWatch
    private let connection: String
    private let administration: Database

    /// Its database is migrated and has the two tenants in it.
    private static let template = "template_garrison"

    static func start() async throws -> RunningServer {
        let folder = try TestFolder()
        let watch = try ServerWatch(folder: folder.path)
        // Dropping a database walks through all buffers, and every test drops one.
        let cluster = PrivateCluster(dataDirectory: folder.path, memory: 512 << 20)
        let connection = try await cluster.start()
        let administration = try await Database(configuration(connection))
        let server = RunningServer(
            folder: folder, cluster: cluster, watch: watch, connection: connection, administration: administration)
        try await server.makeTemplate()
        return server
    }

    func stop() async {
        await administration.close()
        await cluster.stop()
        folder.remove()
        watch.end()
    }

    /// A connection string, as `DATABASE_URL` takes it, for a database of the server.
    package func url(_ database: String) -> String {
        connection.replacing("dbname=garrison", with: "dbname=\(database)")
    }

    /// Makes a database: a copy of the template, or an empty one.
    package func makeDatabase(_ name: String, empty: Bool = false) async throws {
        let template = empty ? "template0" : Self.template
        try await execute("CREATE DATABASE \(name) TEMPLATE \(template)")
    }

    package func dropDatabase(_ name: String) async throws {
        try await execute("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
    }

    private func makeTemplate() async throws {
        try await makeDatabase(Self.template, empty: true)
        let url = url(Self.template)
        try await Migrator(resources: try ResourceLocator.migrations()).migrate(databaseURL: url)
        let store = try await TestDatabase.connect(url)
        for name in TestTenant.names { try await TestTenant.make(name, store) }
        await store.close()
    }

    private func execute(_ sql: String) async throws {
        _ = try await administration.withConnection { try await $0.query(sql) }
    }

    private static func configuration(_ url: String) -> DatabaseConfiguration {
        var configuration = DatabaseConfiguration(url: url)
        configuration.connections = 1
        configuration.leasedConnections = 2
        configuration.waitTimeout = .seconds(300)
        return configuration
    }
}
