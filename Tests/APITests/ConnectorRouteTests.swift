import API
import Domain
import FoundationEssentials
import Store
import TestSupport
import Testing

@Suite("Accounts at vendors, by route and page", .database)
struct ConnectorRouteTests {
    private let database = TestDatabase.current
    private let path = "/api/connectors"

    /// The JSON of a new account.
    private func body(_ entry: ConnectorSetup.Entry) throws -> String {
        let settings = try JSONEncoder().encode(entry.settings)
        let secrets = try JSONEncoder().encode(entry.secrets)
        return """
            {"kind": "\(entry.kind)", "name": "\(entry.name)", "settings": \(String(decoding: settings, as: UTF8.self)),
             "secrets": \(String(decoding: secrets, as: UTF8.self))}
            """
    }

    @Test("an account is tried, stored, tested and removed, and its secret is in no answer")
    func life() async throws {
        let admin = database.a.tokens[.admin]
        let entry = try await SimulatedVendor.shared.entry("hq")
        let secret = try #require(entry.secrets["client_secret"])
        try await TestAPI.run { api in
            let made = try await api.send("POST", path, token: admin, json: try body(entry))
            let place = try #require(made["location"], "\(made.text)")
            #expect(try made.status == 201 && made.json["name"]?.text == "hq")
            let again = try await api.send("POST", path, token: admin, json: try body(entry))
            #expect(again.status == 409 && again.problem == "connector.exists")
            let test = try await api.send("POST", place + "/test", token: admin)
            #expect(try test.status == 200 && test.json["checks"]?.elements.count ?? 0 > 3, "\(test.text)")
            let page = "/connectors/\(place.split(separator: "/").last ?? "")"
            for address in [path, place, place + "/quarantine", page, "/connectors", "/api/audit-events"] {
                let reply = try await api.send("GET", address, token: admin)
                #expect(reply.status == 200 && !reply.text.contains(secret), "\(address): \(reply.status)")
            }
            #expect(try await api.send("GET", place, token: database.b.tokens[.admin]).status == 404)
            #expect(try await api.send("DELETE", place, token: database.a.tokens[.analyst]).status == 403)
            #expect(try await api.send("DELETE", place, token: admin).status == 204)
            #expect(try await api.send("GET", place, token: admin).problem == "connector.not_found")
        }
    }

    @Test("what the vendor refuses, or cannot be asked, is not stored and says why")
    func refused() async throws {
        let admin = database.a.tokens[.admin]
        var wrong = try await SimulatedVendor.shared.entry("wrong")
        wrong.secrets["client_secret"] = "not the secret"
        var deaf = wrong
        deaf.settings["base_url"] = "http://127.0.0.1:1"
        try await TestAPI.run { api in
            let refused = try await api.send("POST", path, token: admin, json: try body(wrong))
            #expect(refused.status == 422 && refused.problem == "connector.credentials", "\(refused.text)")
            #expect(!refused.text.contains("not the secret"))
            let unreachable = try await api.send("POST", path, token: admin, json: try body(deaf))
            #expect(unreachable.status == 502 && unreachable.problem == "connector.unreachable")
            #expect(try await api.send("GET", path, token: admin).json.elements.isEmpty)
        }
    }

    @Test(
        "what makes no sense is refused by its field",
        arguments: [
            (#"{"kind": "nobody", "name": "a"}"#, "kind"), (#"{"kind": "crowdstrike", "name": "a"}"#, "client_id"),
            (#"{"kind": "crowdstrike", "name": "a", "settings": {"client_id": "a"}}"#, "client_secret"),
            (
                #"{"kind": "crowdstrike", "name": "a", "settings": {"client_id": "a", "client_secret": "b"}}"#,
                "client_secret"
            ),
            (
                #"{"kind": "crowdstrike", "name": "a", "settings": {"client_id": "a", "page_size": "many"}, "secrets": {"client_secret": "b"}}"#,
                "page_size"
            ),
            (
                #"{"kind": "crowdstrike", "name": "a", "settings": {"client_id": "a", "base_url": "http://169.254.169.254/"}, "secrets": {"client_secret": "b"}}"#,
                "base_url"
            ),
            (
                #"{"kind": "crowdstrike", "name": "a", "settings": {"client_id": "a", "colour": "red"}, "secrets": {"client_secret": "b"}}"#,
                "colour"
            ),
        ])
    func senseless(_ body: String, _ field: String) async throws {
        let admin = database.a.tokens[.admin]
        try await TestAPI.run { api in
            let reply = try await api.send("POST", path, token: admin, json: body)
            #expect(try reply.status == 400 && reply.json["field"]?.text == field, "\(reply.text)")
        }
    }

    @Test("this server's own network is asked only where the operator allows it")
    func ownNetwork() async throws {
        var entry = try await SimulatedVendor.shared.entry("inside")
        let setup = ConnectorSetup(store: database.store, rule: .init(), box: TestAPI.box)
        await #expect(throws: StoreError.self) { try await setup.add(entry, by: database.a.administrator) }
        // A name tells nothing until it is looked up.
        entry.settings["base_url"] = "https://localhost:1"
        let error = await #expect(throws: ConnectorError.self) {
            try await setup.add(entry, by: database.a.administrator)
        }
        #expect(error?.code == "connector.barred")
        #expect(error?.message.contains("GARRISON_WEBHOOK_OWN_NETWORK=allow") == true)
    }

    @Test("an address in a declaration is looked at as well, however it is written")
    func declaredAddress() async throws {
        let setup = ConnectorSetup(store: database.store, rule: .init(), box: TestAPI.box)
        for address in [#""http:\/\/127.0.0.1:1""#, "https://10.0.0.1"] {
            let declaration = """
                name: Inside
                base_url: \(address)
                streams: {devices: {path: /d, fields: {source_id: a, hostname: b}}}
                """
            let entry = ConnectorSetup.Entry(
                kind: "generic", name: "declared", settings: ["declaration": declaration], secrets: [:])
            do {
                _ = try await setup.add(entry, by: database.a.administrator)
                #expect(Bool(false), "\(address) was taken")
            } catch let error as StoreError {
                guard case .invalid("declaration", _) = error else { return #expect(Bool(false), "\(error)") }
            }
        }
    }
}
