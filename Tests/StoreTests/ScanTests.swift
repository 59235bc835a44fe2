import Domain
import FoundationEssentials
import Postgres
import Scanner
import Store
import TestSupport
import Testing

@Suite("Scanning what is stored", .database)
struct ScanTests {
    let database = TestDatabase.current
    var store: Store { database.store }
    var tenant: TenantID { database.a.id }
    let monday = Seed.moment
    let tuesday = Seed.moment.addingTimeInterval(86_400)
    let wednesday = Seed.moment.addingTimeInterval(2 * 86_400)

    private func findings(_ endpoint: EndpointID) async throws -> [String: FindingStore.View] {
        let views = try await store.findings.ofEndpoint(endpoint, tenant: tenant)
        return Dictionary(views.map { ($0.cve, $0) }) { first, _ in first }
    }

    private func setCount() async throws -> Int {
        try await Catalogue(database: store.owner).count("SELECT count(*) FROM finding_sets")
    }

    /// What every list says, and what counting the findings themselves gives: the same.
    private func expectSummaryIsExact(_ location: SourceLocation = #_sourceLocation) async throws {
        let kept = """
            SELECT vulnerability_id, endpoints_affected::bigint, endpoints_remediated::bigint, endpoints_excepted::bigint, max_risk
            FROM tenant_vulnerabilities
            """
        let counted = """
            SELECT f.vulnerability_id, count(*) FILTER (WHERE f.status IN ('open', 'in_progress')),
              count(*) FILTER (WHERE f.status = 'remediated'), count(*) FILTER (WHERE f.status = 'exception'),
              coalesce(max(f.risk_score) FILTER (WHERE f.status IN ('open', 'in_progress')), 0)
            FROM endpoints AS e
            JOIN findings AS f ON f.tenant_id = e.tenant_id AND f.finding_set_id = e.finding_set_id
            GROUP BY f.vulnerability_id
            """
        for (one, other) in [(kept, counted), (counted, kept)] {
            let differences = try await store.app.query("\(one) EXCEPT \(other)", tenant: tenant)
            #expect(differences.isEmpty, sourceLocation: location)
        }
    }

    @Test("finds what is vulnerable, explains it, and rates the endpoint by it")
    func first() async throws {
        try await database.addIntelligence()
        let id = try await database.addEndpoints(in: database.a)[0]
        let outcome = try await database.scan(database.a)
        #expect(outcome == scanned(endpoints: 1, changed: 1, opened: 4))
        let found = try await findings(id)
        #expect(Set(found.keys) == [SeedFeeds.exploited, SeedFeeds.high, SeedFeeds.unfixed, SeedFeeds.low])
        let worst = try #require(found[SeedFeeds.exploited])
        #expect(worst.isKnownExploited)
        #expect(worst.packages.contains("libssl3"))
        #expect(worst.fixed == "3.0.13-1~deb12u1")
        #expect(worst.explanation.comparison == "3.0.11-1~deb12u2 < 3.0.13-1~deb12u1")
        #expect(worst.history.map(\.to) == [.open])
        #expect(found.values.allSatisfy { $0.detectedAt == monday && $0.status == .open })
        let summary = try await store.endpoints.detail(id, tenant: tenant).summary
        #expect(summary.status == .critical)
        #expect(summary.openFindings == 4)
        #expect(summary.riskScore >= worst.riskScore)
        #expect(summary.scannedAt == monday)
        try await expectSummaryIsExact()
    }

    @Test("again, with nothing new, changes nothing but when the endpoint was scanned")
    func idempotent() async throws {
        try await database.addIntelligence()
        try await database.addEndpoints(3, in: database.a)
        try await database.scan(database.a, at: monday)
        let before = try await contents()
        let outcome = try await database.scan(database.a, at: tuesday)
        #expect(outcome == scanned(endpoints: 3))
        #expect(try await contents() == before)
        let pages = try await store.endpoints.list(.init(), tenant: tenant).items
        #expect(pages.allSatisfy { $0.scannedAt == tuesday })
    }

