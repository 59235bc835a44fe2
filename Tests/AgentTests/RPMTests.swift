import Domain
import Foundation
import TestSupport
import Testing

@Suite("rpm's database gives what rpm -qa gives", .blocking)
struct RPMTests {
    let fixture: RPMFixture
    let expected: [String]

    init() throws {
        fixture = try RPMFixture()
        expected = try RPMFixture.query(fixture.database)
    }

    private func lines(_ inventory: Inventory) -> [String] {
        inventory.packages.map { package in
            [
                package.name, package.version, package.architecture ?? "", package.source ?? package.name,
                package.vendor ?? "", package.installDate.map { "\(Int($0.timeIntervalSince1970))" } ?? "",
                package.module ?? "",
            ].joined(separator: "\t")
        }.sorted()
    }

    @Test(
        "SQLite, in each of the places that distributions use",
        arguments: ["var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm"])
    func sqlite(folder: String) throws {
        let root = try ScratchRoot().write("\(folder)/rpmdb.sqlite", try fixture.file("rpmdb.sqlite"))
        let inventory = try root.collect()
        #expect(lines(inventory) == expected)
        #expect(inventory.reasons("packages.rpm").isEmpty)
        #expect(expected.count == 4)
    }

    @Test("an epoch is part of the version, and of the source's")
    func epochs() throws {
        let root = try ScratchRoot().write("var/lib/rpm/rpmdb.sqlite", try fixture.file("rpmdb.sqlite"))
        let packages = try root.collect().packages
        let nodejs = try #require(packages.first { $0.name == "nodejs" })
        #expect(nodejs.version == "1:18.20.2-1.module_el9" && nodejs.source == nil && nodejs.sourceVersion == nil)
        let npm = try #require(packages.first { $0.name == "npm" })
        #expect(npm.version == "1:10.5.0~rc1-1.module_el9" && npm.sourceVersion == "1:18.20.2-1.module_el9")
        #expect(packages.first { $0.name == "plain" }?.version == "18.20.2-1.module_el9")
    }

    @Test("SQLite with a transaction that is only in its log, read from a copy, with nothing written beside it")
    func writeAheadLog() throws {
        // A connection that is never closed leaves its changes in the log.
        let script = """
            import sqlite3, os
            connection = sqlite3.connect('\(fixture.database)/rpmdb.sqlite')
            connection.execute('PRAGMA journal_mode=WAL')
            connection.execute('PRAGMA wal_autocheckpoint=0')
            connection.execute("DELETE FROM Packages WHERE hnum = (SELECT min(hnum) FROM Packages)")
            connection.commit()
            os._exit(0)
            """
        _ = try Command.output("python3", "-c", script)
        let root = try ScratchRoot().write("var/lib/rpm/rpmdb.sqlite", try fixture.file("rpmdb.sqlite"))
        try root.write("var/lib/rpm/rpmdb.sqlite-wal", try fixture.file("rpmdb.sqlite-wal"))
        #expect(try root.collect().packages.count == expected.count - 1)
        let left = try FileManager.default.contentsOfDirectory(atPath: "\(root.path)/var/lib/rpm").sorted()
        #expect(left == ["rpmdb.sqlite", "rpmdb.sqlite-wal"])
        // rpm, which takes the log in, is of the same opinion.
        #expect(try RPMFixture.query(fixture.database).count == expected.count - 1)
    }

    @Test("Berkeley DB's own files, headers on pages and beside them", arguments: [512, 4096, 65_536])
    func berkeley(pageSize: Int) throws {
        let folder = try fixture.berkeley(pageSize: pageSize)
        #expect(try RPMFixture.query(folder, backend: "bdb_ro") == expected)
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/Packages"))
        let inventory = try ScratchRoot().write("var/lib/rpm/Packages", data).collect()
        #expect(lines(inventory) == expected)
        #expect(inventory.reasons("packages.rpm").isEmpty)
    }

    @Test("ndb, as the format's description has it")
    func ndb() throws {
        let inventory = try ScratchRoot().write("usr/lib/sysimage/rpm/Packages.db", try fixture.ndb()).collect()
        #expect(lines(inventory) == expected)
        #expect(inventory.reasons("packages.rpm").isEmpty)
    }

    @Test("of a converted database and its predecessor the newer format counts, and a link counts once")
    func predecessor() throws {
        let root = try ScratchRoot().write("usr/lib/sysimage/rpm/rpmdb.sqlite", try fixture.file("rpmdb.sqlite"))
        try root.write("usr/lib/sysimage/rpm/Packages.db", try fixture.ndb())
        try root.link("var/lib/rpm", to: "../../usr/lib/sysimage/rpm")
        #expect(lines(try root.collect()) == expected)
    }

    @Test("keys, which rpm keeps as packages, are no software")
    func keys() throws {
        let names = try Command.output("rpm", "--dbpath", fixture.database, "-qa", "--qf", "%{NAME}\\n").lines
        #expect(names.contains("gpg-pubkey"))
        let root = try ScratchRoot().write("var/lib/rpm/rpmdb.sqlite", try fixture.file("rpmdb.sqlite"))
        #expect(try !root.collect().packages.contains { $0.name == "gpg-pubkey" })
    }
}
