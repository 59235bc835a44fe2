import Domain
import FoundationEssentials
import Postgres
import Risk
import Store
import TestSupport
import Testing

@Suite("The list of findings", .database)
struct FindingListTests {
    let database = TestDatabase.current
    var store: Store { database.store }
    var tenant: TenantID { database.a.id }
    typealias Query = FindingStore.Query

    private func seeded() async throws -> [EndpointID] {
        try await database.addIntelligence()
        let ids = try await database.addEndpoints(5, in: database.a)
        try await store.endpoints.setContext(
            ids[0], exposure: "external", criticality: "crown", by: database.a.administrator)
        try await store.endpoints.setContext(
            ids[1], exposure: nil, criticality: nil, tags: ["lab"], by: database.a.administrator)
        try await database.addEndpoints(2, in: database.b)
        try await database.scan(database.a)
        try await database.scan(database.b)
        _ = try await store.inventories.ingest(
            [Seed.inventory("host-4", packages: SeedPackages.updated, at: Seed.moment.addingTimeInterval(60))],
            tenant: tenant)
        try await database.scan(database.a, at: Seed.moment.addingTimeInterval(60))
        return ids
    }

    private func names(_ query: Query) async throws -> [String] {
        try await store.findings.list(query, tenant: tenant).items.map { "\($0.hostname) \($0.cve)" }
    }

    private func walk(_ query: Query, by limit: Int) async throws -> [String] {
        var (query, names) = (query, [String]())
        query.limit = limit
        repeat {
            let page = try await store.findings.list(query, tenant: tenant)
            names += page.items.map { "\($0.hostname) \($0.cve)" }
            query.cursor = page.next
        } while query.cursor != nil
        return names
    }

    @Test("each endpoint's findings once, the riskiest first, however it is cut into pages")
    func pages() async throws {
        _ = try await seeded()
        for sort in Query.Sort.allCases {
            let query = Query(sort: sort)
            let whole = try await store.findings.list(query, tenant: tenant)
            #expect(whole.items.count == 17 && whole.total == 17 && whole.next == nil)
            if sort == .risk {
                #expect(whole.items.map(\.riskScore) == whole.items.map(\.riskScore).sorted(by: >))
            } else {
                let dues = whole.items.compactMap(\.dueAt)
                #expect(dues == dues.sorted() && dues.count == 17)
            }
            let names = whole.items.map { "\($0.hostname) \($0.cve)" }
            #expect(Set(names).count == 17)
            for limit in [1, 2, 3, 5, 16, 17] { #expect(try await walk(query, by: limit) == names, "\(limit)") }
        }
    }

    @Test("each filter shows what it says, and counts it")
    func filters() async throws {
        let ids = try await seeded()
        let late = Seed.moment.addingTimeInterval(25 * 86_400)
        let expected: [(Query, Int)] = [
            (Query(severity: .critical), 4), (Query(isKnownExploited: true), 4), (Query(isKnownExploited: false), 13),
            (Query(ssvc: .act), 4), (Query(package: "openssl"), 4), (Query(package: "libssl3"), 4),
            (Query(package: "libssl"), 0), (Query(hasFix: false), 5), (Query(hasFix: true), 12),
            (Query(endpoint: ids[2]), 4), (Query(tag: "lab"), 4), (Query(tag: "other"), 0),
            (Query(cve: SeedFeeds.high), 4), (Query(status: .remediated), 3), (Query(status: .exception), 0),
            (Query(deadline: .overdue, now: late), 4), (Query(deadline: .dueSoon, now: late), 4),
            (Query(deadline: .onTime, now: late), 9), (Query(deadline: DeadlineState.none, now: late), 0),
            (Query(severity: .critical, endpoint: ids[2]), 1),
        ]
        for (query, count) in expected {
            let page = try await store.findings.list(query, tenant: tenant)
            #expect(page.items.count == count && page.total == count, "\(query)")
            #expect(try await walk(query, by: 2).count == count, "\(query)")
        }
    }

    @Test("a page begins at its place in the index of its order", arguments: Query.Sort.allCases)
    func plan(_ sort: Query.Sort) async throws {
        _ = try await seeded()
        var query = Query(sort: sort, limit: 3)
        query.cursor = try await store.findings.list(query, tenant: tenant).next
        let statement = try FindingStore.page(query, tenant: tenant)
        let results = try await store.app.run(
            [
                Statement("SET LOCAL enable_seqscan = off"), Statement("SET LOCAL enable_hashjoin = off"),
                Statement("SET LOCAL enable_mergejoin = off"), Statement("SET LOCAL enable_bitmapscan = off"),
                Statement("EXPLAIN \(statement.sql)", statement.parameters),
            ], tenant: tenant)
        let plan = try results[4].map { try $0.decode(0, as: String.self) }.joined(separator: "\n")
        #expect(plan.contains(sort == .risk ? "findings_order_idx" : "findings_due_idx"), "\(plan)")
        #expect(plan.contains("Index Cond: ((tenant_id = "), "\(plan)")
        #expect(plan.contains("ROW("), "the page does not begin by the index: \(plan)")
    }

    @Test("a cursor that nobody gave out is refused", arguments: ["", "x", "MQ", "MSAyIDMKNA"])
    func badCursor(_ text: String) async throws {
        await #expect(throws: StoreError.badCursor) {
            try await store.findings.list(Query(cursor: text), tenant: tenant)
        }
    }
}
