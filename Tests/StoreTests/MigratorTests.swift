import Domain
import FoundationEssentials
import Postgres
import Store
import TestSupport
import Testing

@Suite("Migrating a database", .database)
struct MigratorTests {
    private static let shippedVersions = (try? Migration.all(in: ResourceLocator.migrations()).map(\.version)) ?? []

    private func shipped() throws -> Migrator { try Migrator(resources: try ResourceLocator.migrations()) }

    /// Two small migrations of our own; the second one's script can be another.
    private func folder(second: String = "CREATE TABLE second (word text);") throws -> TestFolder {
        let folder = try TestFolder()
        for (number, script, rollback) in [
            (1, "CREATE TABLE first (word text);\nINSERT INTO first VALUES ('kept');", "DROP TABLE first;"),
            (2, second, "DROP TABLE second;"),
        ] {
            try folder.write("BEGIN;\n\(script)\nCOMMIT;\n", to: "000\(number)_make_table.sql")
            try folder.write("BEGIN;\n\(rollback)\nCOMMIT;\n", to: "rollback_000\(number)_make_table.sql")
        }
        return folder
    }

    private func versions(_ url: String) async throws -> [Int] {
        try await TestDatabase.withOwner(of: url) { database in
            try await database.query("SELECT version FROM schema_migrations ORDER BY version").map { try $0.decode(0) }
        }
    }

    @Test("all of them forward, none to do then, all of them back: nothing of it stays")
    func thereAndBack() async throws {
        try await TestDatabase.withEmptyDatabase { url in
            let migrator = try shipped()
            #expect(try await migrator.migrate(databaseURL: url) == Self.shippedVersions.count)
            #expect(try await migrator.migrate(databaseURL: url) == 0)
            #expect(try await migrator.migrate(databaseURL: url, to: 0) == Self.shippedVersions.count)
            let left = try await TestDatabase.withOwner(of: url) { database in
                try await Catalogue(database: database).names(
                    """
                    SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
                    UNION ALL
                    SELECT proname FROM pg_proc AS p WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS (
                      SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e')
                    """)
            }
            #expect(Set(left).isSubset(of: ["schema_migrations", "schema_migrations_pkey"]))
        }
    }

    @Test("a target in the middle is reached from either side")
    func middle() async throws {
        try await TestDatabase.withEmptyDatabase { url in
            let migrator = try shipped()
            try await migrator.migrate(databaseURL: url, to: 3)
            #expect(try await versions(url) == [1, 2, 3])
            try await migrator.migrate(databaseURL: url)
            try await migrator.migrate(databaseURL: url, to: 4)
            #expect(try await versions(url) == [1, 2, 3, 4])
        }
    }

    @Test("two migrators at once take turns, and between them do each step once")
    func twoAtOnce() async throws {
        try await TestDatabase.withEmptyDatabase { url in
            let migrator = try shipped()
            async let one = migrator.migrate(databaseURL: url)
            async let other = migrator.migrate(databaseURL: url)
            #expect(try await one + other == Self.shippedVersions.count)
            #expect(try await versions(url) == Self.shippedVersions)
        }
    }

    @Test("a migration that fails leaves the version before it, and says where and why")
    func failure() async throws {
        let folder = try folder(second: "CREATE TABLE second (word text);\nINSERT INTO nowhere VALUES (1);")
        defer { folder.remove() }
        try await TestDatabase.withEmptyDatabase { url in
            let migrator = try Migrator(resources: folder.path)
            let error = await #expect(throws: MigrationError.self) { try await migrator.migrate(databaseURL: url) }
            #expect(error?.code == "migration.failed")
            #expect(error?.message.contains("Migration 2 (make_table) failed") == true)
            #expect(error?.message.contains("nowhere") == true)
            #expect(try await versions(url) == [1])
            let second = try await TestDatabase.withOwner(of: url) { database in
                try await database.query("SELECT to_regclass('second') IS NULL").bool(0, 0)
            }
            #expect(second)
        }
    }

    @Test("a migrator that is killed in the middle leaves the version before, and the next one goes on")
    func killed() async throws {
        let slow = try folder(second: "CREATE TABLE second (word text);\nSELECT pg_sleep(600);")
        defer { slow.remove() }
        try await TestDatabase.withEmptyDatabase { url in
            let migrator = try Migrator(resources: slow.path)
            let migration = Task { try await migrator.migrate(databaseURL: url) }
            try await TestDatabase.withOwner(of: url) { database in
                var killed = 0
                while killed == 0 {
                    killed = try await database.query(
                        """
                        SELECT pg_terminate_backend(pid)
                        FROM pg_stat_activity
                        WHERE datname = current_database() AND wait_event = 'PgSleep'
                        """
                    ).count
                }
            }
            await #expect(throws: PostgresError.self) { try await migration.value }
            #expect(try await versions(url) == [1])
            try slow.write("BEGIN;\nCREATE TABLE second (word text);\nCOMMIT;\n", to: "0002_make_table.sql")
            try await Migrator(resources: slow.path).migrate(databaseURL: url)
            #expect(try await versions(url) == [1, 2])
        }
    }

    @Test("a changed file is refused before anything is done, forward and back")
    func drift() async throws {
        let folder = try folder()
        defer { folder.remove() }
        try await TestDatabase.withEmptyDatabase { url in
            try await Migrator(resources: folder.path).migrate(databaseURL: url)
            try folder.write("BEGIN;\nCREATE TABLE first (word text, more text);\nCOMMIT;\n", to: "0001_make_table.sql")
            let changed = try Migrator(resources: folder.path)
            for target in [nil, 0] {
                await #expect(throws: MigrationError.changed(version: 1, name: "make_table")) {
                    try await changed.migrate(databaseURL: url, to: target)
                }
            }
            #expect(try await versions(url) == [1, 2])
        }
    }

    @Test("a database that a newer program has migrated is refused")
    func newer() async throws {
        let folder = try folder()
        defer { folder.remove() }
        try await TestDatabase.withEmptyDatabase { url in
            try await Migrator(resources: folder.path).migrate(databaseURL: url)
            for name in ["0002_make_table.sql", "rollback_0002_make_table.sql"] {
                try FileManager.default.removeItem(atPath: "\(folder.path)/\(name)")
            }
            let older = try Migrator(resources: folder.path)
            await #expect(throws: MigrationError.missing(version: 2, name: "make_table")) {
                try await older.migrate(databaseURL: url)
            }
        }
    }

    @Test("the store refuses a schema that is not the program's")
    func storeRefuses() async throws {
        let store = TestDatabase.current.store
        try await store.requireCurrentSchema()
        try await shipped().migrate(databaseURL: TestDatabase.current.url, to: 4)
        await #expect(throws: StoreError.migrationsPending) { try await store.requireCurrentSchema() }
    }
}
