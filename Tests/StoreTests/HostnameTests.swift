import Domain
import FoundationEssentials
import Store
import TestSupport
import Testing

@Suite("Machines with one hostname", .database)
struct HostnameTests {
    let database = TestDatabase.current

    private func ingest(_ inventories: Inventory...) async throws {
        _ = try await database.store.inventories.ingest(inventories, tenant: database.a.id)
    }

    private func hostnames() async throws -> [String: String] {
        let rows = try await database.store.app.query(
            "SELECT device_id, hostname FROM endpoints", tenant: database.a.id)
        var names: [String: String] = [:]
        for row in rows { names[try row.decode(0)] = try row.decode(1, as: String.self) }
        return names
    }

    private func inventory(_ name: String, _ device: String, fqdn: String? = nil) -> Inventory {
        var inventory = Seed.inventory(name, device: device)
        inventory.fqdn = fqdn
        return inventory
    }

    @Test("are two endpoints: the later is stored under its FQDN")
    func fqdn() async throws {
        try await ingest(inventory("web", "1"))
        try await ingest(inventory("web", "2", fqdn: "web.example.org"))
        #expect(try await hostnames() == ["1": "web", "2": "web.example.org"])
    }

    @Test("without an FQDN the later has a short id behind its name, the same in every import")
    func shortID() async throws {
        try await ingest(inventory("web", "1"), inventory("web", "2"))
        let names = try await hostnames()
        let second = try #require(names["2"])
        #expect(names["1"] == "web")
        #expect(second.hasPrefix("web-") && second.count == 8)
        try await ingest(inventory("web", "2"))
        #expect(try await hostnames() == names)
    }

    @Test("a hundred machines of one name are a hundred endpoints")
    func many() async throws {
        let machines = (0..<100).map { inventory("clone", "device \($0)") }
        _ = try await database.store.inventories.ingest(machines, tenant: database.a.id)
        #expect(Set(try await hostnames().values).count == 100)
    }

    @Test("two machines that swap their names in one batch keep apart")
    func swap() async throws {
        try await ingest(inventory("a", "1"), inventory("b", "2"))
        try await ingest(inventory("b", "1"), inventory("a", "2"))
        let names = try await hostnames()
        #expect(Set(names.values).count == 2)
        #expect(names["1"]?.hasPrefix("b") == true)
        #expect(names["2"]?.hasPrefix("a") == true)
    }

    @Test("the choice goes through FQDN and longer and longer ids, and always ends")
    func choice() {
        let machine = inventory("web", "device", fqdn: "web.example.org")
        let candidates = HostnameChoice.candidates(for: machine)
        #expect(candidates.first == "web")
        #expect(candidates[1] == "web.example.org")
        #expect(candidates.last == "web-device")
        for count in 0...candidates.count {
            let taken = Set(candidates.prefix(count))
            let expected = count < candidates.count ? candidates[count] : "web-device"
            #expect(HostnameChoice.name(for: machine) { taken.contains($0) } == expected)
        }
    }
}
