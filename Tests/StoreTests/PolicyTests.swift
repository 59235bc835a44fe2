import Domain
import FoundationEssentials
import Postgres
import Risk
import Store
import TestSupport
import Testing

@Suite("Policies", .database)
struct PolicyTests {
    let database = TestDatabase.current
    var store: Store { database.store }
    var tenant: TenantID { database.a.id }
    /// Half a year after the scan: the shorter deadlines are over.
    let now = Seed.moment.addingTimeInterval(60 * 86_400)

    private var admin: Principal { database.a.administrator }

    /// Machines of several kinds, some of them fixed in the meantime.
    private func seeded() async throws -> [EndpointID] {
        try await database.addIntelligence()
        let ids = try await database.addEndpoints(6, in: database.a)
        try await store.endpoints.setContext(
            ids[0], exposure: "external", criticality: "crown", by: database.a.administrator)
        try await store.endpoints.setContext(
            ids[1], exposure: nil, criticality: "low", tags: ["lab"], by: database.a.administrator)
        try await database.scan(database.a)
        let fixed = Seed.moment.addingTimeInterval(20 * 86_400)
        _ = try await store.inventories.ingest(
            [Seed.inventory("host-5", packages: SeedPackages.updated, at: fixed)], tenant: tenant)
        try await database.scan(database.a, at: fixed)
        return ids
    }

    /// The findings as they are, counted by other means than the preview's.
    private func figures(at now: Date, warningDays: Int) async throws -> PolicyFigures {
        let row = try await store.app.query(
            """
            SELECT count(*) FILTER (WHERE o), count(*) FILTER (WHERE f.status = 'exception'),
              count(*) FILTER (WHERE o AND f.due_at <= $1),
              count(*) FILTER (WHERE o AND f.due_at > $1 AND f.due_at <= $1 + make_interval(days => $2::int)),
              count(*) FILTER (WHERE f.due_at <= coalesce(f.remediated_at, $1)
                AND (o OR f.due_at >= $1 - interval '90 days')),
              count(*) FILTER (WHERE o AND f.risk_score >= 80),
              count(*) FILTER (WHERE o AND f.risk_score >= 45 AND f.risk_score < 80),
              count(*) FILTER (WHERE o AND f.risk_score >= 26 AND f.risk_score < 45),
              count(*) FILTER (WHERE o AND f.risk_score < 26)
            FROM endpoints AS e
            JOIN findings AS f ON f.tenant_id = e.tenant_id AND f.finding_set_id = e.finding_set_id
            CROSS JOIN LATERAL (SELECT f.status IN ('open', 'in_progress')) AS s (o)
            """, [.timestamptz(now), .int4(Int32(warningDays))], tenant: tenant)[0]
        let statuses = try await store.app.query(
            "SELECT status, count(*) FROM endpoints GROUP BY status", tenant: tenant)
        var figures = PolicyFigures()
        figures.open = try row.decode(0)
        figures.excepted = try row.decode(1)
        figures.overdue = try row.decode(2)
        figures.dueSoon = try row.decode(3)
        figures.breaches = try row.decode(4)
        figures.critical = try row.decode(5)
        figures.high = try row.decode(6)
        figures.medium = try row.decode(7)
        figures.low = try row.decode(8)
        for status in statuses {
            let count: Int = try status.decode(1)
            switch EndpointStatus(rawValue: try status.decode(0)) {
            case .healthy: figures.healthyEndpoints = count
            case .atRisk: figures.atRiskEndpoints = count
            case .critical: figures.criticalEndpoints = count
            case nil: break
            }
        }
        return figures
    }

    /// Every finding with what a policy decides of it.
    private func findings() async throws -> [String: [String]] {
        var found: [String: [String]] = [:]
        for row in try await store.app.query(
            """
            SELECT e.hostname || ' ' || v.cve_id, f.risk_score::text, f.status, coalesce(f.due_at::text, '')
            FROM endpoints AS e
            JOIN findings AS f ON f.tenant_id = e.tenant_id AND f.finding_set_id = e.finding_set_id
            JOIN vulnerabilities AS v ON v.id = f.vulnerability_id
            """, tenant: tenant)
        {
            found[try row.decode(0)] = [try row.decode(1), try row.decode(2), try row.decode(3)]
        }
        return found
    }

    /// The open vulnerabilities as the list shows them.
    private func ranking() async throws -> [String] {
        try await store.app.query(
            """
            SELECT v.cve_id
            FROM tenant_vulnerabilities AS t
            JOIN vulnerabilities AS v ON v.id = t.vulnerability_id
            WHERE t.endpoints_affected > 0
            ORDER BY t.max_risk DESC, v.cve_id
            """, tenant: tenant
        ).map { try $0.decode(0) }
    }

    enum Change: String, CaseIterable {
        case weights, deadlines, both, exception, taggedException, ending
    }

