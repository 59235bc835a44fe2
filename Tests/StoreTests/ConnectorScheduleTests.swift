import Domain
import FoundationEssentials
import Postgres
import Store
import TestSupport
import Testing

@Suite("When accounts are read, and by whom", .database)
struct ConnectorScheduleTests {
    let database = TestDatabase.current
    var connectors: ConnectorStore { database.store.connectors }

    @discardableResult
    private func add(_ name: String, to tenant: TestTenant? = nil, kind: String = "crowdstrike") async throws
        -> ConnectorID
    {
        let tenant = tenant ?? database.a
        let connector = NewConnector(kind: kind, name: name, settings: ["client_id": "me"], sealedSecrets: [1])
        try await connectors.add(connector, tenant: tenant.id, by: tenant.administrator)
        return connector.id
    }

    private func take(_ worker: String = "one") async throws -> SyncTurn? {
        try await connectors.takeTurn(worker: worker, kinds: ["crowdstrike"])
    }

    private func status(_ id: ConnectorID) async throws -> ConnectorStatus {
        try await connectors.status(id, tenant: database.a.id)
    }

    private func sql(_ text: String) async throws { _ = try await database.store.owner.query(text) }

    @Test("a new account is due at once, for one reader, and then after its interval")
    func due() async throws {
        let id = try await add("hq")
        let turn = try #require(try await take())
        #expect(turn.id == id && turn.tenant == database.a.id && turn.schedule == SyncSchedule())
        #expect(try await take("two") == nil)
        #expect(try await status(id).isRunning)
        await #expect(throws: StoreError.self) {
            try await connectors.takeTurn(of: id, tenant: database.a.id, worker: "three")
        }
        try await connectors.finish(turn, .complete, jitter: 0.5)
        let after = try await status(id)
        let wait = try #require(after.nextSyncAt).timeIntervalSinceNow
        #expect(!after.isRunning && after.failures == 0 && after.duration != nil && 880...900 ~= wait)
        #expect(try await connectors.named("hq", tenant: database.a.id).syncedAt != nil)
        #expect(try await take() == nil)
    }

    @Test("kinds that this program does not read are left to others")
    func kinds() async throws {
        try await add("agents", kind: "agent")
        #expect(try await take() == nil)
    }

    @Test("a reader that vanished is followed by another, and changes nothing any more")
    func lease() async throws {
        let id = try await add("hq")
        let lost = try #require(try await take())
        try await sql("UPDATE connectors SET locked_until = now() - interval '1 second'")
        let turn = try #require(try await take("two"))
        #expect(turn.id == id)
        await #expect(throws: StoreError.self) { try await connectors.keep(lost) }
        await #expect(throws: StoreError.self) { try await connectors.finish(lost, .complete) }
        try await connectors.keep(turn)
        try await connectors.release(turn)
        #expect(try await take("three")?.id == id)
    }

    @Test("a tenant with many accounts has two read at once, and others come in between")
    func fairness() async throws {
        for name in ["one", "two", "three"] { try await add(name) }
        let other = try await add("theirs", to: database.b)
        let turns = [try await take(), try await take(), try await take(), try await take()]
        let tenants = turns.map { $0?.tenant }
        #expect(tenants[0] == database.a.id && turns[1]?.id == other && tenants[2] == database.a.id)
        #expect(turns[3] == nil)
        try await connectors.finish(try #require(turns[0]), .complete)
        #expect(try await take()?.tenant == database.a.id)
    }

    @Test("failures put an account off, and tell why; what is unfinished is due again behind the others")
    func ends() async throws {
        let id = try await add("hq")
        try await connectors.finish(try #require(try await take()), .stopped("It is tired.", asked: 40_000))
        var after = try await status(id)
        #expect(after.failures == 1)
        #expect(try #require(after.nextSyncAt).timeIntervalSinceNow > 39_000)
        #expect(try await connectors.named("hq", tenant: database.a.id).lastError == "It is tired.")
        try await connectors.requestSync(id, full: false, tenant: database.a.id, by: database.a.administrator)
        try await connectors.finish(try #require(try await take()), .unfinished)
        after = try await status(id)
        #expect(after.failures == 0)
        #expect(try #require(after.nextSyncAt) <= Date())
        #expect(try await connectors.named("hq", tenant: database.a.id).lastError == "It is tired.")
        try await connectors.finish(try #require(try await take()), .complete)
        #expect(try await connectors.named("hq", tenant: database.a.id).lastError == nil)
    }

    @Test("a schedule is changed within limits and told in the trail; a paused account is read by nobody")
    func schedule() async throws {
        let id = try await add("hq")
        let (tenant, admin) = (database.a.id, database.a.administrator)
        try await connectors.schedule(
            id, SyncSchedule(interval: 60, fullInterval: 7200, isPaused: true), tenant: tenant, by: admin)
        #expect(try await status(id).nextSyncAt == nil)
        #expect(try await take() == nil)
        await #expect(throws: StoreError.self) {
            try await connectors.requestSync(id, full: true, tenant: tenant, by: admin)
        }
        for wrong in [SyncSchedule(interval: 29), SyncSchedule(fullInterval: 3599)] {
            await #expect(throws: StoreError.self) {
                try await connectors.schedule(id, wrong, tenant: tenant, by: admin)
            }
        }
        try await connectors.schedule(id, SyncSchedule(interval: 60), tenant: tenant, by: admin)
        #expect(try await take()?.schedule.interval == 60)
        await #expect(throws: StoreError.self) {
            try await connectors.schedule(id, SyncSchedule(), tenant: database.b.id, by: database.b.administrator)
        }
        let trail = try await database.store.audit.list(.init(), tenant: tenant).items.map(\.action)
        #expect(trail.filter { $0 == "connector.schedule" }.count == 2)
    }

    @Test("everything is read at first, when the last time is too long ago, and when somebody asks")
    func full() async throws {
        let id = try await add("hq")
        let tenant = database.a.id
        func isDue() async throws -> Bool { try await connectors.isFullDue(.devices, id, tenant: tenant) }
        func read(full: Bool, resumed: Bool = false, complete: Bool = true) async throws {
            try await connectors.begin(.devices, id, isFull: full, isResumed: resumed, tenant: tenant)
            var result = ConnectorStore.StreamResult()
            result.records = 5
            result.isComplete = complete
            try await connectors.end(.devices, id, result, tenant: tenant)
        }
        #expect(try await isDue())
        try await read(full: true, complete: false)
        #expect(try await isDue())
        #expect(try await status(id).streams.first?.currentTo == nil)
        try await read(full: true, resumed: true)
        #expect(try await !isDue())
        let stream = try #require(try await status(id).streams.first)
        #expect(stream.records == 5 && stream.currentTo != nil && stream.error == nil)
        #expect(try await (status(id).lag(at: Date()) ?? 99) < 60)
        try await sql("UPDATE connector_streams SET full_finished_at = now() - interval '25 hours'")
        #expect(try await isDue())
        try await read(full: true)
        try await connectors.requestSync(id, full: true, tenant: tenant, by: database.a.administrator)
        #expect(try await isDue())
        // One that was asked for while another run was under way is still owed when that ends.
        try await read(full: true, resumed: true)
        #expect(try await isDue())
        try await read(full: true)
        #expect(try await !isDue())
    }

    @Test("what is quarantined is read again with its stream, and forgotten when it does not come any more")
    func replay() async throws {
        let id = try await add("hq")
        let (tenant, admin) = (database.a.id, database.a.administrator)
        #expect(try await connectors.replay(id, tenant: tenant, by: admin) == [])
        for name in ["one", "two"] {
            try await sql(
                """
                INSERT INTO connector_quarantine (tenant_id, connector_id, stream, record_hash, field, reason, record)
                VALUES ('\(tenant)', '\(id)', 'alerts', sha256('\(name)'), 'x', 'is wrong', '\(name)')
                """)
        }
        try await connectors.begin(.alerts, id, isFull: true, isResumed: false, tenant: tenant)
        var result = ConnectorStore.StreamResult()
        result.isComplete = true
        try await connectors.end(.alerts, id, result, tenant: tenant)
        #expect(try await connectors.quarantine(id, tenant: tenant).isEmpty)
        try await sql(
            """
            INSERT INTO connector_quarantine (tenant_id, connector_id, stream, record_hash, field, reason, record)
            VALUES ('\(tenant)', '\(id)', 'alerts', sha256('three'), 'x', 'is wrong', 'three')
            """)
        #expect(try await connectors.replay(id, tenant: tenant, by: admin) == [.alerts])
        #expect(try await connectors.isFullDue(.alerts, id, tenant: tenant))
        try await connectors.begin(.alerts, id, isFull: false, isResumed: false, tenant: tenant)
        try await connectors.end(.alerts, id, result, tenant: tenant)
        #expect(try await connectors.quarantine(id, tenant: tenant).count == 1)
    }

    @Test("credentials and settings are replaced, told in the trail without a value, and tried at once")
    func replace() async throws {
        let id = try await add("hq")
        let (tenant, admin) = (database.a.id, database.a.administrator)
        try await connectors.finish(try #require(try await take()), .stopped("refused", asked: nil))
        try await connectors.replace(
            id, settings: ["client_id": "other"], sealedSecrets: [7, 7], tenant: tenant, by: admin)
        let access = try await connectors.access(id, tenant: tenant)
        #expect(access.settings == ["client_id": "other"] && access.sealedSecrets == [7, 7])
        try await connectors.replace(id, settings: ["client_id": "third"], tenant: tenant, by: admin)
        #expect(try await connectors.access(id, tenant: tenant).sealedSecrets == [7, 7])
        #expect(try await status(id).failures == 0)
        #expect(try await take()?.id == id)
        let events = try await database.store.audit.list(.init(), tenant: tenant).items
        #expect(
            events.contains {
                $0.action == "connector.rotate" && String(decoding: $0.detail, as: UTF8.self).contains("client_id")
            })
        #expect(!events.contains { String(decoding: $0.detail, as: UTF8.self).contains("other") })
        await #expect(throws: StoreError.self) { try await connectors.access(id, tenant: database.b.id) }
    }
}
