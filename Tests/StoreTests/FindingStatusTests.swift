import Domain
import FoundationEssentials
import Postgres
import Store
import TestSupport
import Testing

@Suite("Changing a finding's status through the view", .database)
struct FindingStatusTests {
    let database = TestDatabase.current
    var store: Store { database.store }
    var tenant: TenantID { database.a.id }

    /// Updates the view as a session of the tenant does.
    private func change(_ cve: String, on endpoint: EndpointID, to status: String, in tenant: TenantID? = nil)
        async throws -> Int
    {
        try await store.app.run(
            [
                Statement(
                    "SELECT set_config('app.actor', 'ann@alpha.test', true), set_config('app.reason', 'known', true)"),
                Statement(
                    """
                    UPDATE endpoint_vulnerabilities
                    SET status = $3
                    WHERE endpoint_id = $1 AND vulnerability_id = (SELECT id FROM vulnerabilities WHERE cve_id = $2)
                    """, [.id(endpoint), .text(cve), .text(status)]),
            ], tenant: tenant ?? self.tenant)[1].affected
    }

    private func seeded(_ count: Int) async throws -> [EndpointID] {
        try await database.addIntelligence()
        let ids = try await database.addEndpoints(count, in: database.a)
        try await database.scan(database.a)
        return ids
    }

    @Test("changes it on that endpoint alone, and says who and why")
    func one() async throws {
        let ids = try await seeded(3)
        #expect(try await change(SeedFeeds.high, on: ids[0], to: "exception") == 1)
        let changed = try await store.findings.finding(SeedFeeds.high, on: ids[0], tenant: tenant)
        #expect(changed.status == .exception)
        #expect(changed.history.last?.by == "ann@alpha.test")
        #expect(changed.history.last?.reason == "known")
        #expect(try await store.findings.finding(SeedFeeds.high, on: ids[1], tenant: tenant).status == .open)
        let list = try await store.vulnerabilities.list(.init(search: SeedFeeds.high), tenant: tenant)
        #expect(list.items.map(\.endpointsAffected) == [2])
        #expect(try await store.endpoints.detail(ids[0], tenant: tenant).summary.openFindings == 3)
        let trail = try await store.app.query("SELECT actor, to_status FROM finding_transitions", tenant: tenant)
        #expect(try trail.map { try $0.decode(0, as: String.self) } == ["ann@alpha.test"])
    }

    @Test("a scan keeps it, and rates the endpoint without what is set aside")
    func scanned() async throws {
        let ids = try await seeded(2)
        let before = try await store.endpoints.detail(ids[0], tenant: tenant).summary
        _ = try await change(SeedFeeds.exploited, on: ids[0], to: "exception")
        try await database.scan(database.a, at: Seed.moment.addingTimeInterval(60))
        let after = try await store.endpoints.detail(ids[0], tenant: tenant).summary
        #expect(after.riskScore < before.riskScore)
        #expect(after.openFindings == 3)
        #expect(try await store.findings.finding(SeedFeeds.exploited, on: ids[0], tenant: tenant).status == .exception)
        #expect(try await store.endpoints.detail(ids[1], tenant: tenant).summary.riskScore == before.riskScore)
    }

    @Test("another tenant changes nothing")
    func otherTenant() async throws {
        let ids = try await seeded(1)
        #expect(try await change(SeedFeeds.high, on: ids[0], to: "exception", in: database.b.id) == 0)
        #expect(try await store.findings.finding(SeedFeeds.high, on: ids[0], tenant: tenant).status == .open)
    }

    @Test("of two people who change one finding at once, the later is told to look again")
    func race() async throws {
        let ids = try await seeded(1)
        let outcome = try await store.owner.transaction { connection in
            _ = try await connection.query("SELECT lock_endpoints($1)", [.id(tenant)])
            let first = Task { try await change(SeedFeeds.high, on: ids[0], to: "exception") }
            let second = Task { try await change(SeedFeeds.high, on: ids[0], to: "in_progress") }
            var waiting = 0
            while waiting < 2 {
                waiting = try await store.owner.query(
                    "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'"
                ).count
            }
            return [first, second]
        }
        var errors: [PostgresError] = []
        for task in outcome {
            do { _ = try await task.value } catch let error as PostgresError { errors.append(error) }
        }
        #expect(errors.map(\.isSerializationFailure) == [true])
        #expect(try await store.findings.finding(SeedFeeds.high, on: ids[0], tenant: tenant).history.count == 2)
    }

    @Test("anything but the status is refused, and so are new rows and deletions")
    func refused() async throws {
        _ = try await seeded(1)
        for sql in [
            "UPDATE endpoint_vulnerabilities SET risk_score = 0", "DELETE FROM endpoint_vulnerabilities",
            "INSERT INTO endpoint_vulnerabilities (endpoint_id) VALUES (NULL)",
        ] {
            let error = await #expect(throws: PostgresError.self) { try await store.app.query(sql, tenant: tenant) }
            #expect(error?.sqlState == "0A000", "\(sql)")
        }
    }
}
