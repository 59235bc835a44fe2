import Agent
import Domain
import Foundation
import TestSupport
import Testing

@Suite("A mounted root is described by what lies in it, and by nothing of the examining host", .blocking)
struct MountedRootTests {
    @Test("no kernel, address or kernel parameter of the host; a note says why")
    func nothingOfTheHost() throws {
        let inventory = try ScratchRoot().write("etc/hostname", "image-7\n").collect()
        #expect(inventory.kernel == nil && inventory.network.interfaces.isEmpty)
        #expect(!inventory.settings.keys.contains { $0.hasPrefix("sysctl.") })
        #expect(inventory.hostname == "image-7")
        for item in ["kernel", "network", "settings.sysctl"] {
            #expect(inventory.reasons(item).first?.hasPrefix("The system is not running") == true)
        }
    }

    @Test("a bare root gives a note for each thing it lacks, and no packages")
    func bare() throws {
        let root = try ScratchRoot()
        let inventory = try root.collect()
        #expect(inventory.packages.isEmpty && inventory.settings.isEmpty)
        #expect(
            Set(inventory.notes.map(\.item)) == [
                "os", "hostname", "kernel", "network", "machine_id", "packages", "settings.sshd",
                "settings.login_defs", "settings.sysctl",
            ])
        #expect(inventory.hostname == root.path.split(separator: "/").last.map(String.init))
    }

    @Test(
        "the host's names come from hostname(5) and hosts(5)",
        arguments: [
            ("web-1\n", "", "web-1", nil), ("web-1.example.org\n", "", "web-1", "web-1.example.org"),
            ("web-1\n", "127.0.1.1 web-1.example.org web-1 # x\n", "web-1", "web-1.example.org"),
            ("web-1\n", "# 127.0.1.1 web-1.example.org web-1\n192.0.2.1 web-10.example.org\n", "web-1", nil),
            ("we b;1$\n", "", "web1", nil),
        ] as [(String, String, String, String?)])
    func names(hostname: String, hosts: String, name: String, fqdn: String?) throws {
        let inventory = try ScratchRoot().write("etc/hostname", hostname).write("etc/hosts", hosts).collect()
        #expect(inventory.hostname == name && inventory.fqdn == fqdn)
    }

    @Test(
        "the machine id names the device; a blank one does not",
        arguments: [
            ("3D1219C7c4c5404aaa1f6d2a48adfda4\n", "3d1219c7c4c5404aaa1f6d2a48adfda4"),
            ("uninitialized\n", "hostname:box"), ("", "hostname:box"),
            (String(repeating: "0", count: 32), "hostname:box"), ("3d1219c7", "hostname:box"),
        ])
    func deviceID(text: String, id: String) throws {
        let inventory = try ScratchRoot().write("etc/hostname", "box").write("etc/machine-id", text).collect()
        #expect(inventory.deviceID == id)
        #expect(inventory.reasons("machine_id").isEmpty != id.hasPrefix("hostname:"))
    }

    @Test("D-Bus's machine id stands in")
    func dbus() throws {
        let id = "3d1219c7c4c5404aaa1f6d2a48adfda4"
        #expect(try ScratchRoot().write("var/lib/dbus/machine-id", id).collect().deviceID == id)
    }

    @Test("a root that is none is the one error", arguments: ["/nonexistent", "/etc/passwd"])
    func noRoot(path: String) {
        let error = #expect(throws: CollectionError.self) { try HostCollector(root: path).collect() }
        #expect(error?.message.contains(path) == true)
    }

    @Test("what it prints can be read back, the same")
    func roundTrip() throws {
        let root = try ScratchRoot().write("etc/os-release", "ID=debian\nVERSION_ID=12")
        try root.write("var/lib/dpkg/status", "Package: a\nVersion: 1\nStatus: install ok installed\n")
        let inventory = try root.collect()
        #expect(try readBack(inventory) == inventory)
    }
}
