import Domain
import Foundation
import TestSupport
import Testing

/// Every file that the collector looks for, packages' databases last.
private let readFiles = [
    "etc/os-release", "etc/hostname", "etc/hosts", "etc/machine-id", "etc/ssh/sshd_config", "etc/login.defs",
    "var/lib/dpkg/status", "lib/apk/db/installed", "var/lib/rpm/rpmdb.sqlite", "var/lib/rpm/Packages.db",
    "var/lib/rpm/Packages",
]

@Suite(
    "A hostile root gives notes; it never hangs, crashes or shows the host's files", .blocking,
    .timeLimit(.minutes(10)))
struct HostileRootTests {
    @Test("a pipe in the place of a file is not waited for", arguments: readFiles)
    func pipe(file: String) throws {
        let root = try ScratchRoot()
        try root.pipe(file)
        let inventory = try root.collect()
        #expect(inventory.packages.isEmpty)
        if file.hasPrefix("var/lib") || file.hasPrefix("lib") {
            #expect(inventory.notes.contains { $0.reason.contains("/\(file) is not a regular file") })
        }
    }

    @Test("a directory in the place of a file", arguments: readFiles)
    func directory(file: String) throws {
        let root = try ScratchRoot().write("\(file)/x", "")
        #expect(try root.collect().packages.isEmpty)
    }

    @Test("a file in the place of a directory")
    func noDirectory() throws {
        let root = try ScratchRoot().write("etc", "").write("var", "").write("lib", "").write("usr", "")
        #expect(try root.collect().packages.isEmpty)
    }

    @Test("links in a circle", arguments: readFiles)
    func loop(file: String) throws {
        let root = try ScratchRoot()
        let name = (file as NSString).lastPathComponent
        try root.link(file, to: name)
        #expect(try root.collect().packages.isEmpty)
    }

    @Test("a link out of the root leads to the same path inside it", arguments: ["/", "../../../../../../../../"])
    func escape(prefix: String) throws {
        let root = try ScratchRoot()
        try root.link("etc/hostname", to: prefix + "etc/hostname")
        try root.link("etc/os-release", to: prefix + "usr/lib/os-release")
        try root.link("var/lib/dpkg", to: prefix + "var/lib/dpkg")
        try root.link("etc/ssh", to: prefix + "tmp")
        let inventory = try root.collect()
        #expect(inventory.packages.isEmpty && inventory.os.id == "linux")
        #expect(!inventory.reasons("hostname").isEmpty)
    }

    @Test("a link to the host's own root stays inside", arguments: ["/proc/self/root", "/proc/1/root", "/.."])
    func magicLink(target: String) throws {
        let root = try ScratchRoot()
        try root.link("var", to: "\(target)/var")
        try root.link("etc", to: "\(target)/etc")
        #expect(try root.collect().packages.isEmpty)
    }

    @Test("a file of a terabyte is refused by its size", arguments: readFiles)
    func giant(file: String) throws {
        let root = try ScratchRoot()
        try root.sparse(file, size: 1 << 40)
        let inventory = try root.collect()
        #expect(inventory.packages.isEmpty)
        if file.hasPrefix("var/lib") || file.hasPrefix("lib") {
            #expect(inventory.notes.contains { $0.reason.contains("/\(file) is larger than") })
        }
    }

    @Test("a file that this user may not read is named")
    func denied() throws {
        let root = try ScratchRoot().write("var/lib/dpkg/status", "")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0], ofItemAtPath: "\(root.path)/var/lib/dpkg/status")
        let reasons = try root.collect().reasons("packages.dpkg")
        let note = "/var/lib/dpkg/status may not be read by this user; run as root to include it."
        // Root may read everything.
        #expect(reasons == (geteuid() == 0 ? [] : [note]))
    }

    @Test("a thousand levels of folders and names of any bytes")
    func deep() throws {
        let root = try ScratchRoot()
        try root.link("etc", to: String(repeating: "a/", count: 1_000))
        try root.write("var/lib/dpkg/status.d/\u{1}\u{7F}\u{FFFD} name", "Package: a\nVersion: 1\n")
        #expect(try root.collect().titles == ["a 1"])
    }
}
