import Domain
import FoundationEssentials
import Postgres
import Scanner

/// What sources report of groups of endpoints, with what intelligence knows of it.
struct ReportedSets: Sendable {
    let store: Store
    let tenant: TenantID
    private var sets: [UUID: [ReportedVulnerability]] = [:]
    private var facts: [String: ReportedVulnerability.Facts] = [:]
    /// As sources say.
    private var vectors: [String: String] = [:]

    init(store: Store, tenant: TenantID) {
        self.store = store
        self.tenant = tenant
    }

    func load(_ ids: Set<UUID>) async throws -> ReportedSets {
        if ids.isEmpty { return self }
        var loaded = self
        let rows = try await store.app.query(
            "SELECT hash, reports::text FROM reported_sets WHERE tenant_id = $1 AND hash = ANY($2)",
            [.id(tenant), .uuidArray(Array(ids))], tenant: tenant)
        let decoder = JSONDecoder()
        for row in rows {
            loaded.sets[try row.decode(0)] = try decoder.decode(
                [ReportedVulnerability].self, from: Data(try row.decode(1, as: String.self).utf8))
        }
        for report in loaded.sets.values.joined() { loaded.vectors[report.id] = report.vector }
        let names = Set(loaded.sets.values.joined().map(\.id))
        // The catalogue lacks what nothing but a source has named yet.
        for row in try await store.owner.query(Self.known, [.textArray(Array(names))], tenant: nil) {
            loaded.facts[try row.decode(0)] = ReportedVulnerability.Facts(
                severity: (try row.decode(1, as: String?.self)).flatMap(Severity.init(rawValue:)),
                score: try row.decode(2), vector: try row.decode(3), epss: try row.decode(4),
                isKnownExploited: try row.decode(5), exploitCount: Int(try row.decode(6, as: Int32.self)))
        }
        return loaded
    }

    private static let known = """
        SELECT n.id, v.severity, v.cvss_score, v.cvss_vector, coalesce(v.epss, p.probability::float8),
          v.kev_added IS NOT NULL OR k.cve IS NOT NULL,
          greatest(coalesce(v.exploit_count, 0), coalesce(cardinality(x.ids), 0))
        FROM unnest($1::text[]) AS n (id)
        LEFT JOIN vulnerabilities AS v ON v.cve_id = n.id
        LEFT JOIN epss_scores AS p ON p.cve = n.id
        LEFT JOIN known_exploited AS k ON k.cve = n.id
        LEFT JOIN exploits AS x ON x.cve = n.id
        """

    /// - Parameter set: nil for endpoints of which nothing is reported.
    func findings(of set: UUID?, on target: ScanTarget) -> [Finding] {
        (set.flatMap { sets[$0] } ?? []).map { $0.finding(facts[$0.id] ?? .init(), on: target) }
    }

    /// Nil for what a scan found.
    func vector(of finding: Finding) -> String? {
        guard finding.explanation.source == .reported else { return nil }
        return facts[finding.id]?.vector ?? vectors[finding.id]
    }
}
