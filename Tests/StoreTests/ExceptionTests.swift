import Domain
import FoundationEssentials
import Postgres
import Risk
import Store
import TestSupport
import Testing

@Suite("Exceptions", .database)
struct ExceptionTests {
    let database = TestDatabase.current
    var store: Store { database.store }
    var tenant: TenantID { database.a.id }
    let now = Seed.moment
    private let ann = "ann@alpha.test"

    private func principal(_ name: String, in tenant: TestTenant? = nil) -> Principal {
        Principal(tenant: (tenant ?? database.a).id, role: .admin, subject: .system, name: name)
    }

    private func seeded(_ count: Int) async throws -> [EndpointID] {
        try await database.addIntelligence()
        let ids = try await database.addEndpoints(count, in: database.a)
        try await database.scan(database.a)
        return ids
    }

    private func later(_ days: Double) -> Date { now.addingTimeInterval(days * 86_400) }

    private func request(
        _ cve: String? = SeedFeeds.high, package: String? = nil, endpoint: EndpointID? = nil, tag: String? = nil,
        days: Double = 30
    ) -> ExceptionRequest {
        ExceptionRequest(
            kind: .mitigated, cve: cve, package: package, endpoint: endpoint, tag: tag, reason: "behind a proxy",
            expiresAt: later(days))
    }

    private func status(_ cve: String = SeedFeeds.high, on endpoint: EndpointID) async throws -> FindingStatus {
        try await store.findings.finding(cve, on: endpoint, tenant: tenant).status
    }

    private func expectCountsAreExact(_ location: SourceLocation = #_sourceLocation) async throws {
        let differences = try await store.app.query(
            """
            SELECT v.vulnerability_id
            FROM tenant_vulnerabilities AS v
            LEFT JOIN (
              SELECT f.vulnerability_id, count(*) FILTER (WHERE f.status IN ('open', 'in_progress')) AS open,
                count(*) FILTER (WHERE f.status = 'exception') AS excepted
              FROM endpoints AS e
              JOIN findings AS f ON f.tenant_id = e.tenant_id AND f.finding_set_id = e.finding_set_id
              GROUP BY f.vulnerability_id
            ) AS c USING (vulnerability_id)
            WHERE (v.endpoints_affected, v.endpoints_excepted)
              IS DISTINCT FROM (coalesce(c.open, 0), coalesce(c.excepted, 0))
            UNION ALL
            SELECT e.id
            FROM endpoints AS e
            JOIN (
              SELECT finding_set_id, count(*) FILTER (WHERE status IN ('open', 'in_progress')) AS open,
                count(*) FILTER (WHERE status = 'exception') AS excepted
              FROM findings
              GROUP BY finding_set_id
            ) AS c USING (finding_set_id)
            WHERE (e.open_findings, e.excepted_findings) IS DISTINCT FROM (c.open, c.excepted)
            """, tenant: tenant)
        #expect(differences.isEmpty, sourceLocation: location)
    }

    @Test("sets the findings aside at once: out of the counts and the score, and still there")
    func grants() async throws {
        let ids = try await seeded(3)
        let before = try await store.endpoints.detail(ids[0], tenant: tenant).summary
        let exception = try await store.exceptions.request(
            request(SeedFeeds.exploited), by: principal(ann), at: now)
        #expect(exception.state == .active && exception.owner == ann && exception.findings == 3)
        for id in ids {
            let finding = try await store.findings.finding(SeedFeeds.exploited, on: id, tenant: tenant)
            #expect(finding.status == .exception)
            #expect(finding.history.last?.reason == "mitigated: behind a proxy")
            let endpoint = try await store.endpoints.detail(id, tenant: tenant)
            #expect(endpoint.summary.openFindings == 3 && endpoint.exceptedFindings == 1)
            #expect(endpoint.summary.riskScore < before.riskScore)
        }
        try await expectCountsAreExact()
        let trail = try await store.audit.list(.init(action: "exception.grant"), tenant: tenant).items
        #expect(trail.map(\.actor) == [ann] && trail.map(\.object) == [exception.id.description])
    }

