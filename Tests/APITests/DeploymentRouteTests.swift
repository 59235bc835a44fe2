import API
import Domain
import FoundationEssentials
import Store
import TestSupport
import Testing

@Suite("Deployments over the API", .database)
struct DeploymentRouteTests {
    private let database = TestDatabase.current
    private let path = "/api/patches/deployments"

    private func deploy(_ api: TestAPI, _ fleet: PatchedFleet, _ more: String = "", headers: [String] = []) async throws
        -> Reply
    {
        let ids = fleet.endpoints.map { "\"\($0)\"" }.joined(separator: ", ")
        return try await api.send(
            "POST", "/api/patches/deploy", token: database.a.tokens[.analyst],
            json: "{\"patch_id\": \"\(fleet.patch)\", \"endpoint_ids\": [\(ids)], \"strategy\": \"staged\"\(more)}",
            headers: headers)
    }

    @Test("as published: a deployment is pending, and its status tells success rate and failed endpoints")
    func published() async throws {
        let fleet = try await PatchedFleet.make(8, in: database.a)
        fleet.set(.fails, of: fleet.endpoints)
        try await TestAPI.run { api in
            let started = try await deploy(api, fleet)
            #expect(started.status == 202)
            #expect(try started.json["status"]?.text == "pending")
            let id = try #require(DeploymentID(try started.json["deployment_id"]?.text ?? ""))
            try await fleet.settle(id)
            let status = try await api.send(
                "GET", "/api/patches/\(id)/status", token: database.a.tokens[.viewer]
            ).json
            #expect(status["status"]?.text == "halted" && status["success_rate"] == .integer(0))
            let failed = status["failed_endpoints"]?.elements ?? []
            #expect(failed.count == 1 && failed[0]["error_message"]?.text == "The package's script failed.")
            #expect(failed[0]["hostname"]?.text?.hasPrefix("fleet-") == true)
            #expect(status["gate"]?["decision"]?.text == "stop")
            #expect(status["rings"]?.elements.map { $0["name"]?.text } == ["Canary", "Early", "All others"])
            let listed = try await api.send("GET", "\(path)?status=halted", token: database.a.tokens[.viewer])
            #expect(listed["x-total-count"] == "1")
            let targets = try await api.send(
                "GET", "\(path)/\(id)/targets?state=failed", token: database.a.tokens[.viewer]
            ).json.elements
            #expect(targets.count == 1 && targets[0]["status"]?.text == "failed")
            #expect(targets[0]["log"]?.text == "dpkg: error")
            let steps = try await api.send(
                "GET", "\(path)/\(id)/transitions", token: database.a.tokens[.viewer]
            ).json.elements
            #expect(steps.first?["to"]?.text == "halted" && steps.first?["actor"]?.text == "the gate")
        }
    }

    @Test("a ring may have a gate of its own; status, detail and preview tell which it is held to")
    func gates() async throws {
        let fleet = try await PatchedFleet.make(4, in: database.a)
        func plan(_ percent: Int) -> String {
            """
            , "gate": {"soak_minutes": 30}, "rings": [
              {"name": "Canary", "percent": 25,
               "gate": {"success_percent": \(percent), "soak_minutes": 5, "test": {"needs_proof": true}}},
              {"name": "All others"}]
            """
        }
        try await TestAPI.run { api in
            let refused = try await deploy(api, fleet, plan(101))
            #expect(refused.status == 400)
            #expect(try refused.json["field"]?.text == "rings[0].gate.success_percent", "\(refused.text)")
            let started = try await deploy(api, fleet, plan(100))
            let id = try #require(try started.json["deployment_id"]?.text, "\(started.text)")
            let preview = try await api.send(
                "POST", "\(path)/preview", token: database.a.tokens[.analyst],
                json: "{\"patch_id\": \"\(fleet.patch)\", \"strategy\": \"staged\"\(plan(100))}")
            let status = try await api.send("GET", "/api/patches/\(id)/status", token: database.a.tokens[.viewer])
            for reply in [preview, status] {
                let gates = try reply.json["rings"]?.elements.map { $0["gate"] } ?? []
                #expect(gates.map { $0?["is_own"] } == [.bool(true), .bool(false)], "\(reply.text)")
                #expect(gates.map { $0?["success_percent"] } == [.integer(100), .integer(90)])
                #expect(gates.map { $0?["soak_minutes"] } == [.integer(5), .integer(30)])
                #expect(gates.map { $0?["test"]?["needs_proof"] } == [.bool(true), .bool(false)])
            }
            let detail = try await api.send("GET", "\(path)/\(id)", token: database.a.tokens[.viewer]).json
            let rings = detail["plan"]?["rings"]?.elements ?? []
            #expect(rings.map { $0["gate"]?["soak_minutes"] } == [.integer(5), nil])
        }
    }

