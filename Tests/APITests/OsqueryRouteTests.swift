import API
import Domain
import FoundationEssentials
import Identity
import Store
import TestSupport
import Testing

@Suite("osquery's TLS remote API", .database)
struct OsqueryRouteTests {
    private var database: TestDatabase { TestDatabase.current }

    private func secret(uses: Int = 5) async throws -> String {
        let token = EnrolmentToken.make(for: database.a.id)
        try await database.store.enrolments.create(
            name: "osquery", uses: uses, mayReplace: false, hash: token.digest,
            expiresAt: Date(timeIntervalSinceNow: 3600), tenant: database.a.id, by: database.a.administrator)
        return token.text
    }

    /// A node that speaks as osqueryd 5 does: the fields, types and texts of its TLS plugins.
    private struct Node {
        let api: TestAPI
        let identifier: String

        func post(_ path: String, _ json: String) async throws -> JSONValue {
            let reply = try await api.send(
                "POST", "/api/osquery/\(path)", token: nil, json: json, headers: ["User-Agent: osquery/5.12.1"])
            // osquery reads the body of 200 alone.
            #expect(reply.status == 200, "\(path): \(reply.text)")
            return try reply.json
        }

        func enrol(_ secret: String) async throws -> String? {
            let details = """
                {"os_version": {"_id": "12", "major": "12", "name": "Debian GNU/Linux", "platform": "debian"},
                 "osquery_info": {"version": "5.12.1", "build_platform": "linux"},
                 "system_info": {"hostname": "\(identifier)", "uuid": "4c4c4544-0042-3510-8053-b4c04f4d3332"},
                 "platform_info": {"vendor": "Dell Inc."}}
                """
            let answer = try await post(
                "enroll",
                """
                {"enroll_secret": "\(secret)", "host_identifier": "\(identifier)", "platform_type": "9",
                 "host_details": \(details)}
                """)
            return answer["node_invalid"] == .bool(true) ? nil : answer["node_key"]?.text
        }

        func log(_ key: String, _ type: String, _ lines: [String]) async throws -> JSONValue {
            try await post(
                "log",
                "{\"node_key\": \"\(key)\", \"log_type\": \"\(type)\", \"data\": [\(lines.joined(separator: ", "))]}")
        }

        func snapshot(_ name: String, _ rows: String) -> String {
            """
            {"snapshot": \(rows), "action": "snapshot", "name": "\(name)", "hostIdentifier": "\(identifier)",
             "calendarTime": "Sun Mar  1 12:00:00 2026 UTC", "unixTime": 1767268800, "epoch": 0, "counter": 0,
             "numerics": false, "decorations": {"host_uuid": "4c4c4544-0042-3510-8053-b4c04f4d3332"}}
            """
        }
    }

    private func lines(_ node: Node, openssl: String) -> [String] {
        [
            node.snapshot(
                "os_version",
                """
                [{"name": "Debian GNU/Linux", "version": "12 (bookworm)", "major": "12", "minor": "0", "patch": "0",
                  "build": "", "platform": "debian", "platform_like": "", "codename": "bookworm", "arch": "x86_64"}]
                """),
            node.snapshot(
                "system_info",
                """
                [{"hostname": "\(node.identifier)", "uuid": "4c4c4544-0042-3510-8053-b4c04f4d3332", "cpu_type": "x86_64",
                  "hardware_serial": "CZC1234567", "computer_name": "\(node.identifier)"}]
                """),
            node.snapshot(
                "interface_details", "[{\"interface\": \"eth0\", \"mac\": \"00:1b:21:aa:bb:01\", \"type\": \"1\"}]"),
            node.snapshot(
                "interface_addresses",
                """
                [{"interface": "lo", "address": "127.0.0.1"}, {"interface": "eth0", "address": "10.1.2.3"},
                 {"interface": "eth0", "address": "fe80::1"}]
                """),
            node.snapshot(
                "deb_packages",
                """
                [{"name": "openssl", "version": "\(openssl)", "source": "openssl", "revision": "", "arch": "amd64",
                  "maintainer": "Debian", "status": "install ok installed"}]
                """),
        ]
    }

