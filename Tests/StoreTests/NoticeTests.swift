import Domain
import Foundation
import Postgres
import Risk
import Store
import TestSupport
import Testing

@Suite("Notices of deadlines", .database)
struct NoticeTests {
    let database = TestDatabase.current
    private var store: Store { database.store }
    /// Findings are detected here: due after 14 (exploited), 30 (high), 90 and 180 days.
    private let start = Seed.moment

    private func day(_ number: Double) -> Date { start.addingTimeInterval(number * 86_400) }

    private func seeded(_ count: Int = 2) async throws -> [EndpointID] {
        try await database.addIntelligence()
        let ids = try await database.addEndpoints(count, in: database.a)
        try await database.scan(database.a)
        try await store.webhooks.put(
            url: "https://hooks.example.test/", host: "hooks.example.test", secret: [1], isEnabled: true,
            by: database.a.administrator)
        return ids
    }

    private struct Digest: Decodable {
        struct Part: Decodable {
            struct Finding: Decodable {
                let cve_id: String
                let hostname: String
            }
            let findings: Int
            let endpoints: Int
            let total: Int
            let by_severity: [String: Int]
            let first: [Finding]
        }
        struct Deadlines: Decodable {
            let policy_version: Int
            let overdue: Part
            let due_soon: Part
        }
        let type: String
        let deadlines: Deadlines
    }

    /// The digests that are written, the oldest first.
    private func digests() async throws -> [Digest.Deadlines] {
        try await store.outbox.list(.init(), tenant: database.a.id).items.reversed().map { message in
            let digest = try JSONDecoder().decode(Digest.self, from: Data(message.payload))
            #expect(digest.type == "deadlines.digest" && message.kind == digest.type)
            return digest.deadlines
        }
    }

