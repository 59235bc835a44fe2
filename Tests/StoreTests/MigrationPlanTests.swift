import Domain
import Store
import TestSupport
import Testing

@Suite("Which migrations to run")
struct MigrationPlanTests {
    let folder = Result { try ResourceLocator.migrations() }

    private func shipped() throws -> [Migration] { try Migration.all(in: try folder.get()) }

    private func applied(_ migrations: some Sequence<Migration>) -> [AppliedMigration] {
        migrations.map { AppliedMigration(version: $0.version, name: $0.name, checksum: $0.checksum) }
    }

    @Test("every forward script has a rollback, and numbers ascend")
    func pairs() throws {
        let migrations = try shipped()
        #expect(migrations.map(\.version) == migrations.map(\.version).sorted())
        #expect(migrations.allSatisfy { !$0.script.isEmpty && !$0.rollback.isEmpty })
        #expect(migrations.contains { $0.version == 21 && $0.name == "edr_integration" })
    }

    @Test("an empty database gets all, oldest first; a target stops there; 0 takes back all, newest first")
    func directions() throws {
        let migrations = try shipped()
        let versions = migrations.map(\.version)
        let up = try MigrationPlan.steps(available: migrations, applied: [], target: nil)
        #expect(up.map(\.version) == versions)
        let half = try MigrationPlan.steps(available: migrations, applied: [], target: 3)
        #expect(half.map(\.version) == [1, 2, 3])
        let down = try MigrationPlan.steps(available: migrations, applied: applied(migrations), target: 0)
        #expect(down.map(\.version) == versions.reversed())
        #expect(down.allSatisfy { $0.direction == .rollBack })
    }

    @Test("one that arrives later in a gap between numbers is applied")
    func gap() throws {
        let migrations = try shipped()
        let steps = try MigrationPlan.steps(
            available: migrations, applied: applied(migrations.filter { $0.version != 4 && $0.version != 5 }),
            target: nil)
        #expect(steps.map(\.version) == [4, 5])
    }

    @Test("a file that was changed after it was applied is refused by name")
    func drift() throws {
        let migrations = try shipped()
        var record = applied(migrations)
        record[1] = AppliedMigration(version: record[1].version, name: record[1].name, checksum: "0")
        #expect(throws: MigrationError.changed(version: 2, name: "create_intelligence")) {
            try MigrationPlan.steps(available: migrations, applied: record, target: nil)
        }
    }

    @Test("an applied migration that this program does not know is refused")
    func unknown() throws {
        let migrations = try shipped()
        let record = applied(migrations) + [AppliedMigration(version: 9000, name: "from_tomorrow", checksum: "0")]
        #expect(throws: MigrationError.missing(version: 9000, name: "from_tomorrow")) {
            try MigrationPlan.steps(available: migrations, applied: record, target: nil)
        }
    }

    @Test("a target that is no migration is refused")
    func noSuchTarget() throws {
        #expect(throws: MigrationError.unknownVersion(7)) {
            try MigrationPlan.steps(available: try shipped(), applied: [], target: 7)
        }
    }

    @Test(
        "a folder that cannot be right is refused by the file at fault",
        arguments: [
            (["0001_make_a.sql": "BEGIN;\nSELECT 1;\nCOMMIT;"], "rollback_0001_make_a.sql"),
            (
                ["0001_make_a.sql": "SELECT 1;", "rollback_0001_make_a.sql": "BEGIN;\nSELECT 1;\nCOMMIT;"],
                "0001_make_a.sql"
            ),
            (["1_make_a.sql": "BEGIN;\nSELECT 1;\nCOMMIT;"], "1_make_a.sql"),
            (
                [
                    "0001_make_a.sql": "BEGIN;\nSELECT 1;\nCOMMIT;",
                    "rollback_0001_make_a.sql": "BEGIN;\nSELECT 1;\nCOMMIT;",
                    "0001_make_b.sql": "BEGIN;\nSELECT 1;\nCOMMIT;",
                    "rollback_0001_make_b.sql": "BEGIN;\nSELECT 1;\nCOMMIT;",
                ], "0001_make_b.sql"
            ),
        ])
    func badFolder(files: [String: String], culprit: String) throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        for (name, text) in files { try folder.write(text, to: name) }
        let error = #expect(throws: MigrationError.self) { try Migration.all(in: folder.path) }
        guard case .badFile(let name, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(name == culprit)
    }

    @Test("a folder without migrations is refused")
    func emptyFolder() throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        #expect(throws: MigrationError.unreadable(folder: folder.path)) { try Migration.all(in: folder.path) }
    }
}