    private func contents() async throws -> [String] {
        var contents: [String] = []
        for table in ["findings", "finding_sets", "tenant_vulnerabilities"] {
            contents += try await Catalogue(database: store.owner).names("SELECT t::text FROM \(table) AS t ORDER BY 1")
        }
        return contents
            + (try await Catalogue(database: store.owner).names(
                "SELECT (to_jsonb(e) - 'scanned_at')::text FROM endpoints AS e ORDER BY 1"))
    }

    @Test("what was fixed becomes remediated with its date, and keeps its history")
    func remediated() async throws {
        try await database.addIntelligence()
        let id = try await database.addEndpoints(in: database.a)[0]
        try await database.scan(database.a, at: monday)
        try await database.addEndpoints(packages: SeedPackages.updated, at: tuesday, in: database.a)
        let outcome = try await database.scan(database.a, at: tuesday)
        #expect(outcome == scanned(endpoints: 1, changed: 1, remediated: 3))
        let found = try await findings(id)
        let fixed = try #require(found[SeedFeeds.exploited])
        #expect(fixed.status == .remediated)
        #expect(fixed.detectedAt == monday)
        #expect(fixed.remediatedAt == tuesday)
        #expect(fixed.history.map(\.to) == [.open, .remediated])
        #expect(fixed.history.map(\.at) == [monday, tuesday])
        #expect(found[SeedFeeds.unfixed]?.status == .open)
        let summary = try await store.endpoints.detail(id, tenant: tenant).summary
        #expect(summary.openFindings == 1)
        #expect(summary.status != .critical)
        try await expectSummaryIsExact()
    }

    @Test("what is vulnerable again is open again, as a new detection with the old history")
    func reopened() async throws {
        try await database.addIntelligence()
        let id = try await database.addEndpoints(in: database.a)[0]
        try await database.scan(database.a, at: monday)
        for (packages, day) in [(SeedPackages.updated, tuesday), (SeedPackages.vulnerable, wednesday)] {
            try await database.addEndpoints(packages: packages, at: day, in: database.a)
            try await database.scan(database.a, at: day)
        }
        let again = try #require(try await findings(id)[SeedFeeds.high])
        #expect(again.status == .open)
        #expect(again.detectedAt == wednesday)
        #expect(again.remediatedAt == nil)
        #expect(again.history.map(\.to) == [.open, .remediated, .open])
        try await expectSummaryIsExact()
    }

    @Test("what was fixed stays fixed: scans, the same feeds again and an inventory of before bring nothing back")
    func staysFixed() async throws {
        try await database.addIntelligence()
        let id = try await database.addEndpoints(in: database.a)[0]
        try await database.scan(database.a, at: monday)
        try await database.addEndpoints(packages: SeedPackages.updated, at: tuesday, in: database.a)
        try await database.scan(database.a, at: tuesday)
        func fixed() async throws -> Set<String> {
            let all = try await findings(id)
            return Set(all.filter { $0.value.status == .remediated && $0.value.remediatedAt == tuesday }.keys)
        }
        let expected: Set = [SeedFeeds.exploited, SeedFeeds.high, SeedFeeds.low]
        #expect(try await fixed() == expected)
        try await database.scan(database.a, at: wednesday)
        try await database.addIntelligence()
        try await database.scan(database.a, at: wednesday)
        // A report that was held up on its way.
        try await database.addEndpoints(packages: SeedPackages.vulnerable, at: monday, in: database.a)
        let outcome = try await database.scan(database.a, at: wednesday)
        #expect(outcome.opened == 0 && outcome.remediated == 0)
        #expect(try await fixed() == expected)
        try await expectSummaryIsExact()
    }

