import Domain
import FoundationEssentials
import Postgres
import Store
import TestSupport
import Testing

@Suite("Hosts of directories and networks", .database)
struct DirectoryJoinTests {
    private typealias Stage = SourceStage

    /// A computer's account, as a directory's connector reports it: a name in a domain, and nothing of the hardware.
    private func account(_ id: String, _ name: String, domain: String = "corp.example.test") -> DeviceReport {
        Stage.laptop(id, name) { report in
            report.domain = domain
            report.addresses = []
            report.lastSeen = Stage.noon.addingTimeInterval(-9 * 86_400)
            report.product = DeviceReport.directoryProduct
            report.directoryID = id
        }
    }

    /// What an EDR knows of the machine.
    private func sensor(_ id: String, _ name: String, mac: String, domain: String = "corp.example.test") -> DeviceReport
    {
        Stage.laptop(id, name, serial: "PF00000\(id)", mac: mac) { $0.domain = domain }
    }

    private func inventory(_ name: String, mac: String) -> Inventory {
        Inventory(
            collectedAt: Stage.noon, deviceID: "0123456789abcdef0123456789abcdef", hostname: name,
            fqdn: "\(name).corp.example.test",
            os: OperatingSystem(type: "windows", id: "windows", name: "Windows 11", version: "10.0.22631.1"),
            network: Network(interfaces: [.init(name: "eth0", mac: mac, addresses: ["10.0.0.7"])]), packages: [])
    }

    private func gaps(_ stage: Stage) async throws -> Set<String> {
        Set(try await stage.store.identities.gaps(tenant: stage.tenant.id).map(\.hostname))
    }

    @Test("a machine of the directory, the network, an EDR and an agent is one endpoint, in whatever order they come")
    func joined() async throws {
        let mac = "3c:52:82:00:00:01"
        for order in 0..<4 {
            let stage = Stage(order % 2 == 0 ? TestDatabase.current.a : TestDatabase.current.b)
            let name = "pc\(order)"
            let falcon = try await stage.account("falcon \(order)")
            let ldap = try await stage.account("ldap \(order)", kind: "ldap")
            let found = try await stage.store.connectors.implicitAccount(
                kind: .discovery, name: "nmap \(order)", tenant: stage.tenant.id)
            let host = Stage.laptop("mac:\(mac)\(order)", name, mac: "\(mac.dropLast())\(order)") {
                $0.os = OperatingSystem(type: "unknown", id: "unknown", name: "Unknown", version: "")
            }
            let steps: [() async throws -> Void] = [
                { try await stage.devices(account("\(order)1020304-0506-0708-090a-0b0c0d0e0f10", name), to: ldap) },
                { try await stage.devices(host, to: found) },
                { try await stage.devices(sensor("\(order)", name, mac: "\(mac.dropLast())\(order)"), to: falcon) },
                {
                    var own = inventory(name, mac: "\(mac.dropLast())\(order)")
                    own.deviceID = "0123456789abcdef0123456789abcde\(order)"
                    _ = try await stage.store.inventories.ingest([own], from: .agent, tenant: stage.tenant.id)
                },
            ]
            for step in 0..<4 { try await steps[(step + order) % 4]() }
            let fleet = try await stage.fleet()
            let devices = fleet.values.first { $0.contains("falcon \(order)/\(order)") }
            #expect(devices?.count == 4, "order \(order): \(fleet)")
            #expect(try await !gaps(stage).contains(name))
        }
    }

    @Test("what only a directory or a network knows is a gap, until an EDR has it")
    func gap() async throws {
        let stage = Stage()
        let ldap = try await stage.account("ldap", kind: "ldap")
        let entra = try await stage.account("entra", kind: "entra")
        let falcon = try await stage.account("falcon")
        let found = try await stage.store.connectors.implicitAccount(
            kind: .discovery, name: "nmap", tenant: stage.tenant.id)
        let id = "6f2d7b6e-3c1f-4c0e-9a51-0d6b6a3f9e10"
        try await stage.devices(account(id, "pc1"), account("7\(id.dropFirst())", "pc2"), to: ldap)
        // A machine that is joined to both has one id in both.
        try await stage.devices(
            Stage.laptop("e1", "PC1") {
                $0.product = "entra"
                $0.directoryID = id
            }, to: entra)
        try await stage.devices(Stage.laptop("mac:3c:52:82:00:00:09", "printer", mac: "3c:52:82:00:00:09"), to: found)
        #expect(Set(try await stage.fleet().values.map(\.count)) == [1, 2])
        #expect(try await gaps(stage).map { $0.lowercased() }.sorted() == ["pc1", "pc2", "printer"])
        try await stage.devices(sensor("1", "PC2", mac: "3c:52:82:00:00:02"), to: falcon)
        #expect(try await gaps(stage).map { $0.lowercased() }.sorted() == ["pc1", "printer"])
    }

    @Test("a name alone, or in another domain, joins nobody")
    func names() async throws {
        let stage = Stage()
        let ldap = try await stage.account("ldap", kind: "ldap")
        let falcon = try await stage.account("falcon")
        let sentinel = try await stage.account("sentinel", kind: "sentinelone")
        try await stage.devices(account("6f2d7b6e-3c1f-4c0e-9a51-0d6b6a3f9e10", "pc1"), to: ldap)
        try await stage.devices(sensor("1", "pc1", mac: "3c:52:82:00:00:01", domain: "lab.example.test"), to: falcon)
        #expect(try await stage.fleet().count == 2)
        // Nor do two sources that are no directory, by a name in a domain.
        try await stage.devices(sensor("2", "pc1", mac: "3c:52:82:00:00:02", domain: "lab.example.test"), to: sentinel)
        #expect(try await stage.fleet().count == 3)
    }
}
