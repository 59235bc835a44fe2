import API
import Domain
import FoundationEssentials
import Response
import Store
import TestSupport
import Testing

@Suite("Acting on endpoints over the API", .database)
struct ActionRouteTests {
    private let database = TestDatabase.current

    private func endpoint() async throws -> EndpointID {
        let endpoint = try await database.addEndpoints(in: database.a)[0]
        _ = try await database.addSource("falcon", device: "f1", of: endpoint, in: database.a)
        return endpoint
    }

    @Test("a response is accepted as published, repeated under its key, and followed to its end")
    func respond() async throws {
        let endpoint = try await endpoint()
        let analyst = database.a.tokens[.analyst]
        try await TestAPI.run { api in
            let body = Array("{\"endpoint_id\": \"\(endpoint)\", \"response_type\": \"isolate\"}".utf8)
            func post() async throws -> Reply {
                try await api.send(
                    "POST", "/api/incidents/respond", token: analyst,
                    headers: ["Content-Type: application/json", "Idempotency-Key: drill-1"], body: body)
            }
            let reply = try await post()
            #expect(try reply.status == 202 && reply.json["status"]?.text == "executing", "\(reply.text)")
            let id = try #require(try reply.json["action_id"]?.text)
            // The same request under the same key is the same action.
            #expect(try await post().json["action_id"]?.text == id)
            let action = try await api.send("GET", "/api/actions/\(id)", token: database.a.tokens[.viewer])
            #expect(try action.json["status"]?.text == "pending" && action.json["requested_by"]?.text == "analyst")
            let another = try await api.send(
                "POST", "/api/incidents/respond", token: analyst, headers: ["Content-Type: application/json"],
                body: body)
            #expect(another.status == 409 && another.problem == "action.conflict")
            let store = database.store.actions
            let taken = try #require(try await store.take(worker: "test", kinds: ["crowdstrike"]))
            try await store.settle(taken, .answered(.unknown("The connection broke.")))
            #expect(try await api.send("GET", "/api/actions/\(id)", token: analyst).json["status"]?.text == "unknown")
            let checked = try await api.send("POST", "/api/actions/\(id)/check", token: analyst)
            #expect(checked.status == 200)
            let list = try await api.send("GET", "/api/endpoints/\(endpoint)/actions", token: analyst)
            #expect(try list.json.elements.count == 1 && list["x-total-count"] == "1")
        }
    }

    @Test("viewers act on nothing; kinds, reasons and sources that cannot be are refused")
    func refused() async throws {
        let endpoint = try await endpoint()
        let path = "/api/endpoints/\(endpoint)/actions"
        try await TestAPI.run { api in
            let viewer = database.a.tokens[.viewer]
            #expect(try await api.send("POST", path, token: viewer, json: #"{"kind": "scan"}"#).status == 403)
            let analyst = database.a.tokens[.analyst]
            for body in [
                #"{"kind": "set_alert_status"}"#, #"{"kind": "explode"}"#, #"{}"#,
                #"{"kind": "scan", "connector_ids": []}"#, #"{"kind": "scan", "reason": 5}"#,
            ] { #expect(try await api.send("POST", path, token: analyst, json: body).status == 400, "\(body)") }
            let other = "{\"kind\": \"scan\", \"connector_ids\": [\"\(ConnectorID.make())\"]}"
            let refused = try await api.send("POST", path, token: analyst, json: other)
            #expect(refused.status == 409 && refused.text.contains("falcon"))
            let made = try await api.send("POST", path, token: analyst, json: #"{"kind": "scan", "reason": "x"}"#)
            #expect(made.status == 201)
            let place = try #require(made["location"])
            #expect(try await api.send("POST", place + "/withdraw", token: analyst).json["status"]?.text == "failed")
            #expect(try await api.send("GET", place, token: database.b.tokens[.admin]).status == 404)
        }
    }

    @Test("the page offers what the sources can do, shows what is under way, and comes back with what is wrong")
    func page() async throws {
        let endpoint = try await endpoint()
        let path = "/endpoints/\(endpoint)/actions"
        try await TestAPI.run { api in
            let analyst = database.a.tokens[.analyst]
            let page = try await api.send("GET", path, token: analyst)
            #expect(page.status == 200 && page.text.contains("Isolate host-0") && !page.text.contains(">Sync<"))
            #expect(
                !(try await api.send("GET", path, token: database.a.tokens[.viewer])).text.contains("Isolate host-0"))
            func send(_ form: String) async throws -> Reply {
                try await api.send(
                    "POST", path, token: analyst, headers: ["Content-Type: application/x-www-form-urlencoded"],
                    body: Array("csrf_token=unused&\(form)".utf8))
            }
            #expect(try await send("kind=isolate&reason=malware&source=").status == 303)
            let shown = try await api.send("GET", path, token: analyst)
            #expect(shown.text.contains("data-watch=\"/api/actions/") && shown.text.contains("malware"))
            let again = try await send("kind=isolate&reason=again&source=")
            #expect(again.status == 200 && again.text.contains("the same is under way"))
        }
    }
}
