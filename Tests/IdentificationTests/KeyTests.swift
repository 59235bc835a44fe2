import Foundation
import Identification
import Testing
import TestRandomness

@Suite("The facts that identify a machine")
struct KeyTests {
    private func values(_ sighting: DeviceSighting, _ kind: IdentityKey.Kind) -> [String] {
        sighting.keys.filter { $0.kind == kind }.map(\.value)
    }

    @Test("a UUID is one whichever way its first fields' bytes are written")
    func byteOrder() {
        let straight = device("a", "1", uuid: "44454C4C-5900-1035-8052-B4C04F4E4232")
        let swapped = device("b", "1", uuid: "{4c4c4544-0059-3510-8052-b4c04f4e4232}")
        #expect(values(straight, .hardware) == values(swapped, .hardware))
        #expect(values(straight, .hardware) == ["44454c4c-5900-1035-8052-b4c04f4e4232"])
    }

    @Test(
        "values that a vendor forgot to fill in say nothing",
        arguments: [
            "To Be Filled By O.E.M.", "Default string", "System Serial Number", "None", "0", "00000000", "123456789",
            "  ", "N/A", "XXXXXXXX",
        ])
    func fillers(serial: String) {
        #expect(values(device("a", "1", serial: serial), .serial).isEmpty)
    }

    @Test(
        "UUIDs that many mainboards share say nothing",
        arguments: [
            "00000000-0000-0000-0000-000000000000", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
            "03000200-0400-0500-0006-000700080009", "not a uuid", "44454C4C-5900-1035",
        ])
    func sharedUUIDs(uuid: String) {
        #expect(values(device("a", "1", uuid: uuid), .hardware).isEmpty)
    }

    @Test(
        "addresses of virtual, randomised and shared adapters say nothing",
        arguments: [
            "02:42:ac:11:00:02", "00:50:56:C0:00:08", "00:E0:4C:68:00:11", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00",
            "01:00:5e:00:00:fb", "DA:A1:19:00:00:01", "3C:52:82:11:22", "",
        ])
    func uselessAddresses(mac: String) {
        #expect(values(device("a", "1", macs: [mac]), .interface).isEmpty)
    }

    @Test(
        "a MAC address is one in every notation",
        arguments: ["3C:52:82:AA:BB:CC", "3c-52-82-aa-bb-cc", "3c52.82aa.bbcc", "3C5282AABBCC"])
    func notations(mac: String) {
        #expect(values(device("a", "1", macs: [mac, mac]), .interface) == ["3c:52:82:aa:bb:cc"])
    }

    @Test(
        "a name in its domain is one, however it comes",
        arguments: [
            device("a", "1", host: "WEB-1.Corp.Example"), device("a", "1", host: "web-1", domain: "corp.example"),
            device("a", "1", host: "web-1.corp.example", domain: "ignored.example"),
        ])
    func names(sighting: DeviceSighting) {
        #expect(values(sighting, .name) == ["web-1.corp.example"])
        #expect(values(sighting, .hostname) == ["web-1"])
    }

    @Test("a workgroup is no domain, and a factory name no name")
    func workgroup() {
        #expect(values(device("a", "1", host: "PC-7", domain: "WORKGROUP"), .name).isEmpty)
        #expect(values(device("a", "1", host: "localhost", domain: "corp.example"), .name).isEmpty)
        #expect(values(device("a", "1", host: "localhost"), .hostname).isEmpty)
    }

    @Test("whatever a source writes, reading it ends and gives only facts in their notation")
    func total() {
        var generator = SeededRandom(seed: 7)
        let pieces = ["", "-", ":", "é", "0", "F", "{", "\0", " ", ".", "To be", "::1", "🖥", "00:11", "corp"]
        for _ in 0..<5_000 {
            func text() -> String {
                (0..<Int.random(in: 0...12, using: &generator)).map { _ in pieces.randomElement(using: &generator) ?? ""
                }.joined()
            }
            let sighting = DeviceSighting(
                source: text(), deviceID: text(), hostname: text(), domain: text(), serial: text(),
                hardwareUUID: text(),
                directoryID: text(), machineID: text(), macAddresses: [text(), text()], address: text(),
                lastSeen: noon(0))
            for key in sighting.keys where key.kind == .interface { #expect(key.value.utf8.count == 17) }
            for key in sighting.keys where key.kind == .hardware { #expect(UUID(uuidString: key.value) != nil) }
            #expect(sighting.keys.allSatisfy { !$0.value.isEmpty })
        }
    }
}
