import Domain
import FoundationEssentials
import Postgres
import Store
import TestSupport
import Testing

@Suite("Connectors' accounts and what they say", .database)
struct ConnectorStoreTests {
    let database = TestDatabase.current
    var connectors: ConnectorStore { database.store.connectors }
    var tenant: TenantID { database.a.id }

    private func add(_ name: String = "falcon", in tenant: TestTenant? = nil) async throws -> ConnectorID {
        let tenant = tenant ?? database.a
        let connector = NewConnector(
            kind: "crowdstrike", name: name, settings: ["client_id": "me"], sealedSecrets: [1, 2, 3])
        try await connectors.add(connector, tenant: tenant.id, by: tenant.administrator)
        return connector.id
    }

    private func device(_ id: String, _ hostname: String = "host") -> DeviceReport {
        DeviceReport(
            sourceID: id, hostname: hostname, os: OperatingSystem(id: "debian", name: "Debian", version: "12"),
            lastSeen: Date(timeIntervalSince1970: 1_767_268_800.123))
    }

    private func page(
        _ devices: [DeviceReport], _ from: StreamCheckpoint, cursor: String?, quarantined: [QuarantinedRecord] = []
    ) -> ConnectorBatch {
        ConnectorBatch(
            .devices(devices), quarantined: quarantined,
            next: from.advanced(
                by: devices.count, newest: nil, cursor: cursor, at: Date(timeIntervalSince1970: 1_767_268_800.5)))
    }

    /// Writes pages one after the other, as one run.
    private func write(_ pages: [[DeviceReport]], _ id: ConnectorID) async throws {
        var stored = try await connectors.checkpoint(of: .devices, id, tenant: tenant)
        var current = stored.next(.full, overlap: 0)
        for (number, devices) in pages.enumerated() {
            let batch = page(devices, current, cursor: number + 1 < pages.count ? "page \(number)" : nil)
            try await connectors.write(batch, of: .devices, after: stored, id, tenant: tenant)
            stored = batch.next
            current = batch.next
        }
    }

    private func known(_ id: ConnectorID) async throws -> [String] {
        try await connectors.records(.devices, id, tenant: tenant).map(\.sourceID)
    }

    @Test("an account is stored without its secrets in sight, and its name is the tenant's own")
    func accounts() async throws {
        let id = try await add()
        let account = try await connectors.named("falcon", tenant: tenant)
        #expect(account.id == id && account.settings == ["client_id": "me"] && account.syncedAt == nil)
        #expect(try await connectors.sealedSecrets(id, tenant: tenant) == [1, 2, 3])
        await #expect(throws: StoreError.duplicate(kind: "connector", name: "falcon")) { try await add() }
        await #expect(throws: StoreError.self) { try await add("") }
        _ = try await add(in: database.b)
        #expect(try await connectors.list(tenant: database.b.id).count == 1)
        await #expect(throws: StoreError.self) { try await connectors.sealedSecrets(id, tenant: database.b.id) }
    }

    @Test("a page and its checkpoint are written together, and the run after a complete one knows what is gone")
    func runs() async throws {
        let id = try await add()
        try await write([[device("a"), device("b")], [device("c")]], id)
        #expect(try await known(id) == ["a", "b", "c"])
        let checkpoint = try await connectors.checkpoint(of: .devices, id, tenant: tenant)
        #expect(checkpoint.isComplete && checkpoint.run == 1 && checkpoint.records == 3)
        try await write([[device("a")], [device("d")]], id)
        #expect(try await known(id) == ["a", "d"])
    }

    @Test("nothing disappears before a run is complete")
    func incomplete() async throws {
        let id = try await add()
        try await write([[device("a"), device("b")]], id)
        let stored = try await connectors.checkpoint(of: .devices, id, tenant: tenant)
        let half = page([device("c")], stored.next(.full, overlap: 0), cursor: "more")
        try await connectors.write(half, of: .devices, after: stored, id, tenant: tenant)
        #expect(try await known(id) == ["a", "b", "c"])
    }

