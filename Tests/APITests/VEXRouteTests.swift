import API
import Domain
import FoundationEssentials
import Inventories
import Risk
import Store
import TestSupport
import Testing

@Suite("VEX through the API", .database)
struct VEXRouteTests {
    private var database: TestDatabase { TestDatabase.current }
    private var admin: String? { database.a.tokens[.admin] }
    private var viewer: String? { database.a.tokens[.viewer] }

    private func seeded() async throws -> [EndpointID] {
        try await database.addIntelligence()
        let ids = try await database.addEndpoints(3, in: database.a)
        try await database.scan(database.a)
        return ids
    }

    private func document(
        _ id: String = "https://example.org/vex-1", day: Int = 1, status: String = "not_affected",
        justification: String = "vulnerable_code_not_in_execute_path"
    ) -> String {
        """
        {"@context": "https://openvex.dev/ns/v0.2.0", "@id": "\(id)", "author": "Example Inc.",
         "timestamp": "2024-06-0\(day)T00:00:00Z", "version": 1, "statements": [
           {"vulnerability": {"name": "\(SeedFeeds.exploited)"},
            "products": [{"@id": "pkg:deb/debian/openssl@3.0.11-1~deb12u2"}],
            "status": "\(status)", "justification": "\(justification)", "impact_statement": "TLS is not used."}]}
        """
    }

    @Test("a document is imported, listed, shown, hides findings, and gives them back when it is removed")
    func life() async throws {
        let ids = try await seeded()
        try await TestAPI.run { api in
            let made = try await api.send("POST", "/api/vex", token: admin, json: document())
            #expect(made.status == 201, "\(made.text)")
            let id = try #require(try made.json["id"]?.text)
            #expect(made["location"] == "/api/vex/\(id)")
            #expect(try made.json["findings"]?.integer == 3 && (try made.json["format"]?.text) == "openvex")
            let again = try await api.send("POST", "/api/vex", token: admin, json: document())
            #expect(try again.json["id"]?.text == id)
            let list = try await api.send("GET", "/api/vex", token: viewer)
            #expect(try list.json.elements.count == 1 && list["x-total-count"] == "1")
            #expect(try await api.send("GET", "/api/vex?cve_id=CVE-2099-1", token: viewer).json.elements.isEmpty)
            let shown = try await api.send("GET", "/api/vex/\(id)", token: viewer).json
            let statement = try #require(shown["statements"]?.elements.first)
            #expect(statement["status"]?.text == "not_affected" && statement["findings"]?.integer == 3)
            #expect(statement["impact_statement"]?.text == "TLS is not used.")
            #expect(
                statement["products"]?.elements.first?["id"]?.text == "pkg:deb/debian/openssl@3.0.11-1~deb12u2")
            let path = "/api/endpoints/\(ids[0])/findings/\(SeedFeeds.exploited)"
            let finding = try await api.send("GET", path, token: viewer).json
            #expect(finding["status"]?.text == "exception")
            #expect(finding["vex_statement_id"]?.text == statement["id"]?.text)
            let refused = try await api.send("PATCH", path, token: admin, json: #"{"status": "open"}"#)
            #expect(refused.status == 409 && refused.problem == "finding.conflict")
            for (query, count) in [("", 9), ("?vex=hidden", 3), ("?vex=all", 12), ("?status=exception&vex=hidden", 3)] {
                let rows = try await api.send("GET", "/api/findings\(query)", token: viewer)
                #expect(rows["x-total-count"] == "\(count)", "\(query)")
            }
            let why = try await api.send(
                "GET", "/api/endpoints/\(ids[0])/why?cve=\(SeedFeeds.exploited)&package=openssl", token: viewer
            ).json.elements.first
            #expect(why?["code"]?.text == "disposition.vex")
            #expect(why?["sentence"]?.text?.contains("Example Inc.") == true)
            #expect(try await api.send("DELETE", "/api/vex/\(id)", token: viewer).status == 403)
            #expect(try await api.send("DELETE", "/api/vex/\(id)", token: admin).status == 204)
            #expect(try await api.send("DELETE", "/api/vex/\(id)", token: admin).status == 404)
            #expect(try await api.send("GET", path, token: viewer).json["status"]?.text == "open")
        }
        let events = try await database.store.audit.list(.init(), tenant: database.a.id).items.map(\.action)
        #expect(events.contains("vex.import") && events.contains("vex.remove"))
    }

