import API
import Domain
import FoundationEssentials
import Identity
import Store
import TestSupport
import Testing

@Suite("Programs push what they know", .database)
struct PushRouteTests {
    private var database: TestDatabase { TestDatabase.current }
    private var connectors: ConnectorStore { database.store.connectors }

    /// A token that is good for pushing alone.
    private func pushToken() async throws -> String {
        let token = AccessToken.make(for: database.a.id)
        try await database.store.tokens.create(
            name: "push", role: .analyst, scope: .push, hash: token.digest, expiresAt: nil, tenant: database.a.id)
        return token.text
    }

    private func device(_ id: String, extra: String = "") -> String {
        "{\"source_id\": \"\(id)\", \"hostname\": \"\(id)\", \"os\": {\"id\": \"debian\", \"version\": \"12\"}\(extra)}"
    }

    private func push(
        _ api: TestAPI, _ target: String, _ lines: [String], token: String?
    ) async throws -> Reply {
        try await api.send(
            "POST", target, token: token, headers: ["Content-Type: application/x-ndjson"],
            body: Array(lines.joined(separator: "\n").utf8))
    }

    private func known(_ stream: ConnectorStream = .devices, _ account: String = "cmdb") async throws -> [String] {
        let id = try await connectors.named(account, tenant: database.a.id).id
        return try await connectors.records(stream, id, limit: 10_000, tenant: database.a.id).map(\.sourceID)
    }

    @Test("records are written, told apart from those that cannot be read, and taken away again")
    func changes() async throws {
        let token = try await pushToken()
        try await TestAPI.run { api in
            let lines = [
                device("a", extra: ", \"mac_addresses\": [\"00-1B-21-AA-BB-01\"], \"policies\": {\"firewall\": true}"),
                "{\"source_id\": \"b\"}", "not JSON", device("c", extra: ", \"host_name\": \"x\""), "", device("d"),
                device("e", extra: ", \"isolation\": \"sideways\""),
            ]
            let reply = try await push(api, "/api/push/cmdb/devices", lines, token: token)
            #expect(reply.status == 200, "\(reply.text)")
            let json = try reply.json
            #expect(json["accepted"]?.integer == 2 && json["quarantined"]?.integer == 4)
            let problems = json["problems"]?.elements ?? []
            #expect(problems.map { $0["line"]?.integer } == [2, 3, 4, 7])
            #expect(problems.map { $0["field"]?.text } == ["hostname", "", "host_name", "isolation"])
            #expect(problems[0]["source_id"]?.text == "b" && problems[0]["reason"]?.text == "is missing")
            #expect(try await known() == ["a", "d"])
            let account = try await connectors.named("cmdb", tenant: database.a.id)
            #expect(account.kind == "push" && account.quarantined == 4)
            // What is put right leaves the quarantine; what is taken away is gone; the rest stays.
            let again = try await push(
                api, "/api/push/cmdb/devices", [device("b"), "{\"removed\": \"a\"}"], token: token)
            #expect(try again.json["accepted"]?.integer == 1 && again.json["removed"]?.integer == 1)
            #expect(try await known() == ["b", "d"])
            #expect(try await connectors.named("cmdb", tenant: database.a.id).quarantined == 3)
        }
    }

    @Test("every kind of record is read in its own terms")
    func streams() async throws {
        let token = try await pushToken()
        let samples: [(ConnectorStream, String, String)] = [
            (
                .software, "d:openssl",
                """
                {"source_id": "d:openssl", "device_id": "d", "package": {"type": "deb", "name": "openssl", "version": "3"}}
                """
            ),
            (
                .vulnerabilities, "d:CVE-2024-1",
                """
                {"source_id": "d:CVE-2024-1", "device_id": "d", "vulnerability": "CVE-2024-1", "severity": "high", "score": 8.1}
                """
            ),
            (
                .alerts, "1",
                """
                {"source_id": "1", "device_id": "d", "title": "Odd", "severity": "high", "detected": "2026-03-01T12:00:00Z",
                 "techniques": [{"technique_id": "T1059"}]}
                """.replacing("\n", with: "")
            ),
            (
                .compliance, "d",
                """
                {"device_id": "d", "standard": "cis", "score": 71, "checks": [{"id": "1.1", "is_met": false}]}
                """
            ),
        ]
        try await TestAPI.run { api in
            for (stream, id, line) in samples {
                let reply = try await push(api, "/api/push/cmdb/\(stream.rawValue)", [line], token: token)
                #expect(try reply.json["accepted"]?.integer == 1, "\(reply.text)")
                #expect(try await known(stream) == [id])
            }
            let wrong = try await push(
                api, "/api/push/cmdb/vulnerabilities",
                ["{\"source_id\": \"1\", \"device_id\": \"d\", \"vulnerability\": \"CVE-1\", \"score\": 11}"],
                token: token)
            #expect(try wrong.json["problems"]?[0]?["reason"]?.text == "must be from 0 to 10")
        }
    }