    @Test("of two syncs at once one gives way, and nothing of its page is written")
    func twoAtOnce() async throws {
        let id = try await add()
        let stored = try await connectors.checkpoint(of: .devices, id, tenant: tenant)
        let mine = page([device("a")], stored.next(.full, overlap: 0), cursor: "one")
        let theirs = page([device("z")], stored.next(.full, overlap: 0), cursor: "two")
        try await connectors.write(mine, of: .devices, after: stored, id, tenant: tenant)
        await #expect(throws: StoreError.self) {
            try await connectors.write(theirs, of: .devices, after: stored, id, tenant: tenant)
        }
        #expect(try await known(id) == ["a"])
        let next = page([device("b")], mine.next, cursor: nil)
        try await connectors.write(next, of: .devices, after: mine.next, id, tenant: tenant)
        #expect(try await known(id) == ["a", "b"])
    }

    @Test("a report that says the same again has not changed; of two in a page the last counts")
    func changes() async throws {
        let id = try await add()
        try await write([[device("a", "one"), device("b"), device("a", "two")]], id)
        let first = try await connectors.records(.devices, id, tenant: tenant)
        #expect(first[0].report.contains("\"two\"") && first[0].report.contains("2026-01-01T12:00:00.123Z"))
        try await write([[device("a", "three"), device("b")]], id)
        let second = try await connectors.records(.devices, id, tenant: tenant)
        #expect(second[0].changedAt > first[0].changedAt && second[1].changedAt == first[1].changedAt)
    }

    @Test("a quarantined record is kept once, as it came, until it can be read")
    func quarantine() async throws {
        let id = try await add()
        let bad = QuarantinedRecord(
            stream: .devices, sourceID: "b", field: "hostname", reason: "must be a string", json: "{\"x\":\"\0\"}")
        var stored = StreamCheckpoint.none
        for _ in 0..<2 {
            let batch = page([device("a")], stored.next(.full, overlap: 0), cursor: nil, quarantined: [bad, bad])
            try await connectors.write(batch, of: .devices, after: stored, id, tenant: tenant)
            stored = batch.next
        }
        let kept = try await connectors.quarantine(id, tenant: tenant)
        #expect(kept.map(\.sourceID) == ["b"] && kept.first?.reason == "must be a string")
        #expect(try await connectors.list(tenant: tenant).first?.quarantined == 1)
        let good = page([device("b")], stored.next(.full, overlap: 0), cursor: nil)
        try await connectors.write(good, of: .devices, after: stored, id, tenant: tenant)
        #expect(try await connectors.quarantine(id, tenant: tenant).isEmpty)
    }

    @Test("removing an account removes all that it said, and is told in the trail")
    func removal() async throws {
        let id = try await add()
        try await write([[device("a")]], id)
        try await connectors.remove(id, tenant: tenant, by: database.a.administrator)
        #expect(try await connectors.list(tenant: tenant).isEmpty)
        let left = try await database.store.owner.query("SELECT count(*) FROM connector_records")
        #expect(try left[0].decode(0) == 0)
        let trail = try await database.store.app.query(
            "SELECT action FROM audit_events WHERE tenant_id = $1 AND action LIKE 'connector.%' ORDER BY 1",
            [.id(tenant)], tenant: tenant)
        #expect(try trail.map { try $0.decode(0) as String } == ["connector.create", "connector.delete"])
        await #expect(throws: StoreError.self) {
            try await connectors.remove(id, tenant: tenant, by: database.a.administrator)
        }
    }

    @Test("what comes unasked has one account, whoever comes first; a vendor's of that name is left alone")
    func implicit() async throws {
        let ids = try await withThrowingTaskGroup(of: ConnectorID.self) { group in
            for _ in 0..<8 {
                group.addTask { try await connectors.implicitAccount(kind: .inventory, tenant: database.a.id) }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        let account = try await connectors.named("inventory", tenant: tenant)
        #expect(account.isImplicit && account.kind == "inventory")
        let falcon = try await add("agent")
        let agent = try await connectors.implicitAccount(kind: .agent, tenant: tenant)
        #expect(agent != falcon)
        #expect(try await connectors.implicitAccount(kind: .agent, tenant: tenant) == agent)
        #expect(try await connectors.list(tenant: tenant).map(\.name) == ["agent", "agent (agent)", "inventory"])
    }
}
