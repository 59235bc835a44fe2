import Domain
import FoundationEssentials
import Postgres
import Store
import TestSupport
import Testing

@Suite("Maintenance", .database)
struct MaintenanceTests {
    let database = TestDatabase.current
    var store: Store { database.store }
    /// 2024-06-01.
    let now = Seed.moment

    private func partitions(_ table: String) async throws -> [String] {
        try await Catalogue(database: store.owner).names(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = '\(table)'::regclass ORDER BY 1")
    }

    private func days(_ count: Double) -> Date { now.addingTimeInterval(count * 86_400) }

    @Test("makes the partitions of this month and the next, once")
    func partitionsAhead() async throws {
        for _ in 0..<2 {
            #expect(try await store.maintenance.run(at: now))
            for table in ["finding_transitions", "posture_history"] {
                #expect(try await partitions(table) == ["\(table)_2024_06", "\(table)_2024_07", "\(table)_default"])
            }
        }
        _ = try await store.maintenance.run(at: days(200))
        #expect(try await partitions("posture_history").contains("posture_history_2024_12"))
    }

    @Test("rows that came before their partition move into it, and stay their tenant's")
    func moves() async throws {
        for tenant in [database.a, database.b] {
            try await EveryTable.insert(tenant.id, store.owner)
            _ = try await store.owner.query(
                "UPDATE finding_transitions SET at = $2 WHERE tenant_id = $1", [.id(tenant.id), .timestamptz(now)])
        }
        _ = try await store.maintenance.run(at: now)
        let catalogue = Catalogue(database: store.owner)
        #expect(try await catalogue.count("SELECT count(*) FROM finding_transitions_2024_06") == 2)
        #expect(try await catalogue.count("SELECT count(*) FROM finding_transitions_default") == 0)
        #expect(try await store.app.query("SELECT FROM finding_transitions", tenant: database.a.id).count == 1)
        let bound = try await catalogue.names(
            """
            SELECT relname FROM pg_class AS c
            WHERE relispartition AND relkind = 'r' AND NOT (relrowsecurity AND relforcerowsecurity AND EXISTS (
              SELECT FROM pg_policy WHERE polrelid = c.oid))
            """)
        #expect(bound == [])
    }

    @Test("drops the months that lie wholly beyond the retention, 90 days unless a tenant wants more")
    func retention() async throws {
        _ = try await store.maintenance.run(at: days(-100))
        let old = try await partitions("posture_history")
        #expect(old.contains("posture_history_2024_02"))
        _ = try await store.owner.query("UPDATE tenants SET retention_days = 365 WHERE id = $1", [.id(database.b.id)])
        _ = try await store.maintenance.run(at: now)
        #expect(try await partitions("posture_history").contains("posture_history_2024_02"))
        _ = try await store.owner.query("UPDATE tenants SET retention_days = 90")
        _ = try await store.maintenance.run(at: now)
        let kept = try await partitions("posture_history")
        #expect(!kept.contains("posture_history_2024_02"))
        #expect(kept.contains("posture_history_2024_03"))
    }

    @Test("writes each day's posture, once a day")
    func posture() async throws {
        try await database.addIntelligence()
        try await database.addEndpoints(3, in: database.a)
        try await database.scan(database.a)
        _ = try await store.maintenance.run(at: now)
        _ = try await store.maintenance.run(at: now.addingTimeInterval(3600))
        _ = try await store.maintenance.run(at: days(1))
        let rows = try await store.app.query(
            "SELECT at, endpoints, critical, open_findings FROM posture_history ORDER BY at", tenant: database.a.id)
        #expect(rows.count == 2)
        #expect(try rows.int(0, 1) == 3)
        #expect(try rows.int(0, 2) == 3)
        #expect(try rows.int(0, 3) == 12)
        #expect(try rows.date(0, 0) == Date(timeIntervalSince1970: 1_717_200_000))
        let empty = try await store.app.query("SELECT max(endpoints) FROM posture_history", tenant: database.b.id)
        #expect(try empty.int(0, 0) == 0)
    }

    @Test("removes sets that nobody refers to, and what has expired")
    func removes() async throws {
        try await database.addIntelligence()
        for (packages, day) in [(SeedPackages.vulnerable, 0.0), (SeedPackages.updated, 1)] {
            try await database.addEndpoints(2, packages: packages, at: days(day), in: database.a)
            try await database.scan(database.a, at: days(day))
        }
        let user = try #require(database.a.users[.viewer])
        try await store.sessions.create(hash: [1], user: user.id, tenant: database.a.id, expiresAt: days(-1))
        try await store.sessions.create(hash: [2], user: user.id, tenant: database.a.id, expiresAt: days(1))
        _ = try await store.owner.query("DELETE FROM endpoints WHERE hostname = 'host-0'")
        _ = try await store.maintenance.run(at: now)
        let catalogue = Catalogue(database: store.owner)
        #expect(try await catalogue.count("SELECT count(*) FROM software_sets") == 1)
        #expect(try await catalogue.count("SELECT count(*) FROM sessions") == 1)
        #expect(try await catalogue.count("SELECT count(*) FROM endpoints") == 1)
    }

    @Test("sets right what lists show of vulnerabilities when endpoints have been deleted")
    func reconciles() async throws {
        try await database.addIntelligence()
        try await database.addEndpoints(3, in: database.a)
        try await database.scan(database.a)
        _ = try await store.owner.query("DELETE FROM endpoints WHERE hostname = 'host-0'")
        _ = try await store.maintenance.run(at: now)
        let items = try await store.vulnerabilities.list(.init(), tenant: database.a.id).items
        #expect(items.map(\.endpointsAffected) == [2, 2, 2, 2])
        _ = try await store.owner.query("DELETE FROM endpoints")
        _ = try await store.maintenance.run(at: days(1))
        #expect(try await store.vulnerabilities.list(.init(), tenant: database.a.id).items.isEmpty)
        #expect(try await Catalogue(database: store.owner).count("SELECT count(*) FROM findings") == 0)
    }

    @Test("is done by one process at a time; the others leave it")
    func alone() async throws {
        try await store.owner.transaction { connection in
            _ = try await connection.query(
                "SELECT pg_advisory_xact_lock(hashtextextended('garrison.maintenance', 0))")
            #expect(try await store.maintenance.run(at: now) == false)
        }
        #expect(try await store.maintenance.run(at: now))
    }
}
