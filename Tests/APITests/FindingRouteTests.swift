import API
import Domain
import FoundationEssentials
import Store
import TestSupport
import Testing

@Suite("Deciding about findings", .database)
struct FindingRouteTests {
    private func seeded() async throws -> EndpointID {
        let database = TestDatabase.current
        try await database.addIntelligence()
        let ids = try await database.addEndpoints(3, in: database.a)
        try await database.scan(database.a)
        return ids[0]
    }

    private var tomorrow: String { Date().addingTimeInterval(86_400).formatted(.iso8601) }

    @Test("an exception is requested, seen on the finding, refused a second decision, and ended")
    func exceptions() async throws {
        let endpoint = try await seeded()
        let token = TestDatabase.current.a.tokens[.analyst]
        try await TestAPI.run { api in
            let path = "/api/endpoints/\(endpoint)/findings/\(SeedFeeds.high)"
            let made = try await api.send(
                "POST", "/api/exceptions", token: token,
                json: """
                    {"kind": "accepted", "cve_id": "\(SeedFeeds.high)", "endpoint_id": "\(endpoint)",
                     "reason": "known", "expires_at": "\(tomorrow)"}
                    """)
            #expect(made.status == 201, "\(made.text)")
            let id = try #require(try made.json["id"]?.text)
            let finding = try await api.send("GET", path, token: token).json
            #expect(finding["status"]?.text == "exception" && finding["exception_id"]?.text == id)
            let change = try await api.send("PATCH", path, token: token, json: #"{"status": "open"}"#)
            #expect(change.status == 409 && change.problem == "finding.conflict")
            let admin = TestDatabase.current.a.tokens[.admin]
            let late = try await api.send("POST", "/api/exceptions/\(id)/approve", token: admin)
            #expect(late.status == 409 && late.problem == "exception.conflict")
            #expect(try await api.send("DELETE", "/api/exceptions/\(id)", token: token).status == 204)
            #expect(try await api.send("DELETE", "/api/exceptions/\(id)", token: token).status == 409)
            #expect(try await api.send("GET", path, token: token).json["status"]?.text == "open")
        }
    }

    @Test("what an exception lacks is named")
    func refusals() async throws {
        _ = try await seeded()
        let token = TestDatabase.current.a.tokens[.analyst]
        try await TestAPI.run { api in
            for (fields, field) in [
                (
                    #""kind": "accepted", "reason": "x", "cve_id": "\#(SeedFeeds.high)", "expires_at": "2020-01-01T00:00:00Z""#,
                    "expires_at"
                ),
                (
                    #""kind": "accepted", "reason": "x", "cve_id": "\#(SeedFeeds.high)", "expires_at": "2090-01-01T00:00:00Z""#,
                    "expires_at"
                ),
                (#""kind": "accepted", "reason": "x", "expires_at": "\#(tomorrow)""#, "cve_id"),
                (#""kind": "accepted", "cve_id": "\#(SeedFeeds.high)", "reason": "x""#, "expires_at"),
            ] {
                let reply = try await api.send("POST", "/api/exceptions", token: token, json: "{\(fields)}")
                #expect(try reply.status == 400 && (reply.json["field"]?.text) == field, "\(reply.text)")
            }
        }
    }

    @Test("policies are shown, previewed and put into force with a task; out of bounds they are refused")
    func policies() async throws {
        _ = try await seeded()
        let admin = TestDatabase.current.a.tokens[.admin]
        try await TestAPI.run { api in
            let standard = try await api.send("GET", "/api/policies", token: admin).json
            #expect(standard["weights"]?["prediction"] != nil && standard["sla"]?["critical"]?.integer == 15)
            let diff = try await api.send(
                "POST", "/api/policies/preview", token: admin, json: #"{"weights": {"prediction": 10}, "top": 2}"#)
            #expect(try diff.status == 200 && (diff.json["top_after"]?.elements.count) == 2, "\(diff.text)")
            let accepted = try await api.send(
                "PUT", "/api/policies/weights", token: admin, json: #"{"policy": {"prediction": 10}, "note": "try"}"#)
            #expect(try accepted.status == 202 && (accepted.json["task_id"]?.text) != nil)
            let refused = try await api.send(
                "PUT", "/api/policies/weights", token: admin, json: #"{"policy": {"prediction": 11}}"#)
            #expect(refused.status == 400, "\(refused.text)")
            let history = try await api.send("GET", "/api/policies/history?kind=weights", token: admin).json.elements
            #expect(history.map { $0["version"]?.integer } == [1])
        }
    }

    @Test("SARIF, CycloneDX and CSV name each open finding, and none that is set aside")
    func exports() async throws {
        let endpoint = try await seeded()
        let (database, token) = (TestDatabase.current, TestDatabase.current.a.tokens[.viewer])
        _ = try await database.store.exceptions.request(
            ExceptionRequest(
                kind: .accepted, cve: SeedFeeds.low, reason: "known", expiresAt: Date().addingTimeInterval(86_400)),
            by: database.a.administrator)
        try await TestAPI.run { api in
            let open = [SeedFeeds.exploited, SeedFeeds.high, SeedFeeds.unfixed]
            let sarif = try await api.send("GET", "/api/endpoints/\(endpoint)/sarif", token: token)
            #expect(sarif["content-type"] == "application/sarif+json")
            let results = try sarif.json["runs"]?.elements.first?["results"]?.elements ?? []
            #expect(Set(results.compactMap { $0["ruleId"]?.text }) == Set(open))
            let report = try await api.send("GET", "/api/endpoints/\(endpoint)/cyclonedx", token: token)
            #expect(report["content-type"] == "application/vnd.cyclonedx+json")
            let listed = try report.json["vulnerabilities"]?.elements ?? []
            #expect(Set(listed.compactMap { $0["id"]?.text }) == Set(open))
            let components = try report.json["components"]?.elements ?? []
            #expect(components.contains { $0["purl"]?.text?.hasPrefix("pkg:deb/debian/openssl@3.0.11") == true })
            #expect(listed.allSatisfy { $0["affects"]?.elements.isEmpty == false })
            let table = try await api.send("GET", "/api/findings.csv?severity=critical", token: token)
            #expect(table.text.split(separator: "\r\n").count == 4, "\(table.text)")
            let whole = try await api.send("GET", "/api/findings.csv", token: token)
            #expect(whole.text.split(separator: "\r\n").count == 10)
        }
    }

    @Test("a simulation names what it cannot read, and answers what it can")
    func simulation() async throws {
        _ = try await seeded()
        let token = TestDatabase.current.a.tokens[.viewer]
        try await TestAPI.run { api in
            let path = "/api/vulnerabilities/simulate"
            let reply = try await api.send(
                "POST", path, token: token,
                json: #"{"fixes": [{"cve_id": "\#(SeedFeeds.exploited)"}, {"package": "curl"}]}"#)
            #expect(try reply.json["findings_fixed"]?.integer == 6, "\(reply.text)")
            for wrong in [#"{"fixes": []}"#, #"{"fixes": [{}]}"#, #"{"fixes": [{"cve_id": "a", "package": "b"}]}"#] {
                let refused = try await api.send("POST", path, token: token, json: wrong)
                #expect(refused.status == 400, "\(refused.text)")
            }
            let plan = try await api.send(
                "POST", "/api/vulnerabilities/plan", token: token, json: #"{"count": 1}"#
            ).json
            #expect(plan["updates"]?.elements.first?["package"]?.text == "openssl")
        }
    }
}
