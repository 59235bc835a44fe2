import Agent
import Domain
import TestSupport
import Testing

/// The inventory of the machine that runs the tests.
func hostInventory() throws -> Inventory { try HostCollector(root: "/").collect() }

@Suite("The running host", .blocking)
struct HostTests {
    @Test("the kernel that runs, as uname tells it")
    func kernel() throws {
        let name = try ["-r", "-v", "-m"].flatMap { try Command.output("uname", $0).lines }
        let kernel = try #require(try hostInventory().kernel)
        #expect([kernel.release, kernel.version, kernel.architecture] == name)
    }

    @Test("the name, without a domain")
    func hostname() throws {
        let node = try #require(try Command.output("uname", "-n").lines.first)
        #expect(try hostInventory().hostname == node.split(separator: ".").first.map(String.init))
    }

    @Test("the addresses that hostname -I lists; loopback is no address of a host")
    func addresses() throws {
        let listed = try Command.output("hostname", "-I").split(whereSeparator: \.isWhitespace).map(String.init)
        let found = try hostInventory().network.interfaces.flatMap(\.addresses)
        #expect(Set(found) == Set(listed.filter { !$0.hasPrefix("169.254.") }))
        #expect(!found.contains("127.0.0.1") && !found.contains("::1"))
    }

    @Test("every interface's MAC address is the one in /sys")
    func macs() throws {
        for interface in try hostInventory().network.interfaces {
            let address = try Command.output("cat", "/sys/class/net/\(interface.name)/address").lines.first
            #expect(interface.mac == nil || interface.mac == address)
        }
    }

    @Test("the same machine twice is the same device")
    func stable() throws {
        #expect(try hostInventory().deviceID == hostInventory().deviceID)
    }

    @Test("a path that leads to / is the running system, too")
    func otherPath() throws {
        #expect(try HostCollector(root: "/usr/..").collect().kernel != nil)
    }
}
