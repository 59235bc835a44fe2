import Domain
import FoundationEssentials
import Postgres
import Store
import TestSupport
import Testing

@Suite("The published tables of Microsoft's devices", .database)
struct MicrosoftTablesTests {
    let database = TestDatabase.current
    var connectors: ConnectorStore { database.store.connectors }
    var tenant: TenantID { database.a.id }

    private static let entra = "80fe8ff8-2624-418e-9591-41f0491218f9"
    private static let intune = "9de5069c-5afe-602b-2ea0-a04b66beb2c0"
    private static let moment = Date(timeIntervalSince1970: 1_767_268_800)

    private func add(_ kind: String = "microsoft", _ name: String = "ms") async throws -> ConnectorID {
        let connector = NewConnector(kind: kind, name: name, settings: [:], sealedSecrets: [1])
        try await connectors.add(connector, tenant: tenant, by: database.a.administrator)
        return connector.id
    }

    private func machine(_ id: String, directory: String? = entra, risk: Double = 90, seen: Double = 0) -> DeviceReport
    {
        var report = DeviceReport(
            sourceID: id, hostname: "pc", domain: "example.org",
            os: OperatingSystem(
                type: "windows", id: "windows", name: "Microsoft Windows 11", version: "10.0.22631",
                prettyName: "Windows11"), lastSeen: Self.moment.addingTimeInterval(seen))
        report.product = "defender"
        report.directoryID = directory
        report.health = "Active"
        report.risk = risk
        report.exposure = "High"
        return report
    }

    private func managed(_ id: String = intune, directory: String? = entra, seen: Double = 60) -> DeviceReport {
        var report = DeviceReport(
            sourceID: id, hostname: "PC",
            os: OperatingSystem(type: "windows", id: "windows", name: "Microsoft Windows", version: "10.0.22631"),
            lastSeen: Self.moment.addingTimeInterval(seen))
        report.product = "intune"
        report.directoryID = directory
        report.complianceState = "noncompliant"
        report.enrollment = "managed"
        report.primaryUser = "anna@example.org"
        return report
    }

    private func alert(_ id: String, on device: String?, _ status: AlertReport.Status = .new) -> AlertReport {
        var report = AlertReport(
            sourceID: id, deviceID: device, title: "Odd", details: "Very odd.", severity: .high, status: status,
            detected: Self.moment)
        report.category = "Execution"
        return report
    }

    private func vulnerability(
        _ cve: String, on device: String, in product: String, _ status: VulnerabilityReport.Status = .open
    ) -> VulnerabilityReport {
        var report = VulnerabilityReport(
            sourceID: "\(device) \(cve) \(product)", deviceID: device, vulnerability: cve, status: status,
            severity: .critical, score: 9.8, detected: Self.moment)
        report.exploitability = "ExploitIsPublic"
        return report
    }

    /// Writes reports as one complete run.
    private func write(_ reports: ConnectorReports, _ id: ConnectorID, full: Bool = true) async throws {
        let stream = stream(reports)
        let stored = try await connectors.checkpoint(of: stream, id, tenant: tenant)
        let next = stored.next(full ? .full : .changes, overlap: 0)
            .advanced(by: reports.count, newest: Self.moment, cursor: nil, at: Self.moment)
        try await connectors.write(
            ConnectorBatch(reports, next: next), of: stream, after: stored, id, tenant: tenant)
    }

    private func stream(_ reports: ConnectorReports) -> ConnectorStream {
        switch reports {
        case .devices: .devices
        case .software: .software
        case .vulnerabilities: .vulnerabilities
        case .alerts: .alerts
        case .compliance: .compliance
        }
    }

    private func texts(_ sql: String) async throws -> [String] {
        try await database.store.app.query(sql, [.id(tenant)], tenant: tenant).map { try $0.decode(0) as String }
    }

    private var devices: [String] {
        get async throws {
            try await texts(
                """
                SELECT concat_ws(' ', microsoft_device_id, device_name, operating_system, os_version, primary_user,
                  defender_health_status, risk_score, exposure_level, intune_compliance_state,
                  intune_enrollment_status) FROM edr_devices WHERE tenant_id = $1 ORDER BY 1
                """)
        }
    }

    private static let whole =
        "m1 pc.example.org Windows11 10.0.22631 anna@example.org Active 90 High noncompliant managed"

    @Test("a machine that both know is one row, whichever comes first", arguments: [true, false])
    func joined(defenderFirst: Bool) async throws {
        let id = try await add()
        let pages = defenderFirst ? [machine("m1"), managed()] : [managed(), machine("m1")]
        try await write(.devices([pages[0]]), id, full: false)
        let before = try await texts("SELECT id::text FROM edr_devices WHERE tenant_id = $1")
        try await write(.devices([pages[1]]), id, full: false)
        #expect(try await devices == [Self.whole])
        #expect(try await texts("SELECT id::text FROM edr_devices WHERE tenant_id = $1") == before)
        try await write(.devices([pages[0], pages[1]]), id)
        #expect(try await devices == [Self.whole])
    }

