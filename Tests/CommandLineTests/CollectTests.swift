import Domain
import Foundation
import Inventories
import TestSupport
import Testing

@Suite("garrison collect", .blocking)
struct CollectTests {
    private func inventory(_ result: GarrisonProcess) throws -> Inventory {
        try InventoryReader.inventory(Data(result.output.utf8))
    }

    @Test("prints an inventory, compact or indented, and its notes on standard error")
    func prints() throws {
        let indented = try GarrisonProcess.run(["collect"])
        let compact = try GarrisonProcess.run(["collect", "--compact"])
        #expect(indented.status == 0 && compact.status == 0)
        #expect(compact.output.lines.count == 1 && indented.output.lines.count > 100)
        let found = try inventory(compact)
        #expect(try inventory(indented).packages == found.packages && found.packages.count > 50)
        #expect(compact.complaints.lines == found.notes.map { "collect: \($0.item): \($0.reason)" })
    }

    @Test("an ordinary user gets the same packages", .enabled(if: geteuid() == 0))
    func ordinaryUser() throws {
        let nobody = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        let result = try GarrisonProcess.run(["collect"], prefix: nobody)
        #expect(result.status == 0)
        let own = try inventory(try GarrisonProcess.run(["collect"]))
        let found = try inventory(result)
        #expect(found.packages == own.packages && found.os == own.os && found.network == own.network)
    }

    @Test("a mounted root is a host of its own")
    func root() throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        try FileManager.default.createDirectory(atPath: "\(folder.path)/etc", withIntermediateDirectories: true)
        _ = try folder.write("image-1", to: "etc/hostname")
        _ = try folder.write("ID=alpine\nVERSION_ID=3.19.1", to: "etc/os-release")
        let found = try inventory(try GarrisonProcess.run(["collect", "--root", folder.path]))
        #expect(found.hostname == "image-1" && found.os.ecosystem.description == "alpine:3.19" && found.kernel == nil)
    }

    @Test("a root that is none is told in a sentence")
    func noRoot() throws {
        let result = try GarrisonProcess.run(["collect", "--root", "/nonexistent"])
        #expect(result.status == 1 && result.output.isEmpty)
        #expect(
            result.complaints == "garrison: The root directory /nonexistent cannot be examined: No such file or "
                + "directory. Give the directory where the system is mounted.\n")
    }
}