    @Test("endpoints with one history share one set of findings; it is copied when their histories part")
    func sharing() async throws {
        try await database.addIntelligence()
        let ids = try await database.addEndpoints(4, in: database.a)
        try await database.scan(database.a, at: monday)
        #expect(try await setCount() == 1)
        try await database.addEndpoints(1, packages: SeedPackages.updated, at: tuesday, in: database.a)
        let outcome = try await database.scan(database.a, at: tuesday)
        #expect(outcome == scanned(endpoints: 4, changed: 1, remediated: 3))
        #expect(try await setCount() == 2)
        #expect(try await findings(ids[0])[SeedFeeds.high]?.status == .remediated)
        #expect(try await findings(ids[1])[SeedFeeds.high]?.status == .open)
        try await expectSummaryIsExact()
        // All of them follow: the old set is changed in place, and no third one is made.
        try await database.addEndpoints(4, packages: SeedPackages.updated, at: wednesday, in: database.a)
        try await database.scan(database.a, at: wednesday)
        #expect(try await setCount() == 2)
        #expect(try await findings(ids[1])[SeedFeeds.high]?.remediatedAt == wednesday)
        #expect(try await findings(ids[0])[SeedFeeds.high]?.remediatedAt == tuesday)
        try await expectSummaryIsExact()
    }

    @Test("a set that all endpoints have left is gone")
    func unused() async throws {
        try await database.addIntelligence()
        try await database.addEndpoints(2, in: database.a)
        try await database.scan(database.a, at: monday)
        try await database.addEndpoints(1, packages: SeedPackages.updated, at: tuesday, in: database.a)
        try await database.addEndpoints(
            1, packages: Array(SeedPackages.updated.dropLast()), prefix: "host", at: wednesday, in: database.a)
        _ = try await store.inventories.ingest(
            [Seed.inventory("host-1", packages: [SeedPackages.deb("coreutils", "9.1-1")], at: tuesday)], tenant: tenant)
        try await database.scan(database.a, at: wednesday)
        let unused = try await Catalogue(database: store.owner).count(
            """
            SELECT count(*) FROM finding_sets AS s
            WHERE NOT EXISTS (SELECT FROM endpoints AS e WHERE e.finding_set_id = s.id)
            """)
        #expect(unused == 0)
        try await expectSummaryIsExact()
    }

    @Test("only the endpoints that were named are scanned")
    func some() async throws {
        try await database.addIntelligence()
        let ids = try await database.addEndpoints(3, in: database.a)
        let outcome = try await database.scan(database.a, endpoints: [ids[1], ids[1]])
        #expect(outcome == scanned(endpoints: 1, changed: 1, opened: 4))
        #expect(try await findings(ids[0]).isEmpty)
        #expect(try await findings(ids[1]).count == 4)
        try await expectSummaryIsExact()
    }

    @Test("another tenant's endpoints cannot be scanned, by name neither")
    func otherTenant() async throws {
        try await database.addIntelligence()
        let theirs = try await database.addEndpoints(2, in: database.b)
        #expect(try await database.scan(database.a) == scanned())
        #expect(try await database.scan(database.a, endpoints: theirs) == scanned())
        #expect(try await setCount() == 0)
    }