    @Test("a device of Intune's belongs to the machine seen last; without an id of the directory it is alone")
    func severalMachines() async throws {
        let id = try await add()
        try await write(
            .devices([
                machine("m1", seen: -900), managed(), machine("m2", seen: 0), managed("i2", directory: nil),
                machine("m3", directory: nil),
            ]), id)
        let found = try await devices
        #expect(found.map { $0.prefix(2) } == ["i2", "m1", "m2", "m3"])
        #expect(!found[1].contains("anna") && found[2].contains("anna") && !found[3].contains("anna"))
    }

    @Test("two rows that turn out to be one become one, and what people did goes along")
    func merged() async throws {
        let id = try await add()
        try await write(.devices([machine("m1", directory: nil), managed()]), id, full: false)
        #expect(try await devices.count == 2)
        try await write(
            .compliance([ComplianceReport(deviceID: Self.intune, standard: "intune", score: nil, checks: [])]), id)
        let person = try #require(database.a.users[.admin])
        _ = try await database.store.app.query(
            """
            INSERT INTO edr_actions (tenant_id, device_id, user_id, action_type)
            SELECT $1, d.id, $2, 'scan' FROM edr_devices AS d WHERE microsoft_device_id = $3
            """, [.id(tenant), .id(person.id), .text(Self.intune)], tenant: tenant)
        try await write(.devices([machine("m1")]), id, full: false)
        #expect(try await devices == [Self.whole])
        #expect(
            try await texts(
                """
                SELECT d.microsoft_device_id FROM edr_actions AS a JOIN edr_devices AS d ON d.id = a.device_id
                WHERE a.tenant_id = $1
                UNION ALL
                SELECT d.microsoft_device_id FROM edr_compliance AS c JOIN edr_devices AS d ON d.id = c.device_id
                WHERE c.tenant_id = $1
                """) == ["m1", "m1"])
    }

    @Test("an alert of a device that is not known yet waits for it, and follows its record")
    func alerts() async throws {
        let id = try await add()
        let sql = """
            SELECT concat_ws(' ', a.microsoft_alert_id, d.microsoft_device_id, a.threat_type, a.severity, a.status,
              split_part(a.description, E'\\n', 1))
            FROM edr_alerts AS a JOIN edr_devices AS d ON d.id = a.device_id WHERE a.tenant_id = $1 ORDER BY 1
            """
        try await write(.alerts([alert("a1", on: "m1"), alert("a2", on: nil)]), id)
        #expect(try await texts(sql).isEmpty)
        try await write(.devices([machine("m1")]), id)
        #expect(try await texts(sql) == ["a1 m1 Execution High New Odd"])
        try await write(.alerts([alert("a1", on: "m1", .resolved), alert("a3", on: "m1", .inProgress)]), id)
        #expect(
            try await texts(sql) == ["a1 m1 Execution High Resolved Odd", "a3 m1 Execution High InProgress Odd"])
        try await write(.alerts([alert("a3", on: "m1")]), id)
        #expect(try await texts(sql) == ["a3 m1 Execution High New Odd"])
    }

    @Test("a vulnerability is there while one product has it, and gone with the last")
    func vulnerabilities() async throws {
        let id = try await add()
        let sql = """
            SELECT concat_ws(' ', v.cve_id, v.severity, v.cvss_score, v.exploitability, d.microsoft_device_id)
            FROM edr_device_vulnerabilities AS j JOIN edr_vulnerabilities AS v ON v.id = j.vulnerability_id
            JOIN edr_devices AS d ON d.id = j.device_id WHERE j.tenant_id = $1 ORDER BY 1
            """
        let one = "CVE-2026-1"
        try await write(.devices([machine("m1"), machine("m2", directory: nil)]), id)
        try await write(
            .vulnerabilities([
                vulnerability(one, on: "m1", in: "a"), vulnerability(one, on: "m1", in: "b"),
                vulnerability(one, on: "m2", in: "a"), vulnerability("CVE-2026-2", on: "m9", in: "a"),
            ]), id)
        let both = ["CVE-2026-1 Critical 9.8 ExploitIsPublic m1", "CVE-2026-1 Critical 9.8 ExploitIsPublic m2"]
        #expect(try await texts(sql) == both)
        try await write(.vulnerabilities([vulnerability(one, on: "m1", in: "a", .closed)]), id, full: false)
        #expect(try await texts(sql) == both)
        try await write(.vulnerabilities([vulnerability(one, on: "m1", in: "b", .closed)]), id, full: false)
        #expect(try await texts(sql) == [both[1]])
        try await write(.vulnerabilities([]), id)
        #expect(try await texts("SELECT cve_id FROM edr_vulnerabilities WHERE tenant_id = $1").isEmpty)
    }

    @Test("compliance names the rules that are not met and the applications that are missing")
    func compliance() async throws {
        let id = try await add()
        try await write(.devices([machine("m1"), managed()]), id)
        var report = ComplianceReport(
            deviceID: Self.intune, standard: "intune", score: nil,
            checks: [.init(id: "p", title: "Encrypted", isMet: false), .init(id: "q", title: "Current", isMet: true)],
            checked: Self.moment)
        report.state = "noncompliant"
        report.baseline = "notSecure"
        report.requiredApps = ["VPN": "failed"]
        try await write(.compliance([report]), id)
        #expect(
            try await texts(
                """
                SELECT concat_ws(' ', compliance_state, security_baseline_status, failed_rules -> 0 ->> 'title',
                  jsonb_array_length(failed_rules), required_apps_status ->> 'VPN')
                FROM edr_compliance WHERE tenant_id = $1
                """) == ["noncompliant notSecure Encrypted 1 failed"])
        try await write(.compliance([]), id)
        #expect(try await texts("SELECT id::text FROM edr_compliance WHERE tenant_id = $1").isEmpty)
    }

    @Test("a machine that leaves Defender stays Intune's; one that leaves both is gone with its alerts")
    func removal() async throws {
        let id = try await add()
        try await write(.devices([machine("m1"), managed(), machine("m2", directory: nil)]), id)
        try await write(.alerts([alert("a1", on: "m2")]), id)
        try await write(.devices([managed()]), id)
        let found = try await devices
        #expect(found.count == 1 && found[0].hasPrefix("\(Self.intune) PC ") && !found[0].contains("Active"))
        #expect(try await texts("SELECT id::text FROM edr_alerts WHERE tenant_id = $1").isEmpty)
        try await write(.devices([machine("m1"), managed()]), id)
        #expect(try await devices == [Self.whole])
        try await connectors.remove(id, tenant: tenant, by: database.a.administrator)
        #expect(try await devices.isEmpty)
    }

    @Test("two accounts that list one machine share its row, which goes with the last of them")
    func twoAccounts() async throws {
        let one = try await add()
        let two = try await add("microsoft", "other")
        try await write(.devices([machine("m1")]), one)
        try await write(.devices([managed(), machine("m1")]), two)
        #expect(try await devices == [Self.whole])
        try await connectors.remove(one, tenant: tenant, by: database.a.administrator)
        #expect(try await devices == [Self.whole])
        try await write(.devices([]), two)
        #expect(try await devices.isEmpty)
    }

    @Test("other vendors' records change nothing in them")
    func others() async throws {
        let id = try await add("crowdstrike", "falcon")
        try await write(.devices([machine("m1")]), id)
        #expect(try await devices.isEmpty)
    }

    @Test("a page that another sync overtook leaves the tables as they were")
    func overtaken() async throws {
        let id = try await add()
        let stored = try await connectors.checkpoint(of: .devices, id, tenant: tenant)
        try await write(.devices([machine("m1")]), id)
        let late = ConnectorBatch(
            .devices([machine("m2", directory: nil)]),
            next: stored.next(.full, overlap: 0).advanced(by: 1, newest: nil, cursor: nil, at: Self.moment))
        await #expect(throws: StoreError.self) {
            try await connectors.write(late, of: .devices, after: stored, id, tenant: tenant)
        }
        #expect(try await devices.count == 1)
    }

    @Test("what comes again as it was is not written again")
    func unchanged() async throws {
        let id = try await add()
        let sql = "SELECT max(updated_at)::text FROM edr_devices WHERE tenant_id = $1"
        try await write(.devices([machine("m1"), managed()]), id)
        let before = try await texts(sql)
        try await write(.devices([machine("m1"), managed()]), id)
        #expect(try await texts(sql) == before)
        try await write(.devices([machine("m1", risk: 10), managed()]), id)
        #expect(try await texts(sql) != before)
    }

    @Test("a posture is kept behind each sync, of what is known then")
    func posture() async throws {
        let id = try await add()
        try await sync(id)
        let sql = """
            SELECT concat_ws(' ', round(score::numeric, 2), device_count, high_risk_device_count, active_alert_count,
              critical_vulnerability_count, non_compliant_device_count)
            FROM edr_posture_scores WHERE tenant_id = $1 ORDER BY calculated_at
            """
        #expect(try await texts(sql).isEmpty)
        try await write(.devices([machine("m1"), managed(), machine("m2", directory: nil, risk: 0)]), id)
        try await write(.alerts([alert("a1", on: "m1"), alert("a2", on: "m1", .resolved)]), id)
        try await write(.vulnerabilities([vulnerability("CVE-2026-1", on: "m1", in: "a")]), id)
        try await sync(id)
        // 100 − 30 / 2 − 20 / 2 − 25 × 0.5 / 0.6 − 25 / 11
        #expect(try await texts(sql) == ["51.89 2 1 1 1 1"])
        try await sync(id)
        #expect(try await texts(sql).count == 2)
    }

    /// A turn that reads nothing.
    private func sync(_ id: ConnectorID) async throws {
        let turn = try await connectors.takeTurn(of: id, tenant: tenant, worker: "test")
        try await connectors.finish(turn, .complete)
    }
}