    @Test("what the preview shows is what follows, to the last finding", arguments: Change.allCases)
    func previewIsExact(_ change: Change) async throws {
        let ids = try await seeded()
        _ = try await store.policies.reassess(tenant: tenant, at: now)
        let standing = try await store.exceptions.request(
            ExceptionRequest(
                kind: .accepted, cve: SeedFeeds.unfixed, endpoint: ids[2], reason: "old",
                expiresAt: now.addingTimeInterval(86_400)), by: admin, at: now)
        let weights = RiskWeights(prediction: 9, external: 4, lowAsset: 0.2, crownAsset: 6, exploitedFloor: 90)
        let deadlines = DeadlinePolicy(
            critical: 90, high: 59, medium: 70, low: nil, knownExploited: 3, crownAsset: 2, warningDays: 10)
        let request = ExceptionRequest(
            kind: .wontFix, cve: SeedFeeds.exploited, tag: change == .taggedException ? "lab" : nil, reason: "known",
            expiresAt: now.addingTimeInterval(86_400 * 5))
        var asked = PolicyChange()
        if change == .weights || change == .both { asked.weights = weights }
        if change == .deadlines || change == .both { asked.deadlines = deadlines }
        if change == .exception || change == .taggedException { asked.granting = request }
        if change == .ending { asked.ending = standing.id }

        let (before, order) = (try await findings(), try await ranking())
        let diff = try await store.policies.preview(asked, tenant: tenant, at: now)
        #expect(try await findings() == before, "a preview changes nothing")
        let counted = try await figures(at: now, warningDays: DeadlinePolicy.standard.warningDays)
        #expect(diff.before == counted)
        #expect(diff.topBefore == order)

        if let weights = asked.weights { _ = try await store.policies.activate(weights, note: "", by: admin) }
        if let deadlines = asked.deadlines { _ = try await store.policies.activate(deadlines, note: "", by: admin) }
        if let request = asked.granting { _ = try await store.exceptions.request(request, by: admin, at: now) }
        if let id = asked.ending { try await store.exceptions.revoke(id, by: admin, at: now) }
        let changed = try await store.policies.reassess(tenant: tenant, at: now)
        if asked.granting == nil, asked.ending == nil { #expect(changed == diff.endpoints) }

        let after = try await findings()
        let warning = (asked.deadlines ?? .standard).warningDays
        let recounted = try await figures(at: now, warningDays: warning)
        #expect(diff.after == recounted)
        let newOrder = try await ranking()
        #expect(diff.topAfter == newOrder)
        #expect(diff.findings == after.count { before[$0.key] != $0.value })
        #expect(diff.findings > 0)
    }

    @Test("a scan and a reassessment come to the same, and again to nothing", arguments: [true, false])
    func scanAgrees(usesOwnPolicy: Bool) async throws {
        _ = try await seeded()
        if usesOwnPolicy {
            _ = try await store.policies.activate(
                RiskWeights(prediction: 8, external: 3, highAsset: 2, crownAsset: 5), note: "", by: admin)
            _ = try await store.policies.activate(DeadlinePolicy(high: 5, crownAsset: 1), note: "", by: admin)
        }
        _ = try await store.policies.reassess(tenant: tenant, at: now)
        let reassessed = try await findings()
        #expect(try await store.policies.reassess(tenant: tenant, at: now) == 0)
        let outcome = try await database.scan(database.a, at: now)
        #expect(outcome.changed == 0)
        #expect(try await findings() == reassessed)
    }

    @Test("weights in force rerank findings and endpoints, and the standard brings the published risks back")
    func weights() async throws {
        let ids = try await seeded()
        let before = try await findings()
        _ = try await store.policies.activate(RiskWeights(severity: 9), note: "try", by: admin)
        #expect(try await store.policies.reassess(tenant: tenant, at: now) == 6)
        let raised = try await store.endpoints.detail(ids[3], tenant: tenant).summary
        #expect(try await findings() != before)
        _ = try await store.policies.activate(RiskWeights.standard, note: "back", by: admin)
        _ = try await store.policies.reassess(tenant: tenant, at: now)
        #expect(try await findings() == before)
        let restored = try await store.endpoints.detail(ids[3], tenant: tenant).summary
        #expect(raised.riskScore > restored.riskScore)
        let history = try await store.policies.history(.weights, tenant: tenant)
        #expect(history.map(\.number) == [2, 1] && history.map(\.note) == ["back", "try"])
        #expect(try await store.audit.list(.init(action: "policy.activate"), tenant: tenant).items.count == 2)
    }

    @Test("an activation queues the task that judges the findings; a policy out of bounds leaves nothing")
    func activation() async throws {
        let task = try await store.policies.activate(DeadlinePolicy(critical: 1), note: "", by: admin)
        #expect(try await store.jobs.find(task, tenant: tenant).kind == "reassess")
        await #expect(throws: StoreError.self) {
            try await store.policies.activate(DeadlinePolicy(critical: 0), note: "", by: admin)
        }
        #expect(try await store.policies.history(.deadlines, tenant: tenant).count == 1)
        #expect(try await store.policies.current(tenant: database.b.id).deadlines == .standard)
    }

    @Test("findings get CISA's decision and timeline with the scan")
    func urgency() async throws {
        let ids = try await seeded()
        let crown = try await store.findings.finding(SeedFeeds.exploited, on: ids[0], tenant: tenant).priority
        #expect(crown.ssvc == .act && crown.timeline == .threeDaysForensics)
        let low = try await store.findings.finding(SeedFeeds.exploited, on: ids[1], tenant: tenant).priority
        #expect(low.ssvc == .attend && low.timeline == .threeDaysForensics)
        let unfixed = try await store.findings.finding(SeedFeeds.unfixed, on: ids[3], tenant: tenant).priority
        #expect(unfixed.ssvc == .track && unfixed.timeline == .systemUpgrade)
    }
}
