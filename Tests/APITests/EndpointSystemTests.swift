import API
import Domain
import Store
import TestSupport
import Testing

@Suite("What is told of an endpoint's system and software", .database)
struct EndpointSystemTests {
    private func endpoint(_ name: String, _ system: OperatingSystem, _ packages: [InstalledPackage] = []) async throws
        -> EndpointID
    {
        let database = TestDatabase.current
        var inventory = Seed.inventory(name, packages: packages)
        inventory.os = system
        return try #require(
            try await database.store.inventories.ingest([inventory], tenant: database.a.id).endpoints.first)
    }

    @Test(
        "until when the system has security support, as far as that is known",
        arguments: [
            ("debian", "Debian GNU/Linux", "10", "2024-06-30" as String?, false as Bool?),
            ("almalinux", "AlmaLinux", "10.1", "2035-05-31", true), ("macos", "macOS", "12.7.6", "2024-09-16", false),
            ("windows", "Microsoft Windows Server 2012 R2 Standard", "6.3.9600", "2023-10-10", false),
            ("fedora", "Fedora Linux", "43", nil, nil),
        ])
    func support(_ id: String, _ name: String, _ version: String, _ end: String?, _ isSupported: Bool?) async throws {
        let type = ["windows", "macos"].contains(id) ? id : "linux"
        let endpoint = try await endpoint("host", OperatingSystem(type: type, id: id, name: name, version: version))
        try await TestAPI.run { api in
            let path = "/api/endpoints/\(endpoint)"
            let json = try await api.send("GET", path, token: TestDatabase.current.a.tokens[.viewer]).json
            #expect(json["support_end"] == end.map { .string($0) } ?? .null)
            #expect(json["is_supported"] == isSupported.map { .bool($0) } ?? .null)
        }
    }

    @Test("software that matched nothing is a worklist, with the coverage in percent")
    func worklist() async throws {
        let database = TestDatabase.current
        try await database.addIntelligence()
        let nameless = InstalledPackage(type: "macos-app", name: "Bolt", version: "1.0")
        let packages = SeedPackages.vulnerable.prefix(3) + [nameless]
        _ = try await endpoint(
            "host", OperatingSystem(id: "debian", name: "Debian GNU/Linux", version: "12"), Array(packages))
        try await TestAPI.run { api in
            let json = try await api.send("GET", "/api/software/unmatched", token: database.a.tokens[.viewer]).json
            #expect(json["packages"] == .integer(4) && json["judged"] == .integer(3))
            #expect(json["coverage_percent"] == .integer(75) || json["coverage_percent"] == .number(75))
            #expect(json["unmatched"]?.elements.first?["name"]?.text == "Bolt")
            #expect(json["unmatched"]?.elements.first?["reason"]?.text?.isEmpty == false)
        }
    }
}
