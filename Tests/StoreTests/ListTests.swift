import Domain
import FoundationEssentials
import Postgres
import Store
import TestSupport
import Testing

@Suite("Lists", .database)
struct ListTests {
    let database = TestDatabase.current
    var store: Store { database.store }
    var tenant: TenantID { database.a.id }

    /// Endpoints with few distinct scores and times, so that many tie.
    private func fill(_ tenant: TestTenant, count: Int = 50) async throws {
        let ids = try await database.addEndpoints(count, in: tenant)
        _ = try await store.owner.query(
            """
            UPDATE endpoints AS e
            SET risk_score = (n % 4) * 12.5, last_seen = $2::timestamptz - make_interval(hours => (n % 3)::int),
              status = CASE WHEN n % 2 = 0 THEN 'healthy' ELSE 'at_risk' END
            FROM unnest($1::uuid[]) WITH ORDINALITY AS u (id, n)
            WHERE e.id = u.id
            """, [.uuidArray(ids.map(\.uuid)), .timestamptz(Seed.moment)])
        store.cache.invalidateAll()
    }

    /// All pages of a query, one behind the other.
    private func pages(_ query: EndpointStore.Query) async throws -> [EndpointStore.Summary] {
        var query = query
        var items: [EndpointStore.Summary] = []
        repeat {
            let page = try await store.endpoints.list(query, tenant: tenant)
            #expect(page.items.count <= query.limit)
            items += page.items
            query.cursor = page.next
        } while query.cursor != nil
        return items
    }

    @Test(
        "pages follow each other without a gap or a repetition, in each order",
        arguments: EndpointStore.Query.Sort.allCases)
    func paging(sort: EndpointStore.Query.Sort) async throws {
        try await fill(database.a)
        try await fill(database.b, count: 5)
        for limit in [1, 7, 50, 1000] {
            let items = try await pages(.init(sort: sort, limit: limit))
            #expect(items.count == 50)
            #expect(Set(items.map(\.id)).count == 50)
            let isOrdered = zip(items, items.dropFirst()).allSatisfy { one, next in
                switch sort {
                case .risk: one.riskScore >= next.riskScore
                case .hostname: one.hostname < next.hostname
                case .lastSeen: (one.lastSeen ?? .distantPast) >= (next.lastSeen ?? .distantPast)
                case .id: one.id.description < next.id.description
                }
            }
            #expect(isOrdered, "\(sort) by \(limit)")
        }
    }

    @Test("filters hold on every page, and the total counts what they let through")
    func filters() async throws {
        try await fill(database.a)
        let page = try await store.endpoints.list(.init(status: .atRisk, limit: 10), tenant: tenant)
        #expect(page.total == 25)
        #expect(try await pages(.init(status: .atRisk, limit: 10)).count == 25)
        #expect(try await store.endpoints.list(.init(search: "HOST-4"), tenant: tenant).total == 11)
        #expect(try await store.endpoints.list(.init(search: "192.0.2.1"), tenant: tenant).total == 50)
        #expect(try await store.endpoints.list(.init(osType: "windows"), tenant: tenant).total == 0)
    }

    @Test(
        "what a search holds is text, never a pattern",
        arguments: ["%", "_", "\\", "host%", "'; DROP TABLE endpoints; --"])
    func patterns(search: String) async throws {
        try await fill(database.a, count: 3)
        #expect(try await store.endpoints.list(.init(search: search), tenant: tenant).total == 0)
    }

    @Test("a cursor that the server did not give out is refused", arguments: ["", "x", "AAAA", "bm90aGluZw", "MQo"])
    func badCursor(cursor: String) async throws {
        await #expect(throws: StoreError.badCursor) {
            try await store.endpoints.list(.init(cursor: cursor), tenant: tenant)
        }
    }

    @Test("a total that is kept is exact after every kind of change")
    func totals() async throws {
        try await database.addIntelligence()
        func totals() async throws -> [Int] {
            [
                try await store.endpoints.list(.init(), tenant: tenant).total,
                try await store.endpoints.list(.init(status: .critical), tenant: tenant).total,
                try await store.vulnerabilities.list(.init(), tenant: tenant).total,
            ]
        }
        #expect(try await totals() == [0, 0, 0])
        try await database.addEndpoints(2, in: database.a)
        #expect(try await totals() == [2, 0, 0])
        try await database.scan(database.a)
        #expect(try await totals() == [2, 2, 4])
        try await database.addEndpoints(
            2, packages: [SeedPackages.deb("coreutils", "9.1-1")], at: Seed.moment.addingTimeInterval(1), in: database.a
        )
        try await database.scan(database.a)
        #expect(try await totals() == [2, 0, 0])
        try await store.tenants.delete(tenant)
        #expect(try await totals() == [0, 0, 0])
    }

    @Test("the endpoint list is read from an index in its order", arguments: EndpointStore.Query.Sort.allCases)
    func plan(sort: EndpointStore.Query.Sort) async throws {
        _ = try await store.owner.query(
            """
            INSERT INTO endpoints (tenant_id, hostname, device_id, os_type, risk_score, last_seen)
            SELECT t.id, 'host-' || n, 'device-' || n, 'linux', n % 100, now() - make_interval(secs => n)
            FROM tenants AS t
            CROSS JOIN generate_series(1, 20000) AS n
            """)
        _ = try await store.owner.query("ANALYZE endpoints")
        let order =
            switch sort {
            case .risk: "risk_score DESC, id"
            case .hostname: "hostname"
            case .lastSeen: "last_seen DESC, id"
            case .id: "id"
            }
        let rows = try await store.app.query(
            "EXPLAIN SELECT id FROM endpoints WHERE tenant_id = $1 ORDER BY \(order) LIMIT 100", [.id(tenant)],
            tenant: tenant)
        let plan = try rows.map { try $0.decode(0, as: String.self) }.joined(separator: "\n")
        #expect(plan.contains("Index"), "\(plan)")
        #expect(!plan.contains("Seq Scan"), "\(plan)")
        #expect(!plan.contains("Sort  "), "\(plan)")
    }
}
