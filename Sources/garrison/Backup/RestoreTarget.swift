import Cluster
import Domain
import Postgres

/// The empty database that a backup is put into.
struct RestoreTarget {
    let url: String

    /// - Throws: `CommandError.problem` when anything is in it.
    func requireEmpty() async throws {
        let relations = try await withDatabase { database in
            try await database.query(
                """
                SELECT count(*)
                FROM pg_class AS c
                JOIN pg_namespace AS n ON n.oid = c.relnamespace
                WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
                """)[0].decode(0, as: Int.self)
        }
        guard relations == 0 else {
            throw CommandError.problem(
                "the database to restore into is not empty. Name a new --data-dir, or an empty database.")
        }
    }

    /// Roles belong to the server and are not in the dump, which grants them their rights.
    func makeRoles() async throws {
        try await withDatabase { database in
            for role in ["garrison_app", "garrison_system"] {
                let found = try await database.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [.text(role)])
                if found.isEmpty { _ = try await database.query("CREATE ROLE \(role) NOLOGIN") }
                _ = try await database.query("GRANT \(role) TO CURRENT_USER")
            }
        }
    }

    private func withDatabase<Answer: Sendable>(_ body: (Database) async throws -> Answer) async throws -> Answer {
        var configuration = DatabaseConfiguration(url: url)
        configuration.connections = 1
        configuration.logger = quietLogger()
        let database = try await Database(configuration)
        let result: Result<Answer, any Error>
        do { result = .success(try await body(database)) } catch { result = .failure(error) }
        await database.close()
        return try result.get()
    }
}
