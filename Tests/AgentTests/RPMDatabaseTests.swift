import Agent
import CSQLite
import Domain
import Foundation
import Testing

@Suite("RPM's databases give what rpm -qa gives", .enabled(if: RPMSample.shared != nil, RPMSample.reason))
struct RPMDatabaseTests {
    private let sample: RPMSample

    init() throws { sample = try #require(RPMSample.shared) }

    /// `rpm -qa` without the keys that rpm keeps as packages.
    private var expected: [String] { sample.query.filter { !$0.hasPrefix("gpg-pubkey|") } }

    private func lines(_ path: String, _ data: Data) throws -> [String] {
        let inventory = try ExaminedTree().write(path, data).collect()
        #expect(inventory.reasons("packages.rpm").isEmpty)
        return inventory.packages.map(RPMSample.line).sorted()
    }

    @Test(
        "the SQLite database that rpm made",
        arguments: ["var/lib/rpm/rpmdb.sqlite", "usr/lib/sysimage/rpm/rpmdb.sqlite"])
    func sqlite(path: String) throws {
        #expect(try lines(path, sample.sqlite) == expected)
    }

    @Test("the ndb database, written after its description")
    func ndb() throws {
        #expect(try lines("usr/lib/sysimage/rpm/Packages.db", RPMDatabaseFiles.ndb(sample.headers)) == expected)
    }

    @Test(
        "the Berkeley database that Berkeley DB made, of either byte order and any page size",
        .enabled(if: output("perl", ["-MDB_File", "-e", "1"]) != nil, "Perl's DB_File is not installed here"),
        arguments: [(false, 4096), (true, 4096), (false, 512), (false, 16_384), (false, 65_536)])
    func berkeley(bigEndian: Bool, pageSize: Int) throws {
        let data = try #require(try RPMDatabaseFiles.berkeley(sample.headers, bigEndian: bigEndian, pageSize: pageSize))
        #expect(try lines("var/lib/rpm/Packages", data) == expected)
    }

    @Test("a key is no package")
    func keys() throws {
        #expect(sample.query.contains { $0.hasPrefix("gpg-pubkey|") })
        #expect(!expected.isEmpty && sample.headers.count == expected.count + 1)
    }

    @Test("one folder reached by two names is read once")
    func linkedFolders() throws {
        let tree = try ExaminedTree().write("usr/lib/sysimage/rpm/rpmdb.sqlite", sample.sqlite)
            .link("var/lib/rpm", to: "../../usr/lib/sysimage/rpm")
        #expect(try tree.collect().packages.count == expected.count)
    }

    @Test("a converted database's predecessor is left aside")
    func converted() throws {
        let tree = try ExaminedTree().write("var/lib/rpm/rpmdb.sqlite", sample.sqlite)
            .write("var/lib/rpm/Packages.db", RPMDatabaseFiles.ndb(Array(sample.headers.prefix(1))))
        #expect(try tree.collect().packages.count == expected.count)
    }

    @Test("a transaction that is still in SQLite's log counts, and nothing is written beside the database")
    func openTransaction() throws {
        let tree = try ExaminedTree().write("var/lib/rpm/rpmdb.sqlite", sample.sqlite)
        var handle: OpaquePointer?
        #expect(
            sqlite3_open_v2("\(tree.path)/var/lib/rpm/rpmdb.sqlite", &handle, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK)
        defer { sqlite3_close(handle) }
        let sql = """
            PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;
            INSERT INTO Packages (blob) SELECT blob FROM Packages;
            """
        #expect(sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK)
        let before = try FileManager.default.contentsOfDirectory(atPath: tree.path + "/var/lib/rpm").sorted()
        #expect(before.contains("rpmdb.sqlite-wal"))
        #expect(try tree.collect().packages.count == expected.count * 2)
        #expect(try FileManager.default.contentsOfDirectory(atPath: tree.path + "/var/lib/rpm").sorted() == before)
    }

    @Test("a view in the place of the table is not run")
    func view() throws {
        let tree = try ExaminedTree().write("var/lib/rpm/x", "")
        var handle: OpaquePointer?
        sqlite3_open("\(tree.path)/var/lib/rpm/rpmdb.sqlite", &handle)
        let sql = """
            CREATE VIEW Packages AS WITH RECURSIVE n(blob) AS (SELECT 1 UNION ALL SELECT blob + 1 FROM n) SELECT blob FROM n
            """
        #expect(sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK)
        sqlite3_close(handle)
        let inventory = try tree.collect()
        #expect(inventory.packages.isEmpty)
        #expect(inventory.reasons("packages.rpm").count == 1)
    }
}
