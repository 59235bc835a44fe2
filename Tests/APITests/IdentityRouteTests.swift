import API
import Domain
import FoundationEssentials
import Store
import TestSupport
import Testing

@Suite("Which device is which, by route and page", .database)
struct IdentityRouteTests {
    private let database = TestDatabase.current

    /// Reports a device as a vendor does.
    private func report(_ account: ConnectorID, _ edit: (inout DeviceReport) -> Void = { _ in }) async throws {
        var report = DeviceReport(
            sourceID: "d", hostname: "laptop-7",
            os: OperatingSystem(type: "windows", id: "windows", name: "Windows 11", version: "10.0.22631"),
            serialNumber: "PF00007", firstSeen: Seed.moment, lastSeen: Seed.moment)
        edit(&report)
        let connectors = database.store.connectors
        let stored = try await connectors.checkpoint(of: .devices, account, tenant: database.a.id)
        let next = stored.next(.full, overlap: 0).advanced(
            by: 1, newest: Seed.moment, cursor: nil, at: Seed.moment)
        try await connectors.write(
            ConnectorBatch(.devices([report]), next: next), of: .devices, after: stored, account,
            tenant: database.a.id)
    }

    private func account(_ name: String, _ kind: String) async throws -> ConnectorID {
        let connector = NewConnector(kind: kind, name: name, settings: [:], sealedSecrets: [1])
        try await database.store.connectors.add(connector, tenant: database.a.id, by: database.a.administrator)
        return connector.id
    }

    @Test("two vendors' views stand side by side with what differs; split and merged by route, and taken back")
    func sides() async throws {
        let admin = database.a.tokens[.admin]
        let falcon = try await account("Falcon", "crowdstrike")
        try await report(falcon) { $0.isolation = .isolated }
        try await report(try await account("Sophos", "sophos")) {
            $0.isolation = .none
            $0.os.version = "10.0.19045"
        }
        try await TestAPI.run { api in
            let list = try await api.send("GET", "/api/endpoints", token: admin)
            let id = try #require(try list.json.elements.first?["id"]?.text)
            #expect(try list.json.elements.count == 1)
            let sources = try await api.send("GET", "/api/endpoints/\(id)/sources", token: admin)
            #expect(
                try sources.json["sources"]?.elements.compactMap { $0["source"]?.text } == ["Falcon", "Sophos"],
                "\(sources.text)")
            let fields = try sources.json["conflicts"]?.elements.compactMap { $0["field"]?.text }
            #expect(fields == ["isolation", "os_version"])
            #expect(sources.text.contains("Both have the serial number PF00007."))
            let worst = try await api.send("GET", "/api/disagreements", token: admin)
            #expect(try worst.json.elements.first?["endpoint_id"]?.text == id)
            let page = try await api.send("GET", "/endpoints/\(id)/sources", token: admin)
            #expect(page.status == 200 && page.text.contains("differs") && page.text.contains("10.0.19045"))

            let split = try await api.send(
                "POST", "/api/endpoints/\(id)/split", token: admin,
                json: "{\"connector_id\": \"\(falcon)\", \"device_id\": \"d\", \"reason\": \"not it\"}")
            let other = try #require(try split.json["id"]?.text, "\(split.text)")
            #expect(split.status == 201 && other != id)
            #expect(try await api.send("GET", "/api/endpoints", token: admin).json.elements.count == 2)
            let merged = try await api.send(
                "POST", "/api/endpoints/\(id)/merge", token: admin, json: "{\"endpoint_id\": \"\(other)\"}")
            #expect(merged.status == 204, "\(merged.text)")
            // The old id leads to the one that remained.
            #expect(try await api.send("GET", "/api/endpoints/\(other)", token: admin).json["id"]?.text == id)
            let events = try await api.send("GET", "/api/endpoints/\(id)/identity-events", token: admin)
            let undoable = try events.json.elements.first { $0["can_be_undone"] == true }
            let event = try #require(undoable?["id"]?.text, "\(events.text)")
            let undone = try await api.send("POST", "/api/identity/events/\(event)/undo", token: admin)
            #expect(try undone.json["id"]?.text == other)
            let again = try await api.send("POST", "/api/identity/events/\(event)/undo", token: admin)
            #expect(again.status == 409, "\(again.text)")
            let foreign = try await api.send(
                "GET", "/api/endpoints/\(id)/sources", token: database.b.tokens[.admin])
            #expect(foreign.status == 404)
        }
    }

    @Test("a device that is suddenly another machine changes nothing until somebody decides")
    func collision() async throws {
        let admin = database.a.tokens[.admin]
        let falcon = try await account("Falcon", "crowdstrike")
        try await report(falcon)
        try await report(falcon) {
            $0.serialNumber = "PF99999"
            $0.hostname = "thief"
        }
        try await TestAPI.run { api in
            #expect(try await api.send("GET", "/api/endpoints", token: admin).json.elements.count == 1)
            let list = try await api.send("GET", "/api/identity/collisions?state=open", token: admin)
            let id = try #require(try list.json.elements.first?["id"]?.text, "\(list.text)")
            #expect(try list.json.elements.first?["kind"]?.text == "takeover")
            #expect(try await api.send("GET", "/collisions", token: admin).text.contains("is another machine now"))
            let path = "/api/identity/collisions/\(id)/resolve"
            #expect(
                try await api.send(
                    "POST", path, token: database.a.tokens[.analyst], json: "{\"decision\": \"another\"}"
                ).status == 403)
            let decided = try await api.send("POST", path, token: admin, json: "{\"decision\": \"another\"}")
            #expect(decided.status == 204, "\(decided.text)")
            let twice = try await api.send("POST", path, token: admin, json: "{\"decision\": \"another\"}")
            #expect(twice.problem == "collision.conflict")
            let rest = try await api.send("GET", "/api/identity/collisions?state=open", token: admin)
            #expect(try rest.json.elements.isEmpty)
        }
    }

    @Test("machines that no vendor has, and what an account has not, are told")
    func gaps() async throws {
        let admin = database.a.tokens[.admin]
        let falcon = try await account("Falcon", "crowdstrike")
        let sophos = try await account("Sophos", "sophos")
        try await report(falcon)
        _ = try await database.addEndpoints(1, prefix: "alone", in: database.a)
        try await TestAPI.run { api in
            let none = try await api.send("GET", "/api/coverage/gaps", token: admin)
            #expect(try none.json.elements.compactMap { $0["hostname"]?.text } == ["alone-0"], "\(none.text)")
            let lacking = try await api.send("GET", "/api/coverage/gaps?connector_id=\(sophos)", token: admin)
            #expect(try lacking.json.elements.count == 2)
            let coverage = try await api.send("GET", "/api/coverage", token: admin)
            let counts = try coverage.json.elements.map { $0["endpoints"] }
            #expect(counts.contains(1) && counts.contains(0), "\(coverage.text)")
            let page = try await api.send("GET", "/coverage", token: admin)
            #expect(page.text.contains("Machines that no vendor has") && page.text.contains("alone-0"))
        }
    }
}