    @Test("every fault of a plan is told with its field")
    func defects() async throws {
        let fleet = try await PatchedFleet.make(1, in: database.a)
        try await TestAPI.run { api in
            let reply = try await deploy(
                api, fleet,
                #"""
                , "rings": [{"name": "a", "percent": 10}, {"name": "a", "percent": 20}], "offline_hours": 0,
                "schedules": [{"time_zone": "Mars/Base", "windows": [{"start": "26:00", "end": "04:00"}]}]
                """#)
            #expect(reply.status == 400 && reply.problem == "deployment.plan_invalid")
            let fields = try reply.json["errors"]?.elements.compactMap { $0["field"]?.text } ?? []
            #expect(Set(fields).isSuperset(of: ["rings[1].name", "rings", "offline_hours", "schedules[0].time_zone"]))
            let unknown = try await deploy(api, fleet, #", "ringz": []"#)
            #expect(unknown.status == 400 && unknown.problem == "request.unknown_field")
            let scheduled = try await api.send(
                "POST", "/api/patches/deploy", token: database.a.tokens[.analyst],
                json: "{\"patch_id\": \"DSA-1-1\", \"strategy\": \"scheduled\"}")
            #expect(try scheduled.json["field"]?.text == "schedules")
            let preview = try await api.send(
                "POST", "\(path)/preview", token: database.a.tokens[.analyst],
                json:
                    "{\"patch_id\": \"DSA-1-1\", \"strategy\": \"immediate\", \"starts_at\": \"2031-01-01T00:00:00Z\"}")
            #expect(try preview.json["endpoints"] == .integer(1))
            #expect(try preview.json["risk_removed"] == .integer(50))
            #expect(try preview.json["starts_at"]?.text?.hasPrefix("2031-01-01T00:00:00") == true)
        }
    }

    @Test("a request that comes twice with its key makes one deployment, and a value that no plan has is named")
    func requests() async throws {
        let fleet = try await PatchedFleet.make(1, in: database.a)
        try await TestAPI.run { api in
            var ids: [String?] = []
            for _ in 0..<2 {
                let reply = try await deploy(api, fleet, headers: ["Idempotency-Key: twice"])
                #expect(reply.status == 202)
                ids.append(try reply.json["deployment_id"]?.text)
            }
            #expect(ids[0] != nil && ids[0] == ids[1])
            #expect(
                try await deploy(api, fleet, #", "reason": "another""#, headers: ["Idempotency-Key: twice"]).status
                    == 422)
            let listed = try await api.send("GET", path, token: database.a.tokens[.viewer])
            #expect(listed["x-total-count"] == "1")
            for (value, field) in [
                (#""gate": {"soak_minutes": 1e300}"#, "gate.soak_minutes"),
                (
                    #""rings": [{"name": "a"}, {"name": "b", "gate": {"alerts": 9223372036854775808}}]"#,
                    "rings[1].gate.alerts"
                ),
            ] {
                let reply = try await deploy(api, fleet, ", \(value)")
                #expect(reply.status == 400)
                #expect(try reply.json["field"]?.text == field, "\(reply.text)")
            }
        }
    }

    @Test("a patch that another takes the place of is 409, with what is to be deployed instead")
    func superseded() async throws {
        let fleet = try await PatchedFleet.make(1, in: database.a)
        let owner = database.store.owner
        _ = try await owner.query("UPDATE patches SET is_superseded = true WHERE kb_number = 'DSA-1-1'")
        let newer: PatchID = try await owner.query(
            "INSERT INTO patches (kb_number, title) VALUES ('DSA-2-1', 'curl') RETURNING id")[0].decode(0)
        _ = try await owner.query(
            "INSERT INTO patch_supersedence (kb_number, superseded) VALUES ('DSA-2-1', 'DSA-1-1')")
        try await TestAPI.run { api in
            let preview = try await api.send(
                "POST", "\(path)/preview", token: database.a.tokens[.analyst],
                json: "{\"patch_id\": \"DSA-1-1\", \"strategy\": \"immediate\"}")
            for reply in [try await deploy(api, fleet), preview] {
                #expect(reply.status == 409 && reply.problem == "patch.superseded")
                #expect(try reply.json["detail"]?.text?.contains("DSA-2-1") == true)
                let instead = try reply.json["superseded_by"]?.elements ?? []
                #expect(instead.map { $0["patch_id"]?.text } == [newer.description])
                #expect(instead.map { $0["number"]?.text } == ["DSA-2-1"])
            }
        }
    }

    @Test("what cannot be done to a deployment now is 409 with the reason; a viewer may do nothing to it")
    func decisions() async throws {
        let fleet = try await PatchedFleet.make(2, in: database.a)
        try await TestAPI.run { api in
            let id = try #require(try await deploy(api, fleet).json["deployment_id"]?.text)
            func act(_ word: String, as role: Role = .analyst) async throws -> Reply {
                try await api.send(
                    "POST", "\(path)/\(id)/\(word)", token: database.a.tokens[role], json: #"{"reason": "a test"}"#)
            }
            #expect(try await act("pause", as: .viewer).status == 403)
            #expect(try await act("pause").json["status"]?.text == "paused")
            let again = try await act("pause")
            #expect(again.status == 409 && again.problem == "deployment.conflict")
            #expect(try again.json["detail"]?.text?.contains("Nothing begins already.") == true)
            #expect(try await act("rollback").status == 200)
            let other = try await api.send(
                "POST", "\(path)/\(id)/abort", token: database.b.tokens[.admin], json: "{}")
            #expect(other.status == 404)
            let trail = try await database.store.audit.list(.init(), tenant: database.a.id).items.map(\.action)
            #expect(trail.contains("deployment.pause") && trail.contains("deployment.rollback"))
        }
    }

    @Test("its events tell each change until it has ended")
    func events() async throws {
        let fleet = try await PatchedFleet.make(3, in: database.a)
        let id = try await fleet.deploy(DeploymentPlan())
        try await TestAPI.run { api in
            let talk = try Conversation(port: api.port)
            try talk.write(
                """
                GET \(path)/\(id)/events HTTP/1.1\r
                Host: 127.0.0.1\r
                Connection: close\r
                Authorization: Bearer \(database.a.tokens[.viewer] ?? "")\r
                \r

                """)
            #expect(try await talk.text(until: "event: scheduled").contains("text/event-stream"))
            try await database.store.deployments.keep(id, tenant: database.a.id)
            _ = try await talk.text(until: "event: running")
            try await fleet.settle(id)
            _ = try await talk.text(until: "event: completed")
        }
    }
}