    @Test("a node enrols, is configured, reports, and becomes an endpoint with its software")
    func life() async throws {
        try await TestAPI.run { api in
            let node = Node(api: api, identifier: "db1")
            #expect(try await node.enrol("gae_wrong") == nil)
            let key = try #require(try await node.enrol(try await secret()))
            let config = try await node.post("config", "{\"node_key\": \"\(key)\"}")
            let names = config["schedule"]?.names ?? []
            for table in [
                "os_version", "system_info", "interface_details", "deb_packages", "rpm_packages", "programs", "apps",
            ] {
                #expect(names.contains(table))
            }
            #expect(config["schedule"]?["deb_packages"]?["snapshot"] == .bool(true))
            #expect(config["schedule"]?["deb_packages"]?["query"]?.text?.hasPrefix("SELECT name, version") == true)
            let taken = try await node.log(key, "result", lines(node, openssl: "3.0.11-1~deb12u2"))
            #expect(taken["node_invalid"] == .bool(false))
            let page = try await database.store.endpoints.list(.init(), tenant: database.a.id)
            #expect(page.items.map(\.hostname) == ["db1"])
            let shown = try await api.send(
                "GET", "/api/endpoints/\(page.items[0].id)", token: database.a.tokens[.viewer]
            ).json
            #expect(shown["os_version"]?.text == "12" && shown["ip_address"]?.text == "10.1.2.3", "\(shown)")
            // The next look changes what changed, and what is complained of is kept.
            _ = try await node.log(key, "result", [lines(node, openssl: "3.0.14-1~deb12u1")[4]])
            let complaint = """
                {"hostIdentifier": "db1", "severity": "2", "filename": "x.cpp", "line": "1", "message": "Out of disk",
                 "version": "5.12.1"}
                """
            _ = try await node.log(key, "status", [complaint, complaint.replacing("\"2\"", with: "\"0\"")])
            let listed = try await api.send("GET", "/api/osquery/nodes", token: database.a.tokens[.viewer]).json
            #expect(listed[0]?["hostname"]?.text == "db1" && listed[0]?["version"]?.text == "5.12.1")
            #expect(listed[0]?["inventory_at"] != .null)
        }
    }

    @Test("enrolling again gives another key and no other node; a removed node has to enrol again")
    func keys() async throws {
        try await TestAPI.run { api in
            let node = Node(api: api, identifier: "db1")
            let secret = try await secret(uses: 1)
            let first = try #require(try await node.enrol(secret))
            let second = try #require(try await node.enrol(secret))
            #expect(try await node.post("config", "{\"node_key\": \"\(first)\"}")["node_invalid"] == .bool(true))
            #expect(try await node.post("config", "{\"node_key\": \"\(second)\"}")["node_invalid"] == .bool(false))
            #expect(try await Node(api: api, identifier: "db2").enrol(secret) == nil)
            let nodes = try await database.store.osquery.nodes(tenant: database.a.id)
            #expect(nodes.count == 1)
            let removed = try await api.send(
                "DELETE", "/api/osquery/nodes/\(nodes[0].id)", token: database.a.tokens[.admin])
            #expect(removed.status == 204)
            for path in ["config", "log", "distributed/read", "distributed/write"] {
                #expect(try await node.post(path, "{\"node_key\": \"\(second)\"}")["node_invalid"] == .bool(true))
            }
        }
    }

    @Test("live queries are given out until they are answered, and failures are told in osquery's words")
    func live() async throws {
        let admin = database.a.tokens[.admin]
        try await TestAPI.run { api in
            let secret = try await secret()
            let (one, two) = (Node(api: api, identifier: "db1"), Node(api: api, identifier: "db2"))
            let keys = [try await one.enrol(secret), try await two.enrol(secret)].compactMap { $0 }
            #expect(try await one.post("distributed/read", "{\"node_key\": \"\(keys[0])\"}")["queries"] == .object([]))
            let body = "{\"sql\": \"SELECT pid, name FROM processes\"}"
            #expect(
                try await api.send("POST", "/api/osquery/queries", token: database.a.tokens[.analyst], json: body)
                    .status
                    == 403)
            let made = try await api.send("POST", "/api/osquery/queries", token: admin, json: body)
            let id = try #require(try made.json["id"]?.text)
            for _ in 0..<2 {
                let questions = try await one.post("distributed/read", "{\"node_key\": \"\(keys[0])\"}")
                #expect(questions["queries"]?[id]?.text == "SELECT pid, name FROM processes")
            }
            _ = try await one.post(
                "distributed/write",
                """
                {"node_key": "\(keys[0])", "queries": {"\(id)": [{"pid": "1", "name": "systemd"}], "other": []},
                 "statuses": {"\(id)": 0}, "messages": {"\(id)": ""}, "stats": {}}
                """)
            _ = try await two.post(
                "distributed/write",
                """
                {"node_key": "\(keys[1])", "queries": {"\(id)": []}, "statuses": {"\(id)": "1"},
                 "messages": {"\(id)": "no such table: processes"}}
                """)
            let shown = try await api.send("GET", "/api/osquery/queries/\(id)", token: admin).json
            let answers = shown["answers"]?.elements ?? []
            #expect(answers.map { $0["state"]?.text } == ["completed", "failed"])
            #expect(answers[0]["rows"]?[0]?["name"]?.text == "systemd")
            #expect(answers[1]["message"]?.text == "no such table: processes")
            #expect(try await one.post("distributed/read", "{\"node_key\": \"\(keys[0])\"}")["queries"] == .object([]))
            #expect(
                try await api.send("GET", "/api/osquery/queries/\(id)", token: database.b.tokens[.admin]).status == 404)
        }
    }
}
