import Agent
import Domain
import Foundation
import Testing

@Suite("A host's inventory is what its files say")
struct HostCollectorTests {
    @Test("an empty root gives an inventory of notes, not an error")
    func emptyRoot() throws {
        let inventory = try ExaminedTree().collect()
        #expect(inventory.os == OperatingSystem(id: "linux", name: "Linux", version: ""))
        #expect(inventory.packages.isEmpty)
        #expect(inventory.kernel == nil)
        #expect(
            Set(inventory.notes.map(\.item)) == [
                "os", "hostname", "kernel", "network", "machine_id", "packages", "settings.sshd", "settings.login_defs",
                "settings.sysctl",
            ])
        #expect(inventory.notes.allSatisfy { $0.reason.hasSuffix(".") })
    }

    @Test("a root that does not exist is an error", arguments: ["/nonexistent/root", "/etc/passwd", ""])
    func missingRoot(path: String) {
        #expect(throws: CollectionError.self) { try HostCollector(root: path).collect() }
    }

    @Test("this host is collected whole, without rights, and survives the wire")
    func runningHost() throws {
        let inventory = try HostCollector(agentVersion: "1.2").collect()
        #expect(!inventory.hostname.isEmpty && inventory.kernel != nil)
        #expect(inventory.settings["sysctl.kernel.randomize_va_space"] != nil)
        #expect(inventory.network.interfaces.allSatisfy { $0.name != "lo" })
        #expect(
            !inventory.network.interfaces.flatMap(\.addresses).contains { $0.hasPrefix("127.") || $0.hasPrefix("fe80") }
        )
    }

    @Test("os-release is read with the shell's quoting")
    func osRelease() throws {
        let os = try ExaminedTree().write(
            "etc/os-release",
            #"""
            # comment
            NAME="Foo \"Bar\" \$HOME Linux"
            ID=almalinux
            ID_LIKE='rhel centos fedora'
            VERSION_ID="9.4"
            PRETTY_NAME=Foo\ Linux # trailing
            VERSION_CODENAME=""
            BROKEN LINE
            """#
        ).collect().os
        #expect(
            os
                == OperatingSystem(
                    id: "almalinux", name: "Foo \"Bar\" $HOME Linux", version: "9.4", prettyName: "Foo Linux",
                    like: ["rhel", "centos", "fedora"]))
    }

    @Test("without /etc/os-release, /usr/lib/os-release counts")
    func osReleaseFallback() throws {
        let inventory = try ExaminedTree().write("usr/lib/os-release", "ID=wolfi\n").collect()
        #expect(inventory.os.id == "wolfi")
        #expect(inventory.reasons("os").isEmpty)
    }

    @Test(
        "the hostname is the first label; the domain name comes from it or from hosts",
        arguments: [
            ("web-1\n", "", "web-1", nil), ("web-1.example.org\n", "", "web-1", "web-1.example.org"),
            ("web-1", "127.0.1.1 web-1.example.org web-1 # x\n", "web-1", "web-1.example.org"),
            ("web-1", "127.0.0.1 localhost\n10.0.0.1 other.example.org other\n", "web-1", nil),
        ] as [(String, String, String, String?)])
    func names(file: String, hosts: String, hostname: String, fqdn: String?) throws {
        let inventory = try ExaminedTree().write("etc/hostname", file).write("etc/hosts", hosts).collect()
        #expect(inventory.hostname == hostname)
        #expect(inventory.fqdn == fqdn)
    }

    @Test("the machine id is the device; D-Bus's id stands in for it")
    func machineID() throws {
        let id = "3d1219c7c4c5404aaa1f6d2a48adfda4"
        #expect(try ExaminedTree().write("etc/machine-id", id + "\n").collect().deviceID == id)
        let unset = try ExaminedTree().write("etc/machine-id", "uninitialized\n").write("var/lib/dbus/machine-id", id)
        #expect(try unset.collect().deviceID == id)
    }

    @Test("a host without any id is known by its name, and says so")
    func noMachineID() throws {
        let inventory = try ExaminedTree().write("etc/hostname", "web-1").write("etc/machine-id", "").collect()
        #expect(inventory.deviceID == "hostname:web-1")
        #expect(!inventory.reasons("machine_id").isEmpty)
    }
}
