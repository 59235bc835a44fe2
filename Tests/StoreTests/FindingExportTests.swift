import Domain
import FoundationEssentials
import Postgres
import Risk
import Store
import TestSupport
import Testing

@Suite("Findings for reports over a whole tenant", .database)
struct FindingExportTests {
    let database = TestDatabase.current
    var store: Store { database.store }
    var tenant: TenantID { database.a.id }

    private func walk(_ query: FindingStore.Query) async throws -> [ExportedFinding] {
        var (items, position) = ([ExportedFinding](), FindingStore.ExportPosition?.none)
        repeat {
            let page = try await store.findings.export(query, after: position, tenant: tenant)
            #expect(page.items.count <= query.limit)
            items += page.items
            position = page.next
        } while position != nil
        return items
    }

    @Test("each finding once however it is cut, those of one vulnerability together, and none of another tenant")
    func pages() async throws {
        try await database.addIntelligence()
        try await database.addEndpoints(5, in: database.a)
        try await database.addEndpoints(2, in: database.b)
        for tenant in [database.a, database.b] { try await database.scan(tenant) }
        let whole = try await walk(FindingStore.Query(limit: 1000))
        let names = whole.map { "\($0.row.cve) \($0.row.hostname)" }
        #expect(names.count == 20 && Set(names).count == 20)
        let changes = zip(whole, whole.dropFirst()).count { $0.row.cve != $1.row.cve }
        #expect(changes == 3)
        for limit in [1, 2, 3, 7, 19, 20] {
            let cut = try await walk(FindingStore.Query(limit: limit))
            #expect(cut.map { "\($0.row.cve) \($0.row.hostname)" } == names, "\(limit)")
            #expect(cut.map(\.explanation) == whole.map(\.explanation))
        }
        let openssl = try #require(whole.first { $0.row.cve == SeedFeeds.exploited })
        #expect(openssl.explanation.package == "openssl" && openssl.explanation.ecosystem == "debian:12")
    }

    @Test("a page begins at its place in the index of its order")
    func plan() async throws {
        try await database.addIntelligence()
        try await database.addEndpoints(3, in: database.a)
        try await database.scan(database.a)
        let query = FindingStore.Query(limit: 2)
        let next = try await store.findings.export(query, after: nil, tenant: tenant).next
        let statement = FindingStore.exportPage(query, after: next, tenant: tenant)
        let results = try await store.app.run(
            [
                Statement("SET LOCAL enable_seqscan = off"), Statement("SET LOCAL enable_hashjoin = off"),
                Statement("SET LOCAL enable_mergejoin = off"), Statement("SET LOCAL enable_bitmapscan = off"),
                Statement("EXPLAIN \(statement.sql)", statement.parameters),
            ], tenant: tenant)
        let plan = try results[4].map { try $0.decode(0, as: String.self) }.joined(separator: "\n")
        #expect(plan.contains("findings_vulnerability_idx"), "\(plan)")
        #expect(plan.contains("ROW("), "the page does not begin by the index: \(plan)")
    }

    @Test("filters are those of the list, and an exception comes with its finding")
    func filters() async throws {
        try await database.addIntelligence()
        let ids = try await database.addEndpoints(3, in: database.a)
        try await database.scan(database.a)
        _ = try await store.exceptions.request(
            ExceptionRequest(
                kind: .mitigated, cve: SeedFeeds.high, endpoint: ids[1], reason: "behind a proxy",
                expiresAt: Date().addingTimeInterval(86_400)), by: database.a.administrator)
        #expect(try await walk(FindingStore.Query(limit: 2)).count == 11)
        #expect(try await walk(FindingStore.Query(severity: .critical, limit: 2)).count == 3)
        #expect(try await walk(FindingStore.Query(endpoint: ids[1], limit: 2)).count == 3)
        let aside = try await walk(FindingStore.Query(status: .exception, limit: 2))
        #expect(aside.map(\.row.endpoint) == [ids[1]])
        #expect(aside.first?.exception?.kind == .mitigated && aside.first?.exception?.reason == "behind a proxy")
    }
}