    @Test("covers one endpoint, the endpoints of a tag, or a package: nothing else")
    func scopes() async throws {
        let ids = try await seeded(3)
        try await store.endpoints.setContext(
            ids[1], exposure: nil, criticality: nil, tags: ["lab"], by: database.a.administrator)
        _ = try await store.exceptions.request(request(endpoint: ids[0]), by: principal(ann), at: now)
        _ = try await store.exceptions.request(
            request(SeedFeeds.low, tag: "lab"), by: principal(ann), at: now)
        _ = try await store.exceptions.request(request(nil, package: "zlib"), by: principal(ann), at: now)
        for (place, id) in ids.enumerated() {
            #expect(try await status(on: id) == (place == 0 ? .exception : .open))
            #expect(try await status(SeedFeeds.low, on: id) == (place == 1 ? .exception : .open))
            #expect(try await status(SeedFeeds.unfixed, on: id) == .exception)
            #expect(try await status(SeedFeeds.exploited, on: id) == .open)
        }
        try await expectCountsAreExact()
        // A scan comes to the same.
        try await database.scan(database.a, at: later(1))
        #expect(try await status(on: ids[0]) == .exception)
        #expect(try await status(SeedFeeds.low, on: ids[1]) == .exception)
        try await expectCountsAreExact()
    }

    @Test("covers what a later scan finds")
    func newFindings() async throws {
        try await database.addIntelligence()
        try await database.addEndpoints(1, in: database.a)
        _ = try await store.exceptions.request(request(), by: principal(ann), at: now)
        try await database.scan(database.a)
        let id = try await database.addEndpoints(1, prefix: "late", in: database.a)[0]
        try await database.scan(database.a)
        let finding = try await store.findings.finding(SeedFeeds.high, on: id, tenant: tenant)
        #expect(finding.status == .exception && finding.history.map(\.to) == [.open, .exception])
        try await expectCountsAreExact()
    }

    @Test("ends by itself: the finding is open again, and the trail says so")
    func expires() async throws {
        let ids = try await seeded(2)
        let exception = try await store.exceptions.request(request(days: 10), by: principal(ann), at: now)
        #expect(try await store.exceptions.expire(at: later(9.9)) == 0)
        #expect(try await status(on: ids[0]) == .exception)
        #expect(try await store.exceptions.expire(at: later(10)) == 1)
        #expect(try await status(on: ids[0]) == .open)
        #expect(try await status(on: ids[1]) == .open)
        #expect(try await store.exceptions.find(exception.id, tenant: tenant).state == .expired)
        #expect(try await store.exceptions.expire(at: later(10)) == 0)
        try await expectCountsAreExact()
        #expect(try await store.audit.list(.init(action: "exception.expire"), tenant: tenant).items.count == 1)
    }

    @Test("that ends does not bring a fixed finding back")
    func fixedStaysFixed() async throws {
        let id = try await seeded(1)[0]
        let exception = try await store.exceptions.request(request(), by: principal(ann), at: now)
        _ = try await database.addEndpoints(1, packages: SeedPackages.updated, at: later(1), in: database.a)
        try await database.scan(database.a, at: later(1))
        #expect(try await status(on: id) == .remediated)
        try await store.exceptions.revoke(exception.id, by: principal(ann), at: later(2))
        #expect(try await status(on: id) == .remediated)
        _ = try await store.policies.reassess(tenant: tenant, at: later(3))
        try await database.scan(database.a, at: later(4))
        #expect(try await status(on: id) == .remediated)
        try await expectCountsAreExact()
    }

    @Test("stops the deadline's clock, which goes on with what was left")
    func clock() async throws {
        let id = try await seeded(1)[0]
        func due() async throws -> Date? {
            try await store.findings.finding(SeedFeeds.high, on: id, tenant: tenant).priority.dueAt
        }
        let first = try #require(try await due())
        let exception = try await store.exceptions.request(request(), by: principal(ann), at: later(2))
        #expect(try await due() == nil)
        try await store.exceptions.revoke(exception.id, by: principal(ann), at: later(7))
        #expect(try await due() == first.addingTimeInterval(5 * 86_400))
    }