    @Test("what is wrong with a document is told")
    func refusals() async throws {
        try await TestAPI.run { api in
            for (text, problem) in [
                ("{", "document.unsupported"), (#"{"bomFormat": "CycloneDX"}"#, "document.unsupported"),
                (document(status: "harmless"), "document.invalid"), (document(""), "request.invalid"),
                (#"{"@id": "urn:x", "statements": []}"#, "request.invalid"),
            ] {
                let reply = try await api.send("POST", "/api/vex", token: admin, json: text)
                #expect(reply.status == 400 && reply.problem == problem, "\(reply.text)")
            }
            #expect(try await api.send("POST", "/api/vex", token: admin, json: document(day: 5)).status == 201)
            let older = try await api.send("POST", "/api/vex", token: admin, json: document(day: 2))
            #expect(older.status == 409 && older.problem == "vex.conflict", "\(older.text)")
            let analyst = database.a.tokens[.analyst]
            #expect(try await api.send("POST", "/api/vex", token: analyst, json: document("urn:2")).status == 403)
        }
    }

    @Test("reports say what VEX decided: the analysis in CycloneDX's words, a suppression in SARIF")
    func reports() async throws {
        _ = try await seeded()
        try await TestAPI.run { api in
            #expect(try await api.send("POST", "/api/vex", token: admin, json: document()).status == 201)
            let report = try await api.send("GET", "/api/findings.cyclonedx?vex=all", token: viewer).json
            let listed = try #require(report["vulnerabilities"]?.elements)
            #expect(listed.count == 4)
            for vulnerability in listed {
                let analysis = vulnerability["analysis"]
                guard vulnerability["id"]?.text == SeedFeeds.exploited else {
                    #expect(analysis == nil)
                    continue
                }
                #expect(analysis?["state"]?.text == "not_affected")
                #expect(analysis?["justification"]?.text == "code_not_reachable")
                #expect(analysis?["detail"]?.text?.hasSuffix("TLS is not used.") == true)
            }
            let log = try await api.send("GET", "/api/findings.sarif?vex=hidden", token: viewer).json
            let results = try #require(log["runs"]?.elements.first?["results"]?.elements)
            #expect(results.count == 3)
            let suppression = results.first?["suppressions"]?.elements.first
            #expect(suppression?["justification"]?.text?.hasPrefix("VEX of Example Inc.") == true)
        }
    }

    @Test("exceptions as OpenVEX are read again as statements that hide the same findings elsewhere")
    func openVEX() async throws {
        let ids = try await seeded()
        let tomorrow = Date().addingTimeInterval(86_400)
        for request in [
            ExceptionRequest(kind: .falsePositive, cve: SeedFeeds.high, reason: "patched by hand", expiresAt: tomorrow),
            ExceptionRequest(
                kind: .mitigated, cve: SeedFeeds.low, endpoint: ids[1], reason: "behind a proxy", expiresAt: tomorrow),
            ExceptionRequest(kind: .accepted, cve: SeedFeeds.unfixed, reason: "lived with", expiresAt: tomorrow),
        ] {
            _ = try await database.store.exceptions.request(request, by: database.a.administrator)
        }
        try await TestAPI.run { api in
            let reply = try await api.send("GET", "/api/exceptions.openvex", token: viewer)
            #expect(reply.status == 200)
            #expect(try reply.json["@context"]?.text == "https://openvex.dev/ns/v0.2.0")
            #expect(try reply.json["author"]?.text == "alpha" && (try reply.json["version"]?.integer ?? 0) > 0)
            let document = try VEXReader.document(reply.body)
            let statements = document.statements.sorted { $0.vulnerabilities[0] < $1.vulnerabilities[0] }
            #expect(statements.map(\.vulnerabilities) == [[SeedFeeds.high], [SeedFeeds.unfixed], [SeedFeeds.low]])
            #expect(statements.map(\.status) == [.notAffected, .affected, .notAffected])
            #expect(statements.map(\.impact) == ["patched by hand", nil, "behind a proxy"])
            #expect(statements[1].action == "lived with")
            #expect(statements[2].justification == "inline_mitigations_already_exist")
            #expect(statements[2].products.map { $0.container?.package?.name } == ["host-1"])
            // Another tenant takes it, and the same findings are hidden there.
            try await database.addEndpoints(2, in: database.b)
            try await database.scan(database.b)
            let record = try await database.store.vex.add(
                document, content: reply.body, by: database.b.administrator)
            #expect(record.statements == 3 && record.findings == 3)
        }
    }
}
