import Domain
import FoundationEssentials
import Store
import TestSupport
import Testing

@Suite("Answers kept for a tenant")
struct TenantCacheTests {
    let cache = TenantCache(bytesPerTenant: 100)
    let one = TenantID.make()
    let other = TenantID.make()

    private func keep(_ answer: String, _ key: String = "key", for tenant: TenantID, bytes: Int = 10) {
        cache.keep(answer, bytes: bytes, key: key, tenant: tenant, generation: cache.generation(of: tenant))
    }

    private func answer(_ key: String = "key", for tenant: TenantID) -> String? {
        cache.answer(key, tenant: tenant, as: String.self)
    }

    @Test("are given for the tenant and the request they were made for, and no other")
    func keys() {
        keep("a", for: one)
        #expect(answer(for: one) == "a")
        #expect(answer("other", for: one) == nil)
        #expect(answer(for: other) == nil)
        #expect(cache.answer("key", tenant: one, as: Int.self) == nil)
    }

    @Test("go with any change of the tenant, and stay through changes of others")
    func invalidation() {
        keep("a", for: one)
        keep("b", for: other)
        cache.invalidate(one)
        #expect(answer(for: one) == nil)
        #expect(answer(for: other) == "b")
    }

    @Test("all go with a change of what all tenants read")
    func invalidateAll() {
        keep("a", for: one)
        keep("b", for: other)
        cache.invalidateAll()
        #expect(answer(for: one) == nil)
        #expect(answer(for: other) == nil)
    }

    @Test("one that was being made while the data changed is not kept", arguments: [true, false])
    func overtaken(byAll: Bool) {
        let generation = cache.generation(of: one)
        if byAll { cache.invalidateAll() } else { cache.invalidate(one) }
        cache.keep("stale", bytes: 10, key: "key", tenant: one, generation: generation)
        #expect(answer(for: one) == nil)
    }

    @Test("never take more room than they may")
    func room() {
        for number in 0..<30 { keep("\(number)", "\(number)", for: one) }
        let kept = (0..<30).filter { answer("\($0)", for: one) != nil }
        #expect(kept.count <= 10)
        #expect(kept.last == 29)
    }
}

@Suite("Answers kept in several processes", .database)
struct ChangeNoticeTests {
    let database = TestDatabase.current

    @Test("go in every process when one of them has changed something, and only of that tenant")
    func acrossProcesses() async throws {
        // The second store stands for another process: it shares nothing with the first but the database.
        let elsewhere = try await TestDatabase.connect(database.url)
        let follower = Task { await elsewhere.followChanges() }
        defer { follower.cancel() }
        func keep(_ tenant: TenantID) {
            elsewhere.cache.keep(
                "old", bytes: 3, key: "list", tenant: tenant, generation: elsewhere.cache.generation(of: tenant))
        }
        func isKept(_ tenant: TenantID) -> Bool {
            elsewhere.cache.answer("list", tenant: tenant, as: String.self) != nil
        }
        // Listening begins at its own time: until it has, a change is made again.
        keep(database.a.id)
        var seconds = 0
        while isKept(database.a.id) {
            try await database.addEndpoints(
                1, at: Seed.moment.addingTimeInterval(Double(seconds)), in: database.a)
            try await Task.sleep(for: .milliseconds(50))
            seconds += 1
            try #require(seconds < 1200)
        }
        keep(database.b.id)
        keep(database.a.id)
        try await database.addEndpoints(2, at: Seed.moment.addingTimeInterval(7200), in: database.a)
        for _ in 0..<3000 where isKept(database.a.id) { try await Task.sleep(for: .milliseconds(20)) }
        #expect(!isKept(database.a.id))
        #expect(isKept(database.b.id))
        await elsewhere.close()
    }
}