    @Test("each finding is told of when it is due soon and when it is overdue, once each, with the first by name")
    func once() async throws {
        _ = try await seeded()
        #expect(try await store.notices.decide(at: day(1)) == 0)
        #expect(try await store.notices.decide(at: day(8)) == 1)
        for number in 9..<14 { #expect(try await store.notices.decide(at: day(Double(number))) == 0) }
        #expect(try await store.notices.decide(at: day(15)) == 1)
        for number in 16..<23 { #expect(try await store.notices.decide(at: day(Double(number))) == 0) }
        #expect(try await store.notices.decide(at: day(25)) == 1)
        let digests = try await digests()
        #expect(digests.map(\.overdue.findings) == [0, 2, 0])
        #expect(digests.map(\.due_soon.findings) == [2, 0, 2])
        #expect(digests.map(\.overdue.total) == [0, 2, 2])
        #expect(digests[1].overdue.endpoints == 2 && digests[1].overdue.by_severity == ["critical": 2])
        #expect(digests[1].overdue.first.map(\.cve_id) == [SeedFeeds.exploited, SeedFeeds.exploited])
        #expect(Set(digests[1].overdue.first.map(\.hostname)) == ["host-0", "host-1"])
        #expect(digests[2].due_soon.by_severity == ["high": 2])
    }

    @Test("a day has one digest, however often and by how many it is decided")
    func concurrent() async throws {
        _ = try await seeded()
        let other = try await TestDatabase.connect(database.url)
        let written = try await withThrowingTaskGroup(of: Int.self) { group in
            for index in 0..<8 {
                group.addTask { [store] in
                    try await (index % 2 == 0 ? store : other).notices.decide(at: day(20 + Double(index) / 100))
                }
            }
            return try await group.reduce(0, +)
        }
        await other.close()
        #expect(written == 1)
        #expect(try await digests().map(\.overdue.findings) == [2])
    }

    @Test("a scan, a decision and a change of policy that part endpoints' findings do not have them told of again")
    func histories() async throws {
        let ids = try await seeded(3)
        #expect(try await store.notices.decide(at: day(20)) == 1)
        try await store.findings.setStatus(
            .inProgress, of: SeedFeeds.exploited, on: ids[0], reason: "", by: database.a.administrator)
        try await database.addEndpoints(1, packages: SeedPackages.updated, prefix: "new", in: database.a)
        try await store.endpoints.setContext(
            ids[1], exposure: "external", criticality: "crown", by: database.a.administrator)
        try await database.scan(database.a, at: day(20.5))
        _ = try await store.policies.activate(
            DeadlinePolicy(critical: 10, high: 30, medium: 90, low: 180, knownExploited: 10), note: "",
            by: database.a.administrator)
        _ = try await store.policies.reassess(tenant: database.a.id, at: day(20.6))
        #expect(try await store.notices.decide(at: day(21)) == 0)
        #expect(try await digests().count == 1)
    }

    @Test("a policy that shortens deadlines has what it makes overdue told of, with its version")
    func tightened() async throws {
        _ = try await seeded()
        #expect(try await store.notices.decide(at: day(20)) == 1)
        _ = try await store.policies.activate(
            DeadlinePolicy(critical: 15, high: 20, medium: 90, low: 180, knownExploited: 14), note: "",
            by: database.a.administrator)
        _ = try await store.policies.reassess(tenant: database.a.id, at: day(20.5))
        #expect(try await store.notices.decide(at: day(21)) == 1)
        let digest = try #require(try await digests().last)
        #expect(digest.policy_version == 1 && digest.overdue.first.map(\.cve_id) == [SeedFeeds.high, SeedFeeds.high])
    }

    @Test("found again after it was remediated, it is told of again; under an exception it is not told of")
    func again() async throws {
        _ = try await seeded(1)
        #expect(try await store.notices.decide(at: day(15)) == 1)
        try await database.addEndpoints(1, packages: SeedPackages.updated, at: day(16), in: database.a)
        try await database.scan(database.a, at: day(16))
        try await database.addEndpoints(1, at: day(17), in: database.a)
        try await database.scan(database.a, at: day(17))
        #expect(try await store.notices.decide(at: day(18)) == 0)
        // The new clock runs out on day 31; curl's on day 47.
        #expect(try await store.notices.decide(at: day(32)) == 1)
        #expect(try await digests().last?.overdue.first.map(\.cve_id) == [SeedFeeds.exploited])
        _ = try await store.exceptions.request(
            ExceptionRequest(kind: .accepted, cve: SeedFeeds.high, reason: "known", expiresAt: day(60)),
            by: database.a.administrator, at: day(33))
        #expect(try await store.notices.decide(at: day(50)) == 0)
    }

    @Test("nothing is decided where no webhook is, or where it is switched off")
    func switchedOff() async throws {
        _ = try await seeded()
        try await store.webhooks.put(
            url: "https://x.test/", host: "x.test", secret: nil, isEnabled: false, by: database.a.administrator)
        #expect(try await store.notices.decide(at: day(20)) == 0)
        try await store.webhooks.put(
            url: "https://x.test/", host: "x.test", secret: nil, isEnabled: true, by: database.a.administrator)
        #expect(try await store.notices.decide(at: day(20)) == 1)
    }

    @Test("cut off in its midst, a decision has not happened; the next one makes it once")
    func cutOff() async throws {
        _ = try await seeded()
        let other = try await TestDatabase.connect(database.url)
        // Whoever holds the tenant's endpoints stops the decision before its first mark.
        try await store.app.transaction(tenant: database.a.id) { connection in
            try await connection.query("SELECT lock_endpoints($1)", [.id(database.a.id)])
            let decision = Task { [day = day(20)] in try await other.notices.decide(at: day) }
            try await waitUntil("the decision waits") {
                try await store.owner.query(
                    """
                    SELECT pg_terminate_backend(pid)
                    FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%lock_endpoints%'
                    """
                ).count > 0
            }
            await #expect(throws: (any Error).self) { try await decision.value }
        }
        await other.close()
        #expect(try await digests().isEmpty)
        #expect(try await store.notices.decide(at: day(20)) == 1)
        #expect(try await store.notices.decide(at: day(20.5)) == 0)
        #expect(try await digests().map(\.overdue.findings) == [2])
    }
}
