import Domain
import FoundationEssentials
import Postgres
import Store
import TestSupport
import Testing

@Suite("Findings and history of one endpoint, page by page", .database)
struct EndpointFindingListTests {
    let database = TestDatabase.current
    private var store: FindingStore { database.store.findings }
    private var tenant: TenantID { database.a.id }

    private func seeded() async throws -> EndpointID {
        try await database.addIntelligence()
        let ids = try await database.addEndpoints(2, in: database.a)
        try await database.scan(database.a)
        return ids[0]
    }

    /// Walks all pages.
    private func walk(_ query: FindingStore.EndpointQuery, of endpoint: EndpointID) async throws -> [String] {
        var (query, found) = (query, [String]())
        repeat {
            let page = try await store.list(query, of: endpoint, tenant: tenant)
            #expect(page.items.count <= query.limit)
            found += page.items.map(\.cve)
            query.cursor = page.next
        } while query.cursor != nil && found.count < 100
        return found
    }

    @Test(
        "pages follow each other by risk without a repetition or a gap, whatever their size", arguments: [1, 2, 3, 4])
    func pages(limit: Int) async throws {
        let endpoint = try await seeded()
        let whole = try await store.list(.init(), of: endpoint, tenant: tenant)
        #expect(whole.items.count == 4 && whole.total == 4 && whole.next == nil)
        #expect(whole.items.map(\.riskScore) == whole.items.map(\.riskScore).sorted(by: >))
        #expect(try await walk(.init(limit: limit), of: endpoint) == whole.items.map(\.cve))
    }

    @Test("status, severity and words narrow the list and its total; the counts tell them apart")
    func filters() async throws {
        let endpoint = try await seeded()
        try await store.setStatus(
            .inProgress, of: SeedFeeds.high, on: endpoint, reason: "", by: database.a.administrator)
        try await database.addEndpoints(1, packages: SeedPackages.updated, in: database.a)
        try await database.scan(database.a, at: Seed.moment.addingTimeInterval(60))
        #expect(try await walk(.init(), of: endpoint) == [SeedFeeds.unfixed])
        #expect(try await walk(.init(status: .remediated), of: endpoint).count == 3)
        #expect(
            try await walk(.init(status: .remediated, severity: .critical), of: endpoint) == [SeedFeeds.exploited])
        for word in ["CURL", "1002", "cookies sent"] {
            #expect(
                try await walk(.init(status: .remediated, search: word), of: endpoint) == [SeedFeeds.high], "\(word)")
        }
        #expect(try await store.list(.init(search: "%"), of: endpoint, tenant: tenant).total == 0)
        let counts = try await store.counts(ofEndpoint: endpoint, tenant: tenant)
        #expect(counts.of(nil) == 1 && counts.of(.remediated) == 3 && counts.of(.remediated, .critical) == 1)
        #expect(try await store.counts(ofEndpoint: endpoint, tenant: database.b.id).of(nil) == 0)
    }

    @Test("a cursor that is none is refused")
    func cursors() async throws {
        let endpoint = try await seeded()
        for text in ["", "x", "eA"] {
            await #expect(throws: StoreError.badCursor) {
                try await store.list(.init(cursor: text), of: endpoint, tenant: tenant)
            }
            await #expect(throws: StoreError.badCursor) {
                try await store.history(of: endpoint, limit: 1, cursor: text, tenant: tenant)
            }
        }
    }

    @Test("the history has an entry an act, the latest first, and pages of one follow each other")
    func history() async throws {
        let endpoint = try await seeded()
        try await database.addEndpoints(1, packages: SeedPackages.updated, in: database.a)
        try await database.scan(database.a, at: Seed.moment.addingTimeInterval(60))
        var entries: [FindingStore.HistoryEntry] = []
        var cursor: String?
        repeat {
            let page = try await store.history(of: endpoint, limit: 1, cursor: cursor, tenant: tenant)
            #expect(page.total == 2)
            entries += page.items
            cursor = page.next
        } while cursor != nil && entries.count < 10
        #expect(entries.map(\.to) == [.remediated, .open])
        #expect(entries.map(\.count) == [3, 4])
        #expect(entries.map(\.at) == [Seed.moment.addingTimeInterval(60), Seed.moment])
        #expect(entries.last?.findings == [SeedFeeds.exploited, SeedFeeds.high, SeedFeeds.unfixed, SeedFeeds.low])
    }
}