    @Test("needs a second person where the tenant says so")
    func approval() async throws {
        let id = try await seeded(1)[0]
        _ = try await store.policies.activate(ExceptionPolicy(needsApproval: true), note: "", by: principal(ann))
        let exception = try await store.exceptions.request(request(), by: principal(ann), at: now)
        #expect(exception.state == .requested)
        #expect(try await status(on: id) == .open)
        await #expect(throws: StoreError.self) {
            try await store.exceptions.decide(exception.id, approve: true, by: principal(ann), at: now)
        }
        let approved = try await store.exceptions.decide(exception.id, approve: true, by: principal("bob"), at: now)
        #expect(approved.state == .active && approved.decidedBy == "bob")
        #expect(try await status(on: id) == .exception)
        await #expect(throws: StoreError.self) {
            try await store.exceptions.decide(exception.id, approve: false, by: principal("bob"), at: now)
        }
    }

    @Test("a token decides nothing that its person has asked for, and a person nothing that a token of theirs has")
    func approvalByToken() async throws {
        _ = try await seeded(1)
        _ = try await store.policies.activate(ExceptionPolicy(needsApproval: true), note: "", by: self.principal(ann))
        let (user, other) = (UserID.make(), UserID.make())
        func principal(_ subject: Principal.Subject, _ name: String, of owner: UserID? = nil) -> Principal {
            Principal(tenant: tenant, role: .admin, subject: subject, name: name, owner: owner)
        }
        let person = principal(.user(user), ann)
        let token = principal(.token(.make()), "deploy", of: user)
        let second = principal(.token(.make()), "deploy", of: other)
        for (asks, decides) in [(person, token), (token, person), (token, principal(.token(.make()), "x", of: user))] {
            let exception = try await store.exceptions.request(request(), by: asks, at: now)
            await #expect(throws: StoreError.self) {
                try await store.exceptions.decide(exception.id, approve: true, by: decides, at: now)
            }
            // Another person's token of the same name is another person.
            let decided = try await store.exceptions.decide(exception.id, approve: false, by: second, at: now)
            #expect(decided.state == .rejected)
        }
    }

    @Test("is refused without an end, with one too far away, or about nothing")
    func refused() async throws {
        _ = try await seeded(1)
        for wrong in [
            request(days: 0), request(days: 366), request(nil), request("CVE-1999-0000"),
            request(endpoint: EndpointID.make()),
            ExceptionRequest(kind: .accepted, cve: SeedFeeds.high, reason: " ", expiresAt: later(1)),
        ] {
            await #expect(throws: StoreError.self) {
                try await store.exceptions.request(wrong, by: principal(ann), at: now)
            }
        }
        #expect(try await store.exceptions.list(.init(), tenant: tenant).items.isEmpty)
        #expect(try await store.audit.list(.init(action: "exception.grant"), tenant: tenant).items.isEmpty)
    }

    @Test("of another tenant is not there")
    func isolated() async throws {
        let ids = try await seeded(1)
        let exception = try await store.exceptions.request(request(), by: principal(ann), at: now)
        let stranger = principal("eve", in: database.b)
        await #expect(throws: StoreError.self) {
            try await store.exceptions.revoke(exception.id, by: stranger, at: now)
        }
        await #expect(throws: StoreError.self) {
            try await store.exceptions.request(request(endpoint: ids[0]), by: stranger, at: now)
        }
        #expect(try await status(on: ids[0]) == .exception)
    }

    @Test("a person sets a finding to in progress and back, with an audit event; not past an exception")
    func statusByHand() async throws {
        let id = try await seeded(1)[0]
        try await store.findings.setStatus(
            .inProgress, of: SeedFeeds.high, on: id, reason: "patching", by: principal(ann))
        #expect(try await status(on: id) == .inProgress)
        #expect(try await store.audit.list(.init(action: "finding.status"), tenant: tenant).items.count == 1)
        _ = try await store.exceptions.request(request(), by: principal(ann), at: now)
        #expect(try await status(on: id) == .exception)
        await #expect(throws: StoreError.self) {
            try await store.findings.setStatus(.open, of: SeedFeeds.high, on: id, reason: "", by: principal(ann))
        }
        #expect(try await store.audit.list(.init(action: "finding.status"), tenant: tenant).items.count == 1)
    }
}
