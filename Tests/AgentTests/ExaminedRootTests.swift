import Agent
import Domain
import Foundation
import Testing

@Suite("A mounted root keeps the collector inside it")
struct ExaminedRootTests {
    @Test(
        "absolute and climbing links are followed inside the root",
        arguments: [
            "/usr/lib/os-release", "../usr/lib/os-release", "../../../../usr/lib/os-release",
            "/../etc/../usr/lib/os-release",
        ])
    func linksStayInside(target: String) throws {
        let tree = try ExaminedTree().write("usr/lib/os-release", "ID=inside\n").link("etc/os-release", to: target)
        #expect(try tree.collect().os.id == "inside")
    }

    @Test("a link to a file that only the examiner has leads nowhere")
    func escape() throws {
        let outside = try ExaminedTree().write("secret", "ID=outside\n")
        let tree = try ExaminedTree().link("etc/os-release", to: outside.path + "/secret")
        #expect(try tree.collect().os.id == "linux")
    }

    @Test("a linked folder is followed inside the root")
    func linkedFolder() throws {
        let tree = try ExaminedTree().write(
            "data/dpkg/status", "Package: a\nStatus: install ok installed\nVersion: 1\n"
        )
        .link("var/lib/dpkg", to: "/data/dpkg")
        #expect(try tree.collect().packages.map(\.name) == ["a"])
    }

    @Test("a link that leads to itself is a missing file")
    func loop() throws {
        let tree = try ExaminedTree().link("etc/os-release", to: "/etc/os-release").link(
            "etc/login.defs", to: "login.defs")
        let inventory = try tree.collect()
        #expect(inventory.os.id == "linux")
        #expect(inventory.reasons("settings.login_defs") == ["/etc/login.defs leads through too many symbolic links."])
    }

    @Test("a pipe in a file's place is told, not waited for")
    func pipe() throws {
        let tree = try ExaminedTree().write("var/lib/dpkg/x", "")
        #expect(output("mkfifo", [tree.path + "/var/lib/dpkg/status"]) != nil)
        #expect(try tree.collect().reasons("packages.dpkg") == ["/var/lib/dpkg/status is not a regular file."])
    }

    @Test("a file beyond the limit is told, not read")
    func tooLarge() throws {
        let tree = try ExaminedTree().write("var/lib/dpkg/status", "")
        let handle = try #require(FileHandle(forWritingAtPath: tree.path + "/var/lib/dpkg/status"))
        try handle.truncate(atOffset: 300 << 20)
        #expect(
            try tree.collect().reasons("packages.dpkg") == [
                "/var/lib/dpkg/status is larger than the 256 MiB that are read."
            ])
    }

    @Test("collecting leaves the examined system as it was")
    func readsOnly() throws {
        let tree = try ExaminedTree().write("etc/os-release", "ID=a\n").write("var/lib/rpm/rpmdb.sqlite", "no database")
        let before = try FileManager.default.subpathsOfDirectory(atPath: tree.path).sorted()
        _ = try tree.collect()
        #expect(try FileManager.default.subpathsOfDirectory(atPath: tree.path).sorted() == before)
    }
}
