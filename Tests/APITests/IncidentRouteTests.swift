import API
import Domain
import FoundationEssentials
import Store
import TestSupport
import Testing

@Suite("Incidents over the API", .database)
struct IncidentRouteTests {
    private let database = TestDatabase.current

    @Test("settings are the standard until administrators set others; what cannot be is refused with the field")
    func settings() async throws {
        let path = "/api/incident-settings"
        try await TestAPI.run { api in
            let (viewer, admin) = (database.a.tokens[.viewer], database.a.tokens[.admin])
            let standard = try await api.send("GET", path, token: viewer).json
            #expect(standard["window_minutes"] == .integer(1440) && standard["resolves_at_vendor"] == .bool(true))
            #expect(try await api.send("PUT", path, token: viewer, json: "{}").status == 403)
            let own = #"{"window_minutes": 60, "resolves_at_vendor": false}"#
            #expect(try await api.send("PUT", path, token: admin, json: own).json["window_minutes"] == .integer(60))
            let read = try await api.send("GET", path, token: viewer).json
            #expect(read["window_minutes"] == .integer(60) && read["resolves_at_vendor"] == .bool(false))
            for body in [#"{"window_minutes": 4}"#, #"{"window_minutes": "1h"}"#, #"{"window": 60}"#] {
                #expect(try await api.send("PUT", path, token: admin, json: body).status == 400)
            }
            let other = try await api.send("GET", path, token: database.b.tokens[.viewer]).json
            #expect(other["window_minutes"] == .integer(1440))
            let page = try await api.send("PUT", path, token: admin, json: "{}")
            #expect(try page.json["resolves_at_vendor"] == .bool(true))
        }
    }

    @Test("an incident says what its vendor refused, and asks again when it is resolved once more")
    func refusals() async throws {
        let endpoint = try await database.addEndpoints(in: database.a)[0]
        let falcon = try await database.addSource("falcon", device: "f1", of: endpoint, in: database.a)
        let store = database.store
        let alert = AlertReport(
            sourceID: "1", deviceID: "f1", title: "Odd process", severity: .high, status: .new, detected: Date())
        let next = StreamCheckpoint.none.next(.full, overlap: 0).advanced(by: 1, newest: nil, cursor: nil, at: Date())
        try await store.connectors.write(
            ConnectorBatch(.alerts([alert]), next: next), of: .alerts, after: .none, falcon, tenant: database.a.id)
        try await store.incidents.follow(tenant: database.a.id)
        let id = try #require(try await store.incidents.list(.init(), tenant: database.a.id).items.first).id
        try await TestAPI.run { api in
            let analyst = database.a.tokens[.analyst]
            func resolve() async throws -> Reply {
                try await api.send("PATCH", "/api/incidents/\(id)", token: analyst, json: #"{"status": "resolved"}"#)
            }
            #expect(try await resolve().json["refusals"]?.elements.isEmpty == true)
            let action = try #require(try await store.actions.take(worker: "test", kinds: ["crowdstrike"]))
            try await store.actions.settle(action, .refused("Give it “Alerts: Write”."))
            let refused = try await api.send("GET", "/api/incidents/\(id)", token: analyst).json
            #expect(refused["refusals"]?.elements.first?["reason"]?.text == "Give it “Alerts: Write”.")
            #expect(refused["refusals"]?.elements.first?["source"]?.text == "falcon")
            #expect(try await resolve().json["refusals"]?.elements.isEmpty == true)
            #expect(try await store.actions.take(worker: "test", kinds: ["crowdstrike"])?.alert != nil)
        }
    }
}
