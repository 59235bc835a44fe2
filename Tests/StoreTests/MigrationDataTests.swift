import Domain
import Postgres
import Store
import TestSupport
import Testing

/// Each migration on a database that has the schema before it, with data in every table.
@Suite("A migration and the data before it", .database)
struct MigrationDataTests {
    private static let versions = (try? Migration.all(in: ResourceLocator.migrations()).map(\.version)) ?? []

    /// A table's rows, as the columns it had then show them.
    private struct Content: Equatable {
        let table: String
        let columns: [String]
        let rows: [String]
    }

    @Test("every migration's tables have rows in these tests")
    func isComplete() {
        #expect(!Self.versions.isEmpty)
        #expect(Set(EveryTable.rows.map(\.version)).isSuperset(of: Self.versions))
    }

    @Test("forward it keeps every row, and back again rows and schema are as before", arguments: versions)
    func keepsData(version: Int) async throws {
        let previous = Self.versions.last { $0 < version } ?? 0
        let tenant = TestDatabase.current.a.id
        try await TestDatabase.withEmptyDatabase { url in
            let migrator = try Migrator(resources: try ResourceLocator.migrations())
            try await migrator.migrate(databaseURL: url, to: previous)
            try await TestDatabase.withOwner(of: url) { database in
                try await EveryTable.insert(tenant, database) { $0 <= previous }
                let contents = try await Self.contents(database)
                let schema = try await Self.schema(url)
                #expect(contents.allSatisfy { !$0.rows.isEmpty })

                try await migrator.migrate(databaseURL: url, to: version)
                #expect(try await Self.contents(database, as: contents) == contents)
                try await EveryTable.insert(tenant, database) { $0 == version }
                let tables = try await Catalogue(database: database).tables()
                let made = Set(tables).subtracting(contents.map(\.table))
                for table in made {
                    let count = try await Catalogue(database: database).count("SELECT count(*) FROM \(table)")
                    #expect(count > 0, "EveryTable has no row for \(table)")
                }

                try await migrator.migrate(databaseURL: url, to: previous)
                #expect(try await Self.contents(database, as: contents) == contents)
                #expect(try await Set(Catalogue(database: database).tables()).isDisjoint(with: made))
                #expect(try await Self.schema(url) == schema)
            }
        }
    }

    private static func contents(_ database: Database) async throws -> [Content] {
        let catalogue = Catalogue(database: database)
        var contents: [Content] = []
        for table in try await catalogue.tables() {
            contents.append(Content(table: table, columns: try await catalogue.columns(table), rows: []))
        }
        return try await Self.contents(database, as: contents)
    }

    private static func contents(_ database: Database, as known: [Content]) async throws -> [Content] {
        var contents: [Content] = []
        for content in known {
            let columns = content.columns.map { "\"\($0)\"" }.joined(separator: ", ")
            let rows = try await Catalogue(database: database).names(
                "SELECT r::text FROM (SELECT \(columns) FROM \(content.table)) AS r ORDER BY 1")
            contents.append(Content(table: content.table, columns: content.columns, rows: rows))
        }
        return contents
    }

    /// Without the extension, which stays: other schemas of the database may use it.
    private static func schema(_ url: String) async throws -> [Substring] {
        let dump = try await Shell.run(["\(Shell.checkout)/scripts/dump-schema", "--of", url])
        try #require(dump.status == 0, "\(dump.output)")
        return dump.output.split(separator: "\n").filter { !$0.contains("EXTENSION") }
    }
}
