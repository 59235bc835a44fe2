import Domain
import Foundation
import Postgres
import Simulators
import TestSupport
import Testing

@Suite("garrison connector with Microsoft", .database, .blocking)
struct MicrosoftSyncTests {
    private func run(_ arguments: [String], _ key: String) throws -> GarrisonProcess {
        try GarrisonProcess.run(
            ["connector"] + arguments,
            environment: [
                "DATABASE_URL": TestDatabase.current.url, "GARRISON_SECRET_KEY_FILE": key,
                "GARRISON_CONNECTOR_CLIENT_SECRET": MicrosoftAccount().clientSecret,
            ])
    }

    private func rows(_ sql: String) async throws -> Set<String> {
        let database = TestDatabase.current
        let found = try await database.store.app.query(sql, [.id(database.a.id)], tenant: database.a.id)
        return Set(try found.map { try $0.decode(0) as String })
    }

    /// Until one goes through: the account is a faulty one.
    private func sync(_ key: String) throws {
        for _ in 0..<20 where try run(["sync", "--tenant", "alpha", "entra", "--full"], key).status == 0 { return }
        Issue.record("no sync went through")
    }

    @Test("under faults the published tables end in exactly what the account knows, and a posture is kept")
    func tables() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let key = "\(folder.path)/secret.key"
        var fleet = MicrosoftFleetSettings()
        fleet.devices = 25
        var account = MicrosoftAccount()
        account.defenderQuota = (1_000_000, 1_000_000)
        account.exportQuota = (1_000_000, 1_000_000)
        account.graphQuota = 1_000_000
        var faults = FaultPlan.rough
        faults.malformed = 0
        faults.throttleSeconds = 0
        let simulator = MicrosoftSimulator(fleet, account, faults)
        let server = try await SimulatorServer.start(simulator)
        let settings = [
            "tenant_id=\(account.tenantID)", "client_id=\(account.clientID)", "base_url=\(server.url)", "page_size=9",
            "export_page_size=50", "requests_per_minute=100000",
        ].flatMap { ["--set", $0] }
        let added = try run(
            ["add", "--tenant", "alpha", "microsoft", "--name", "entra", "--untried"] + settings, key)
        #expect(added.status == 0, "\(added.complaints)")
        for round in 0..<2 {
            try sync(key)
            try await compare(simulator)
            simulator.live(15, seed: UInt64(round + 5))
        }
        #expect(try await rows("SELECT id::text FROM edr_posture_scores WHERE tenant_id = $1").count >= 2)
        #expect(try run(["remove", "--tenant", "alpha", "entra"], key).status == 0)
        #expect(try await rows("SELECT id::text FROM edr_devices WHERE tenant_id = $1").isEmpty)
        try await server.stop()
    }

    private func compare(_ simulator: MicrosoftSimulator) async throws {
        let truth = simulator.truth
        let joined = simulator.joined
        // A machine that both know is one row, with Defender's id.
        #expect(
            try await rows("SELECT microsoft_device_id FROM edr_devices WHERE tenant_id = $1")
                == Set(truth.devices.keys).subtracting(joined.values))
        #expect(
            try await rows(
                """
                SELECT DISTINCT d.microsoft_device_id || ' ' || v.cve_id
                FROM edr_device_vulnerabilities AS j
                JOIN edr_devices AS d ON d.id = j.device_id
                JOIN edr_vulnerabilities AS v ON v.id = j.vulnerability_id
                WHERE j.tenant_id = $1
                """)
                == Set(truth.vulnerabilities.map { $0.split(separator: " ").prefix(2).joined(separator: " ") }))
        let machines = Dictionary(uniqueKeysWithValues: joined.map { ($1, $0) })
        #expect(
            try await rows(
                """
                SELECT d.microsoft_device_id || ' ' || c.compliance_state || ' ' || jsonb_array_length(c.failed_rules)
                FROM edr_compliance AS c JOIN edr_devices AS d ON d.id = c.device_id WHERE c.tenant_id = $1
                """) == Set(truth.compliance.map { "\(machines[$0.key] ?? $0.key) \($0.value)" }))
        let alerts = try await rows(
            "SELECT microsoft_alert_id || ' ' || status FROM edr_alerts WHERE tenant_id = $1")
        #expect(alerts.isSubset(of: Set(truth.alerts.map { "\($0.key) \($0.value)" })) && !alerts.isEmpty)
    }
}
