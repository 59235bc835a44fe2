import API
import Domain
import Postgres
import Store
import TestSupport
import Testing

@Suite("Routes over Microsoft's devices", .database)
struct EDRRouteTests {
    private let database = TestDatabase.current

    /// Three devices with an alert, a vulnerability and a verdict each, an action and two scores.
    private func fill(_ tenant: TestTenant) async throws {
        let person = try #require(tenant.users[.admin])
        let statements = [
            """
            INSERT INTO edr_devices (tenant_id, microsoft_device_id, device_name, risk_score, intune_compliance_state)
            VALUES ($1, 'm1', 'one', 90, 'compliant'), ($1, 'm2', 'two', NULL, 'noncompliant'), ($1, 'm3', 'three', 30, NULL)
            """,
            """
            INSERT INTO edr_alerts (tenant_id, device_id, microsoft_alert_id, severity, status, description, detected_at)
            SELECT $1, id, 'a-' || microsoft_device_id, 'High', CASE device_name WHEN 'one' THEN 'New' ELSE 'Resolved' END,
              E'Odd\\nVery odd.', '2026-01-01T00:00:00.123456Z'::timestamptz + risk_score * interval '1 second'
            FROM edr_devices WHERE tenant_id = $1 AND risk_score IS NOT NULL
            """,
            """
            INSERT INTO edr_vulnerabilities (tenant_id, cve_id, severity, cvss_score)
            VALUES ($1, 'CVE-2026-1', 'Critical', 9.8), ($1, 'CVE-2026-2', 'Low', NULL)
            """,
            """
            INSERT INTO edr_device_vulnerabilities (tenant_id, device_id, vulnerability_id)
            SELECT $1, d.id, v.id FROM edr_devices AS d, edr_vulnerabilities AS v
            WHERE d.tenant_id = $1 AND v.tenant_id = $1 AND (v.cve_id = 'CVE-2026-1' OR d.device_name = 'one')
            """,
            """
            INSERT INTO edr_compliance (tenant_id, device_id, compliance_state, failed_rules, required_apps_status)
            SELECT $1, id, intune_compliance_state, '[{"id":"p","title":"Encrypted"}]', '{"VPN":"failed"}'
            FROM edr_devices WHERE tenant_id = $1 AND intune_compliance_state IS NOT NULL
            """,
            """
            INSERT INTO edr_posture_scores (tenant_id, score, device_count, calculated_at)
            VALUES ($1, 70, 3, now() - interval '1 day'), ($1, 80, 3, now())
            """,
        ]
        for statement in statements {
            _ = try await database.store.app.query(statement, [.id(tenant.id)], tenant: tenant.id)
        }
        _ = try await database.store.app.query(
            """
            INSERT INTO edr_actions (tenant_id, device_id, user_id, action_type)
            SELECT $1, id, $2, 'scan' FROM edr_devices WHERE tenant_id = $1 AND device_name = 'one'
            """, [.id(tenant.id), .id(person.id)], tenant: tenant.id)
    }

    private func list(_ api: TestAPI, _ target: String, _ token: String?) async throws -> [JSONValue] {
        let reply = try await api.send("GET", target, token: token)
        #expect(reply.status == 200, "\(target): \(reply.text)")
        return try reply.json.elements
    }

    @Test("each list has its order and filters, and nothing of another tenant")
    func lists() async throws {
        try await fill(database.a)
        let token = database.a.tokens[.viewer]
        try await TestAPI.run { api in
            func texts(_ target: String, _ field: String) async throws -> [String?] {
                try await list(api, "/api/edr/\(target)", token).map { $0[field]?.text }
            }
            let devices = try await list(api, "/api/edr/devices", token)
            #expect(devices.map { $0["device_name"]?.text } == ["one", "three", "two"])
            #expect(devices.map { $0["active_alert_count"]?.integer } == [1, 0, 0])
            #expect(devices.map { $0["vulnerability_count"]?.integer } == [2, 1, 1])
            #expect(try await texts("devices?minimum_risk=50", "device_name") == ["one"])
            #expect(try await texts("devices?search=THRE", "device_name") == ["three"])
            #expect(try await texts("devices?compliance_state=noncompliant", "device_name") == ["two"])
            let id = try #require(devices[0]["id"]?.text)
            #expect(try await texts("alerts", "microsoft_alert_id") == ["a-m1", "a-m3"])
            #expect(try await texts("alerts?status=New&device_id=\(id)", "device_name") == ["one"])
            let vulnerabilities = try await list(api, "/api/edr/vulnerabilities", token)
            #expect(vulnerabilities.map { $0["device_count"]?.integer } == [3, 1])
            #expect(try await texts("vulnerabilities?severity=Low&device_id=\(id)", "cve_id") == ["CVE-2026-2"])
            let compliance = try await list(api, "/api/edr/compliance?state=noncompliant", token)
            #expect(compliance.first?["failed_rules"]?.elements.first?["title"]?.text == "Encrypted")
            #expect(compliance.first?["required_apps_status"]?["VPN"]?.text == "failed")
            #expect(try await texts("actions?type=scan", "status") == ["pending"])
            #expect(try await list(api, "/api/edr/posture", token).count == 2)
            for path in ["devices", "alerts", "vulnerabilities", "compliance", "actions", "posture"] {
                #expect(try await list(api, "/api/edr/\(path)", database.b.tokens[.viewer]).isEmpty)
            }
            for page in ["/edr", "/edr?search=one", "/edr?search=none", "/edr/alerts"] {
                #expect(try await api.send("GET", page, token: token).status == 200)
            }
        }
    }

    @Test("pages of one row each give every row once", arguments: ["devices", "alerts", "vulnerabilities", "posture"])
    func pages(name: String) async throws {
        try await fill(database.a)
        let token = database.a.tokens[.viewer]
        try await TestAPI.run { api in
            let all = try await list(api, "/api/edr/\(name)", token)
            var found: [JSONValue] = []
            var target: String? = "/api/edr/\(name)?limit=1"
            while let next = target, found.count <= all.count {
                let reply = try await api.send("GET", next, token: token)
                found += try reply.json.elements
                #expect(reply["x-total-count"] == "\(all.count)")
                target = reply.next
            }
            #expect(found == all && !all.isEmpty)
            #expect(try await api.send("GET", "/api/edr/\(name)?cursor=nonsense", token: token).status == 400)
        }
    }
}
