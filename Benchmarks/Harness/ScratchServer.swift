import Cluster
import Foundation
import Postgres

/// A PostgreSQL of the benchmarks' own, in a temporary folder: started by the first group that needs it,
/// stopped and removed at the end.
actor ScratchServer {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "garrison-bench-\(getpid())").path
    private var cluster: PrivateCluster?

    /// Makes a database of this name and gives its libpq connection string, for the superuser.
    func makeDatabase(_ name: String) async throws -> String {
        let administration = try await start()
        var configuration = DatabaseConfiguration(url: administration)
        configuration.connections = 1
        let database = try await Database(configuration)
        do {
            try await database.withConnection { connection in
                try await connection.query("DROP DATABASE IF EXISTS \(name)")
                try await connection.query("CREATE DATABASE \(name)")
            }
        } catch {
            await database.close()
            throw error
        }
        await database.close()
        // A later `dbname` wins over an earlier one.
        return "\(administration) dbname=\(name)"
    }

    /// The path of one of PostgreSQL's client programs, of the server's own version.
    nonisolated func program(_ name: String) throws -> String {
        "\(try Installation.choose(data: nil).binaries)/\(name)"
    }

    func stop() async {
        await cluster?.stop()
        if cluster != nil { try? FileManager.default.removeItem(atPath: folder) }
        cluster = nil
    }

    private func start() async throws -> String {
        if let cluster { return try await cluster.start() }
        let cluster = PrivateCluster(dataDirectory: folder)
        let url = try await cluster.start()
        self.cluster = cluster
        return url
    }
}
