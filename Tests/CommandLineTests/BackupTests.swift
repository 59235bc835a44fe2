import Cluster
import Foundation
import Postgres
import TestSupport
import Testing

@Suite("A backup is everything, and comes back the same", .database, .blocking)
struct BackupTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    /// Every table's rows, in an order of their own.
    private func content(_ url: String) async throws -> [String: String] {
        let database = try await Database(DatabaseConfiguration(url: url))
        let tables = try await database.query(
            """
            SELECT c.relname::text
            FROM pg_class AS c
            JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence = 'p'
            """
        ).map { try $0.decode(0, as: String.self) }
        var content: [String: String] = [:]
        for table in tables {
            let rows = try await database.query(
                "SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '') FROM \"\(table)\" AS t")
            content[table] = try rows[0].decode(0, as: String.self)
        }
        await database.close()
        return content
    }

    private func backup(_ name: String = "backup", key: String? = nil) throws -> GarrisonProcess {
        var environment = ["DATABASE_URL": TestDatabase.current.url]
        environment["GARRISON_SECRET_KEY_FILE"] = key
        return try GarrisonProcess.run(["backup", "\(folder.path)/\(name)"], environment: environment)
    }

    private func fill() async throws {
        let database = TestDatabase.current
        try await database.addIntelligence()
        try await database.addEndpoints(3, in: database.a)
        try await database.addEndpoints(2, in: database.b)
        try await database.scan(database.a)
    }

    @Test("every row of every table, the key, and the isolation of tenants")
    func roundTrip() async throws {
        defer { folder.remove() }
        try await fill()
        let key = try folder.write(String(repeating: "k", count: 32), to: "key")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        let saved = try backup(key: key)
        #expect(saved.status == 0 && saved.output == "\(folder.path)/backup\n")
        let expected = try await content(TestDatabase.current.url)
        #expect(expected["endpoints"]?.lines.count == 5 && expected["findings"]?.isEmpty == false)

        let path = folder.path
        try await TestDatabase.withEmptyDatabase { url in
            let restored = try GarrisonProcess.run(
                ["restore", "\(path)/backup"],
                environment: ["DATABASE_URL": url, "GARRISON_SECRET_KEY_FILE": "\(path)/new.key"])
            #expect(restored.status == 0, "\(restored.complaints)")
            #expect(try await content(url) == expected)
            #expect(try folder.read("new.key") == String(repeating: "k", count: 32))
            // Row-level security came back with the tables.
            let doctor = try DoctorRun(environment: ["DATABASE_URL": url])
            #expect(doctor["database.roles"]?.status == "ok" && doctor["database.schema"]?.status == "ok")
            let again = try GarrisonProcess.run(["restore", "\(path)/backup"], environment: ["DATABASE_URL": url])
            #expect(again.status == 1 && again.complaints.contains("is not empty"))
        }
    }

    @Test("into a private PostgreSQL that did not exist")
    func privateCluster() async throws {
        defer { folder.remove() }
        try await fill()
        #expect(try backup().status == 0)
        let scratch = try TestFolder()
        defer { scratch.remove() }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch.path)
        let restored = try GarrisonProcess.run([
            "restore", "\(folder.path)/backup", "--data-dir", "\(scratch.path)/data",
        ])
        #expect(restored.status == 0, "\(restored.complaints)")
        let cluster = PrivateCluster(dataDirectory: "\(scratch.path)/data")
        let url = try await cluster.start()
        let rows = try await content(url)["endpoints"]
        let list = try GarrisonProcess.run(["tenant", "list"], environment: ["DATABASE_URL": url])
        await cluster.stop()
        #expect(rows?.lines.count == 5 && list.output.contains("alpha") && list.output.contains("beta"))
    }

    @Test("only its owner can enter it, and what exists is not overwritten")
    func permissions() throws {
        defer { folder.remove() }
        #expect(try backup().status == 0)
        let mode = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/backup")[.posixPermissions] as? Int
        #expect(mode == 0o700)
        let again = try backup()
        #expect(again.status == 1 && again.complaints.contains("exists already"))
    }

    @Test("no backup, one of a newer program, and another key in the key's place are refused before anything is done")
    func refused() async throws {
        defer { folder.remove() }
        let key = try folder.write("one key", to: "key")
        #expect(try backup(key: key).status == 0)
        let path = folder.path
        let other = try folder.write("another", to: "other.key")
        try await TestDatabase.withEmptyDatabase { url in
            func restore(_ name: String, key: String = "/nonexistent") throws -> GarrisonProcess {
                try GarrisonProcess.run(
                    ["restore", "\(path)/\(name)"], environment: ["DATABASE_URL": url, "GARRISON_SECRET_KEY_FILE": key])
            }
            #expect(try restore("nothing").complaints.contains("is no backup that this garrison reads"))
            #expect(try restore("backup", key: other).complaints.contains("is another key than the backup’s"))
            let manifest = try folder.read("backup/manifest.json").replacingOccurrences(
                of: "\"schema\" : ", with: "\"schema\" : 9")
            try folder.write(manifest, to: "backup/manifest.json")
            #expect(try restore("backup").complaints.contains("made by a newer garrison"))
            #expect(try await content(url).isEmpty)
        }
    }
}