    @Test("a snapshot removes what is not in it when it is complete, and not before")
    func snapshots() async throws {
        let token = try await pushToken()
        try await TestAPI.run { api in
            let devices = "/api/push/cmdb/devices"
            _ = try await push(api, devices, ["a", "b", "c"].map { device($0) }, token: token)
            let opened = try await api.send("POST", "\(devices)/snapshots", token: token)
            #expect(opened.status == 201, "\(opened.text)")
            let number = try #require(try opened.json["snapshot"]?.integer)
            #expect(opened["location"] == "\(devices)/snapshots/\(number)")
            _ = try await push(api, "\(devices)?snapshot=\(number)", [device("a"), device("d")], token: token)
            // A change that comes meanwhile belongs to what is known.
            _ = try await push(api, devices, [device("e")], token: token)
            #expect(try await known() == ["a", "b", "c", "d", "e"])
            let complete = "\(devices)/snapshots/\(number)/complete"
            let short = try await api.send("POST", "\(complete)?records=7", token: token)
            #expect(short.status == 409 && short.problem == "snapshot.conflict")
            #expect(try await known().count == 5)
            let done = try await api.send("POST", "\(complete)?records=3", token: token)
            #expect(try done.json["records"]?.integer == 3 && done.json["removed"]?.integer == 2, "\(done.text)")
            #expect(try await known() == ["a", "d", "e"])
            #expect(try await connectors.named("cmdb", tenant: database.a.id).syncedAt != nil)
            // It is over, and so is one that another was begun after.
            #expect(try await api.send("POST", complete, token: token).status == 409)
            let late = try await push(api, "\(devices)?snapshot=\(number)", [device("z")], token: token)
            #expect(late.status == 409 && late.problem == "snapshot.conflict")
            _ = try await push(api, devices, [device("f")], token: token)
            #expect(try await known() == ["a", "d", "e", "f"])
        }
    }

    @Test("a token for pushing does nothing else, and a vendor's account of the same name is another one")
    func scope() async throws {
        let token = try await pushToken()
        try await connectors.add(
            NewConnector(kind: "crowdstrike", name: "falcon", settings: [:], sealedSecrets: [1]), tenant: database.a.id,
            by: database.a.administrator)
        try await TestAPI.run { api in
            #expect(try await api.send("GET", "/api/endpoints", token: token).status == 403)
            #expect(try await api.send("GET", "/api/tokens", token: token).status == 403)
            let falcon = try await push(api, "/api/push/falcon/devices", [device("a")], token: token)
            #expect(falcon.status == 200)
            #expect(try await known(.devices, "falcon") == [])
            #expect(try await known(.devices, "falcon (push)") == ["a"])
            let viewer = database.a.tokens[.viewer]
            #expect(try await push(api, "/api/push/cmdb/devices", [device("a")], token: viewer).status == 403)
            let unknown = try await push(api, "/api/push/cmdb/weather", [device("a")], token: token)
            #expect(unknown.status == 400, "\(unknown.text)")
            // Told apart by tenant, whatever the name.
            _ = try await push(api, "/api/push/cmdb/devices", [device("a")], token: database.b.tokens[.analyst])
            #expect(try await connectors.list(tenant: database.a.id).map(\.name) == ["falcon", "falcon (push)"])
        }
    }

    @Test("a long stream is written as it comes, a line without end is cut, and pushers do not hinder each other")
    func streaming() async throws {
        let token = try await pushToken()
        try await TestAPI.run { api in
            let endless = "{\"source_id\": \"" + String(repeating: "x", count: 3 << 20) + "\"}"
            let lines = (0..<2_500).map { device("d\($0)") } + [endless] + (0..<2_500).map { device("e\($0)") }
            let reply = try await push(api, "/api/push/cmdb/devices", lines, token: token)
            #expect(try reply.json["accepted"]?.integer == 5_000 && reply.json["quarantined"]?.integer == 1)
            #expect(try reply.json["problems"]?[0]?["line"]?.integer == 2_501)
            try await withThrowingTaskGroup(of: Int.self) { group in
                for pusher in 0..<8 {
                    group.addTask {
                        try await push(
                            api, "/api/push/cmdb/devices", (0..<50).map { device("p\(pusher)-\($0)") }, token: token
                        ).status
                    }
                }
                for try await status in group { #expect(status == 200) }
            }
            #expect(try await known().count == 5_400)
        }
    }
}
