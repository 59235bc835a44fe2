import Domain
import FoundationEssentials
import Postgres

/// Brings a database's schema to a version, forward and back. Each migration is one transaction
/// together with the record of it; several migrators at once take turns.
public struct Migrator: Sendable {
    let migrations: [Migration]

    /// - Parameter resources: the folder of the migration files.
    /// - Throws: `MigrationError` for a folder or file that cannot be used.
    public init(resources: String) throws(MigrationError) {
        migrations = try Migration.all(in: resources)
    }

    /// The version of the newest migration there is.
    public var newestVersion: Int { migrations.last?.version ?? 0 }

    /// Applies what is missing up to `target` and takes back what is beyond it.
    /// - Parameters:
    ///   - database: connected as the schema's owner.
    ///   - target: nil for everything; 0 for an empty database.
    ///   - report: called after each step.
    /// - Returns: the steps that this call made.
    /// - Throws: `MigrationError`, or `PostgresError` when the server cannot be reached.
    @discardableResult
    public func migrate(
        _ database: Database, to target: Int? = nil, report: @Sendable (MigrationStep) -> Void = { _ in }
    ) async throws -> [MigrationStep] {
        try await createRecord(database)
        var made: [MigrationStep] = []
        while let step = try await makeNextStep(database, target: target) {
            made.append(step)
            report(step)
        }
        if target == nil { try await distribute(database) }
        return made
    }

    /// Connects as the URL's user, migrates and disconnects.
    /// - Returns: the number of steps made.
    @discardableResult
    public func migrate(
        databaseURL: String, to target: Int? = nil, report: @Sendable (MigrationStep) -> Void = { _ in }
    ) async throws -> Int {
        var configuration = DatabaseConfiguration(url: databaseURL)
        configuration.connections = 1
        configuration.leasedStatementTimeout = .zero
        let database = try await Database(configuration)
        let result: Result<Int, any Error>
        do {
            result = .success(try await migrate(database, to: target, report: report).count)
        } catch {
            result = .failure(error)
        }
        await database.close()
        return try result.get()
    }

    /// What `migrate` would do now; empty when the schema is the one this program needs.
    /// - Throws: as `migrate`; changes nothing.
    public func pending(_ database: Database) async throws -> [MigrationStep] {
        let exists = try await database.query("SELECT to_regclass('schema_migrations') IS NOT NULL")
        guard try exists.bool(0, 0) else {
            return try MigrationPlan.steps(available: migrations, applied: [], target: nil)
        }
        let applied = try Self.applied(try await database.query(Self.selectApplied))
        return try MigrationPlan.steps(available: migrations, applied: applied, target: nil)
    }

    private func createRecord(_ database: Database) async throws {
        try await database.transaction { connection in
            _ = try await connection.query(Self.lock)
            _ = try await connection.query(
                """
                CREATE TABLE IF NOT EXISTS schema_migrations (
                    version int PRIMARY KEY,
                    name text NOT NULL,
                    checksum text NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now()
                )
                """)
        }
    }

    /// Plans under the lock, so that what another migrator has done meanwhile is seen.
    private func makeNextStep(_ database: Database, target: Int?) async throws -> MigrationStep? {
        try await database.transaction { connection in try await makeNextStep(on: connection, target: target) }
    }

    private func makeNextStep(on connection: Connection, target: Int?) async throws -> MigrationStep? {
        _ = try await connection.query(Self.lock)
        let applied = try Self.applied(try await connection.query(Self.selectApplied))
        let steps = try MigrationPlan.steps(available: migrations, applied: applied, target: target)
        guard let step = steps.first else { return nil }
        guard let migration = migrations.first(where: { $0.version == step.version }) else { return nil }
        let script = step.direction == .apply ? migration.script : migration.rollback
        try await run(script, as: step, connection)
        try await record(step, migration, connection)
        return step
    }

    /// A script has many statements and the extended protocol takes one, so the server's own EXECUTE,
    /// which takes many, gets it as a setting that ends with the transaction.
    private func run(_ script: String, as step: MigrationStep, _ connection: Connection) async throws {
        do {
            _ = try await connection.run([
                Statement("SELECT set_config('garrison.script', $1, true)", [.text(script)]),
                Statement("DO $$ BEGIN EXECUTE current_setting('garrison.script'); END $$"),
            ])
        } catch {
            throw Self.failure(of: step, error)
        }
    }

    /// What the server refused is the script's fault; a lost connection is not.
    private static func failure(of step: MigrationStep, _ error: PostgresError) -> any Error {
        guard error.sqlState != nil else { return error }
        let direction = step.direction == .apply ? "Migration" : "Rollback"
        return MigrationError.failed(
            step: "\(direction) \(step.version) (\(step.name))",
            reason: error.detail.isEmpty ? error.message : error.detail)
    }

    private func record(_ step: MigrationStep, _ migration: Migration, _ connection: Connection) async throws {
        switch step.direction {
        case .apply:
            _ = try await connection.query(
                "INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)",
                [.int4(Int32(migration.version)), .text(migration.name), .text(migration.checksum)])
        case .rollBack:
            _ = try await connection.query(
                "DELETE FROM schema_migrations WHERE version = $1", [.int4(Int32(migration.version))])
        }
    }

    private static func applied(_ rows: Rows) throws -> [AppliedMigration] {
        try rows.map { row in
            AppliedMigration(
                version: try row.decode(0), name: try row.decode(1), checksum: try row.decode(2))
        }
    }

    private static let selectApplied = "SELECT version, name, checksum FROM schema_migrations ORDER BY version"
    /// Any number, the same in every garrison.
    private static let lock = "SELECT pg_advisory_xact_lock(7236836191)"
}
