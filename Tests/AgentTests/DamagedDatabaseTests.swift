import Domain
import Foundation
import TestRandomness
import TestSupport
import Testing

@Suite("A damaged package database gives what can be read, and a note", .blocking, .timeLimit(.minutes(5)))
struct DamagedDatabaseTests {
    private enum Format: CaseIterable {
        case sqlite, ndb, berkeley, dpkg, apk

        var path: String {
            switch self {
            case .sqlite: "var/lib/rpm/rpmdb.sqlite"
            case .ndb: "var/lib/rpm/Packages.db"
            case .berkeley: "var/lib/rpm/Packages"
            case .dpkg: "var/lib/dpkg/status"
            case .apk: "lib/apk/db/installed"
            }
        }

        func data(_ fixture: RPMFixture) throws -> Data {
            switch self {
            case .sqlite: try fixture.file("rpmdb.sqlite")
            case .ndb: try fixture.ndb()
            case .berkeley: try Data(contentsOf: URL(fileURLWithPath: fixture.berkeley(pageSize: 512) + "/Packages"))
            case .dpkg: Data("Package: a\nStatus: install ok installed\nSource: b (1)\nVersion: 1:2-3\n\n".utf8)
            case .apk: Data("P:musl\nV:1.2.5-r0\nA:x86_64\no:musl\nm:A <a@b>\n\n".utf8)
            }
        }
    }

    /// Packages that are damaged somewhere may come out changed, but always as an inventory allows them.
    private func collect(_ format: Format, _ data: Data) throws -> Inventory {
        let inventory = try ScratchRoot().write(format.path, data).collect()
        #expect(try readBack(inventory) == inventory)
        return inventory
    }

    @Test("cut off anywhere", arguments: Format.allCases)
    private func truncated(format: Format) throws {
        let whole = try format.data(try RPMFixture())
        let count = try collect(format, whole).packages.count
        for length in stride(from: 0, to: whole.count, by: max(1, whole.count / 150)) {
            let inventory = try collect(format, whole.prefix(length))
            #expect(inventory.packages.count <= count)
            if format != .dpkg, format != .apk { #expect(!inventory.reasons("packages.rpm").isEmpty) }
        }
    }

    @Test("with bytes changed anywhere", arguments: Format.allCases)
    private func mutated(format: Format) throws {
        var generator = SeededRandom(seed: 5)
        let whole = try format.data(try RPMFixture())
        for _ in 0..<300 {
            var data = whole
            for _ in 0..<Int.random(in: 1...20, using: &generator) {
                // The beginning holds the structures that lead to everything else.
                let end = Bool.random(using: &generator) ? min(data.count, 600) : data.count
                let index = Int.random(in: 0..<end, using: &generator)
                data[index] =
                    [0, 0xFF, 0x7F, UInt8.random(in: 0...255, using: &generator)]
                    .randomElement(using: &generator) ?? 0
            }
            _ = try collect(format, data)
        }
    }

    @Test("noise", arguments: Format.allCases)
    private func noise(format: Format) throws {
        var generator = SeededRandom(seed: 6)
        for size in [0, 1, 16, 511, 512, 4_096, 70_000] {
            let data = Data((0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) })
            #expect(try collect(format, data).packages.isEmpty)
        }
    }

    @Test("a database that shows one header a million times is found out")
    func repeated() throws {
        var data = try RPMFixture().ndb()
        let slot = data[32..<48]
        // Slots for a thousand pages, all pointing at the first header.
        let pages = 1_000
        let first = data[4_096...]
        var head = Data(data[0..<12]) + Data([UInt8(pages & 0xFF), UInt8(pages >> 8), 0, 0]) + data[16..<32]
        var moved = Data(slot)
        let block = UInt32(pages * 4_096 / 16)
        moved.replaceSubrange(8..<12, with: withUnsafeBytes(of: block) { Data($0) })
        while head.count < pages * 4_096 { head += moved }
        data = head + first
        let inventory = try collect(.ndb, data)
        #expect(inventory.packages.count <= data.count / 1_000)
        #expect(inventory.reasons("packages.rpm").contains { $0.contains("more than it can") })
    }

    @Test("a database whose table of packages is a view is not run")
    func view() throws {
        let root = try ScratchRoot().write("var/lib/rpm/x", "")
        let sql = """
            CREATE VIEW Packages AS
            WITH RECURSIVE r(hnum, blob) AS (SELECT 1, x'00' UNION ALL SELECT hnum + 1, blob FROM r)
            SELECT * FROM r
            """
        let script = """
            import sqlite3
            sqlite3.connect('\(root.path)/var/lib/rpm/rpmdb.sqlite').executescript('''\(sql)''')
            """
        _ = try Command.output("python3", "-c", script)
        #expect(try root.collect().reasons("packages.rpm").first?.contains("no table of packages") == true)
    }
}