    @Test("scans of one tenant at once give what one after the other gives")
    func concurrent() async throws {
        try await database.addIntelligence()
        let ids = try await database.addEndpoints(6, in: database.a)
        let index = try await store.intelligence.buildIndex()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<6 {
                group.addTask {
                    _ = try await store.scans.scan(
                        tenant: tenant, endpoints: number < 2 ? [ids[number]] : nil, index: index, at: monday)
                }
            }
            try await group.waitForAll()
        }
        for id in ids {
            let found = try await findings(id)
            #expect(found.count == 4)
            #expect(found.values.allSatisfy { $0.history.count == 1 })
        }
        try await expectSummaryIsExact()
    }

    @Test("imports in the middle of scans neither deadlock nor mix an old scan with new software")
    func withImports() async throws {
        try await database.addIntelligence()
        try await database.addEndpoints(30, in: database.a)
        let index = try await store.intelligence.buildIndex()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for round in 0..<4 {
                group.addTask { _ = try await store.scans.scan(tenant: tenant, index: index) }
                group.addTask {
                    let inventories = (0..<30).reversed().map {
                        Seed.inventory(
                            "host-\($0)", packages: round % 2 == 0 ? SeedPackages.updated : SeedPackages.vulnerable,
                            at: monday.addingTimeInterval(Double(round)))
                    }
                    _ = try await store.inventories.ingest(inventories, tenant: tenant)
                }
            }
            try await group.waitForAll()
        }
        try await expectSummaryIsExact()
        _ = try await store.scans.scan(tenant: tenant, index: index)
        for item in try await store.endpoints.list(.init(), tenant: tenant).items {
            let software = try await store.endpoints.software(item.id, tenant: tenant)
            let isUpdated = software.contains { $0.name == "curl" && $0.version == "7.88.1-10+deb12u6" }
            #expect(item.openFindings == (isUpdated ? 1 : 4))
        }
        try await expectSummaryIsExact()
    }

    @Test("a scan that is cut off leaves nothing of its batch, and the next one does all of it")
    func cutOff() async throws {
        try await database.addIntelligence()
        try await database.addEndpoints(3, in: database.a)
        let index = try await store.intelligence.buildIndex()
        let scan = try await store.owner.transaction { connection in
            _ = try await connection.query("SELECT lock_endpoints($1)", [.id(tenant)])
            let task = Task { try await store.scans.scan(tenant: tenant, index: index, at: monday) }
            var killed = 0
            while killed == 0 {
                killed = try await store.owner.query(
                    """
                    SELECT pg_terminate_backend(pid)
                    FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event = 'advisory'
                    """
                ).count
            }
            return task
        }
        await #expect(throws: PostgresError.self) { try await scan.value }
        #expect(try await setCount() == 0)
        let outcome = try await store.scans.scan(tenant: tenant, index: index, at: monday)
        #expect(outcome == scanned(endpoints: 3, changed: 3, opened: 12))
    }

    @Test("new circumstances change the risk of the findings that are there")
    func context() async throws {
        try await database.addIntelligence()
        let ids = try await database.addEndpoints(2, in: database.a)
        try await database.scan(database.a, at: monday)
        let before = try await findings(ids[0])
        try await store.endpoints.setContext(
            ids[0], exposure: "external", criticality: "crown", by: database.a.administrator)
        try await database.scan(database.a, at: tuesday)
        let after = try await findings(ids[0])
        for (cve, finding) in after {
            let old = try #require(before[cve])
            #expect(finding.riskScore >= old.riskScore)
            #expect(finding.detectedAt == monday)
        }
        #expect(after.values.map(\.riskScore).reduce(0, +) > before.values.map(\.riskScore).reduce(0, +))
        #expect(try await findings(ids[1]).mapValues(\.riskScore) == before.mapValues(\.riskScore))
        try await expectSummaryIsExact()
    }

    @Test("risk that goes down again takes the summary's highest with it")
    func loweredRisk() async throws {
        try await database.addIntelligence()
        let ids = try await database.addEndpoints(2, in: database.a)
        for (exposure, day) in [("external", monday), ("isolated", tuesday)] {
            try await store.endpoints.setContext(
                ids[0], exposure: exposure, criticality: nil, by: database.a.administrator)
            try await database.scan(database.a, at: day)
            try await expectSummaryIsExact()
        }
    }

    private func scanned(endpoints: Int = 0, changed: Int = 0, opened: Int = 0, remediated: Int = 0)
        -> ScanStore.Outcome
    {
        var outcome = ScanStore.Outcome()
        outcome.endpoints = endpoints
        outcome.changed = changed
        outcome.opened = opened
        outcome.remediated = remediated
        return outcome
    }
}
