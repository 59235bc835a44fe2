import Domain
import FoundationEssentials
import Postgres
import Store
import TestSupport
import Testing

@Suite("People decide which devices are which endpoint", .database)
struct IdentityDecisionTests {
    private typealias Stage = SourceStage

    private func endpoint(_ stage: SourceStage, _ device: String) async throws -> EndpointID {
        let text = try await stage.text(
            "SELECT endpoint_id::text FROM endpoint_sources WHERE tenant_id = $1 AND device_id = '\(device)'")
        return try #require(text.flatMap { EndpointID($0) })
    }

    /// One machine in two accounts.
    private func pair() async throws -> (stage: SourceStage, falcon: ConnectorID, sophos: ConnectorID) {
        let stage = Stage()
        let falcon = try await stage.account("falcon")
        let sophos = try await stage.account("sophos", kind: "sophos")
        try await stage.devices(Stage.laptop("f", "pc", serial: "PF000001"), to: falcon)
        try await stage.devices(Stage.laptop("s", "pc-sophos", serial: "PF000001", seen: -2), to: sophos)
        return (stage, falcon, sophos)
    }

    @Test("split stays split whatever is reported, until the device is joined again")
    func split() async throws {
        let (stage, falcon, sophos) = try await pair()
        #expect(try await stage.fleet() == ["pc": ["falcon/f", "sophos/s"]])
        let device = DeviceLink(connector: sophos, deviceID: "s")
        let made = try await stage.store.identities.split(device, by: stage.tenant.administrator)
        #expect(try await stage.fleet() == ["pc": ["falcon/f"], "pc-sophos": ["sophos/s"]])
        #expect(try await endpoint(stage, "s") == made)
        try await stage.devices(Stage.laptop("s", "pc-sophos", serial: "PF000001", seen: 1), to: sophos)
        try await stage.devices(Stage.laptop("f", "pc", serial: "PF000001", seen: 2), to: falcon)
        #expect(try await stage.fleet().count == 2)
        try await stage.store.identities.join(
            device, to: try await endpoint(stage, "f"), by: stage.tenant.administrator)
        #expect(try await Set(stage.fleet().values) == [["falcon/f", "sophos/s"]])
        await #expect(throws: StoreError.self) {
            try await stage.store.identities.split(
                DeviceLink(connector: sophos, deviceID: "nobody"), by: stage.tenant.administrator)
        }
        let kinds = try await stage.store.identities.events(tenant: stage.tenant.id).map(\.kind)
        #expect(kinds.contains(.split) && kinds.contains(.linked) && kinds.contains(.merged))
    }

    @Test("a merge keeps what was known of both and is taken back as it was")
    func undo() async throws {
        let stage = Stage()
        let falcon = try await stage.account("falcon")
        let sophos = try await stage.account("sophos", kind: "sophos")
        try await stage.devices(Stage.laptop("f", "pc"), to: falcon)
        try await stage.devices(Stage.laptop("s", "pc-2"), to: sophos)
        let (one, two) = (try await endpoint(stage, "f"), try await endpoint(stage, "s"))
        let (survivor, other) = one.description < two.description ? (one, two) : (two, one)
        for statement in [
            "UPDATE endpoints SET criticality = 'crown', tags = '{vip}' WHERE tenant_id = $1 AND id = '\(other)'",
            """
            INSERT INTO incidents (tenant_id, endpoint_id, threat_type, severity)
            VALUES ($1, '\(other)', 'malware', 'high')
            """,
            """
            INSERT INTO compliance_audits (tenant_id, endpoint_id, framework, check_name, compliance_status)
            VALUES ($1, '\(other)', 'cis', '1.1', true), ($1, '\(survivor)', 'cis', '1.1', false),
              ($1, '\(other)', 'cis', '1.2', true)
            """,
        ] {
            _ = try await stage.store.app.query(statement, [.id(stage.tenant.id)], tenant: stage.tenant.id)
        }
        let state = """
            SELECT md5(string_agg(t::text, '|' ORDER BY t::text))
            FROM (
              SELECT (to_jsonb(e) - 'updated_at')::text FROM endpoints AS e WHERE tenant_id = $1
              UNION ALL SELECT (to_jsonb(i) - 'updated_at')::text FROM incidents AS i WHERE tenant_id = $1
              UNION ALL SELECT to_jsonb(a)::text FROM compliance_audits AS a WHERE tenant_id = $1
              UNION ALL SELECT to_jsonb(s)::text FROM endpoint_sources AS s WHERE tenant_id = $1
            ) AS t (t)
            """
        let before = try await stage.text(state)
        try await stage.store.identities.merge(other, into: survivor, by: stage.tenant.administrator)
        #expect(try await Set(stage.fleet().values) == [["falcon/f", "sophos/s"]])
        #expect(try await stage.store.identities.current(other, tenant: stage.tenant.id) == survivor)
        #expect(
            try await stage.text("SELECT criticality || tags::text FROM endpoints WHERE tenant_id = $1") == "crown{vip}"
        )
        #expect(
            try await stage.count(
                "SELECT count(*) FROM incidents WHERE tenant_id = $1 AND endpoint_id = '\(survivor)'") == 1)
        #expect(try await stage.count("SELECT count(*) FROM compliance_audits WHERE tenant_id = $1") == 2)
        let merge = try #require(
            try await stage.store.identities.events(of: survivor, tenant: stage.tenant.id).first(where: \.canBeUndone))
        #expect(
            try await stage.store.identities.undo(merge.id, by: stage.tenant.administrator) == other)
        #expect(try await stage.text(state) == before)
        await #expect(throws: StoreError.self) {
            try await stage.store.identities.undo(merge.id, by: stage.tenant.administrator)
        }
        // Evidence does not join them again.
        try await stage.devices(Stage.laptop("f", "pc", serial: "PF000009", seen: 1), to: falcon)
        try await stage.devices(Stage.laptop("s", "pc-2", serial: "PF000009", seen: 1), to: sophos)
        #expect(try await stage.fleet().count == 2)
    }

    @Test("findings of a merged endpoint are the survivor's, with their history, and come back with it")
    func findings() async throws {
        let stage = Stage()
        try await stage.database.addIntelligence()
        let ids = try await stage.database.addEndpoints(2, in: stage.tenant)
        try await stage.database.scan(stage.tenant)
        let (survivor, other) = (ids[0], ids[1])
        let findings = try await stage.store.findings.count(ofEndpoint: survivor, tenant: stage.tenant.id)
        try #require(findings > 0)
        let affected = "SELECT sum(endpoints_affected)::bigint FROM tenant_vulnerabilities WHERE tenant_id = $1"
        let before = try await stage.count(affected)
        _ = try await stage.store.app.query(
            """
            UPDATE endpoint_vulnerabilities
            SET status = 'in_progress'
            WHERE tenant_id = $1 AND endpoint_id = $2
            """, [.id(stage.tenant.id), .id(other)], tenant: stage.tenant.id)
        try await stage.store.identities.merge(other, into: survivor, by: stage.tenant.administrator)
        let started = """
            SELECT count(*) FROM endpoint_vulnerabilities
            WHERE tenant_id = $1 AND endpoint_id = '\(survivor)' AND status = 'in_progress'
            """
        #expect(try await stage.count(started) == findings)
        #expect(try await stage.count(affected) == before / 2)
        let merge = try #require(
            try await stage.store.identities.events(tenant: stage.tenant.id).first(where: \.canBeUndone))
        try await stage.store.maintenance.run()
        try await stage.store.identities.undo(merge.id, by: stage.tenant.administrator)
        #expect(try await stage.count(started) == 0)
        #expect(try await stage.store.findings.count(ofEndpoint: other, tenant: stage.tenant.id) == findings)
        #expect(try await stage.count(affected) == before)
    }

    @Test("a takeover is decided: the machine has changed, or it is another one")
    func takeover() async throws {
        for isSame in [true, false] {
            let stage = Stage(isSame ? TestDatabase.current.a : TestDatabase.current.b)
            let falcon = try await stage.account("falcon")
            try await stage.devices(Stage.laptop("1", "pc-1", serial: "PF000001"), to: falcon)
            try await stage.devices(Stage.laptop("1", "pc-x", serial: "PF000002", seen: 1), to: falcon)
            let collision = try #require(
                try await stage.store.identities.collisions(tenant: stage.tenant.id).first)
            #expect(collision.kind == .takeover && collision.evidence.first?.kind == "differs")
            try await stage.store.identities.resolve(
                collision.id, isSame ? .same(collision.endpoints[0]) : .another, by: stage.tenant.administrator)
            #expect(try await stage.store.identities.collisions(tenant: stage.tenant.id).isEmpty)
            #expect(try await stage.fleet().count == (isSame ? 1 : 2))
            try await stage.devices(Stage.laptop("1", "pc-x", serial: "PF000002", seen: 2), to: falcon)
            #expect(try await stage.store.identities.collisions(tenant: stage.tenant.id).isEmpty)
            #expect(try await stage.fleet()["pc-x"] == ["falcon/1"])
        }
    }

    @Test("sources stand side by side, with what they contradict each other in and who lacks whom")
    func reading() async throws {
        let (stage, falcon, sophos) = try await pair()
        try await stage.changes(
            Stage.laptop("f", "pc", serial: "PF000001", seen: 1) { $0.isolation = .isolated },
            Stage.laptop("alone", "pc-3", serial: "PF000003"), to: falcon)
        try await stage.changes(
            Stage.laptop("s", "pc-sophos", serial: "PF000001", seen: 1) { $0.isolation = .none }, to: sophos)
        let identities = stage.store.identities
        let tenant = stage.tenant.id
        let sources = try await identities.sources(of: try await endpoint(stage, "f"), tenant: tenant)
        #expect(sources.map(\.source) == ["falcon", "sophos"])
        #expect(sources[1].evidence.contains { $0.sentence == "Both have the serial number PF000001." })
        #expect(try sources[0].deviceReport()?.serialNumber == "PF000001")
        #expect(try SourceConflict.all(sources).map(\.field) == [.isolation, .name])
        let disagreements = try await identities.disagreements(tenant: tenant)
        #expect(disagreements.map(\.fields) == [[.isolation, .name]])
        #expect(try await identities.gaps(of: sophos, tenant: tenant).map(\.hostname) == ["pc-3"])
        #expect(try await identities.gaps(tenant: tenant).isEmpty)
        #expect(try await identities.coverage(tenant: tenant).map(\.endpoints) == [2, 1])
    }

    @Test("a version that is told less exactly, and a name in other letters, contradict nothing; products stand apart")
    func precision() async throws {
        let stage = Stage()
        let falcon = try await stage.account("falcon")
        let microsoft = try await stage.account("entra", kind: "microsoft")
        func mac(_ id: String, _ name: String, _ version: String, _ product: String? = nil) -> DeviceReport {
            Stage.laptop(id, name, serial: "PF000001") {
                $0.os = OperatingSystem(type: "macos", id: "macos", name: "macOS", version: version)
                $0.product = product
            }
        }
        try await stage.devices(mac("f", "mac-1", "13"), to: falcon)
        try await stage.devices(
            mac("d", "mac-1", "13.5", "defender"), mac("i", "MAC-1", "13.5.1", "intune"), to: microsoft)
        let identities = stage.store.identities
        let one = try await endpoint(stage, "f")
        let sources = try await identities.sources(of: one, tenant: stage.tenant.id)
        #expect(Set(sources.map(\.title)) == ["falcon", "entra (Defender)", "entra (Intune)"])
        #expect(try SourceConflict.all(sources).isEmpty)
        #expect(try await identities.disagreements(tenant: stage.tenant.id).isEmpty)
        try await stage.changes(mac("d", "mac-1", "13.50", "defender"), to: microsoft)
        let conflicts = try SourceConflict.all(try await identities.sources(of: one, tenant: stage.tenant.id))
        #expect(conflicts.map(\.field) == [.osVersion])
        #expect(conflicts.first?.values["entra (Defender)"] == "13.50")
        #expect(
            try await identities.disagreements(tenant: stage.tenant.id).map(\.fields) == [[.osVersion]])
        let detail = try await stage.store.endpoints.detail(one, tenant: stage.tenant.id)
        #expect(detail.deviceID == "f" && detail.deviceSource == "falcon")
    }

    @Test("the serving role may hand over every row that refers to an endpoint")
    func privileges() async throws {
        let locked = try await TestDatabase.current.store.owner.query(
            """
            SELECT k.conrelid::regclass::text || '.' || a.attname
            FROM pg_constraint AS k
            JOIN pg_class AS c ON c.oid = k.conrelid AND NOT c.relispartition
            JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey) AND a.attname <> 'tenant_id'
            WHERE k.contype = 'f' AND k.confrelid = 'endpoints'::regclass
              AND NOT has_column_privilege('garrison_app', k.conrelid, a.attnum, 'UPDATE')
            """)
        #expect(try locked.map { try $0.decode(0) as String } == [])
    }
}
