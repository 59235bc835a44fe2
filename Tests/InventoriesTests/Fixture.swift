import Domain
import Foundation
import Inventories
import TestRandomness

/// A document kept beside the tests.
func fixture(_ name: String) throws -> Data {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
    return try Data(contentsOf: folder.appendingPathComponent(name))
}

/// An inventory with every field of the format set.
func completeInventory() -> Inventory {
    Inventory(
        collectedAt: Date(timeIntervalSince1970: 1_772_366_400.678), deviceID: "3d1219c7c4c5404aaa1f6d2a48adfda4",
        hostname: "web-1", fqdn: "web-1.example.org",
        os: OperatingSystem(
            id: "almalinux", name: "AlmaLinux", version: "9.4", codename: "seafoam",
            prettyName: "AlmaLinux 9.4 “Ocelot”",
            like: ["rhel", "fedora"]),
        kernel: Kernel(release: "5.14.0-427.el9.x86_64", version: "#1 SMP", architecture: "x86_64"),
        network: Network(interfaces: [
            .init(name: "eth0", mac: "02:42:ac:11:00:02", addresses: ["192.0.2.7", "2001:db8::7"]),
            .init(name: "docker0", isVirtual: true),
        ]),
        packages: [
            InstalledPackage(
                type: "rpm", name: "nodejs", version: "1:18.20.2-1.module_el9", architecture: "x86_64",
                source: "nodejs-src", sourceVersion: "1:18.20.2-1", vendor: "AlmaLinux \"Foundation\"\\",
                installDate: Date(timeIntervalSince1970: 1_700_000_000), module: "nodejs:18")
        ],
        settings: ["sshd.permit_root_login": "no", "login_defs.pass_max_days": "90"], agentVersion: "1.0.0",
        notes: [CollectionNote(item: "packages.apk", reason: "Tab\tand line\nend, and ünïcödé 🛡.")])
}

/// `data` with a few bytes changed, removed, repeated or cut off.
func mutated(_ data: Data, using generator: inout SeededRandom) -> Data {
    var bytes = Array(data)
    for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: index)
        case 2: bytes.insert(contentsOf: bytes[index..<min(bytes.count, index + 40)], at: index)
        case 3: bytes.removeSubrange(index..<min(bytes.count, index + 25))
        default: bytes[index] = "{}[]\",:\\0-eE\n@%/?#".utf8.randomElement(using: &generator) ?? 0
        }
    }
    return Data(bytes)
}
