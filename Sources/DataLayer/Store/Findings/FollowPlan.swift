import Domain
import Postgres
import Scanner

/// What changed of the intelligence since a tenant's findings were last brought up to it, and an index of that.
struct FollowPlan: Sendable {
    enum Choice: Sendable {
        /// Nothing has changed that the tenant has.
        case nothing
        /// Another import has been done meanwhile.
        case overtaken
        case follow(FollowPlan)
        case wholeScan(WholeScanReason)
    }

    let revision: Int64
    /// Those that are judged anew.
    let vulnerabilities: Set<String>
    /// Whether others than those that have them may have them now.
    let isMatched: Bool
    /// Every record on these vulnerabilities.
    let excerpt: ScanIndex
    /// An index of this revision, or a later one, identifies applications as they are now.
    let productsRevision: Int64

    /// More than these are worth a whole scan: a distribution's release day.
    static let limit = 2_000
}

/// Decides how a tenant's findings follow.
struct FollowPlanner {
    let store: Store
    let tenant: TenantID

    /// - Parameter target: the newest revision, below which nothing is written any more.
    func choose(_ target: Int64) async throws -> FollowPlan.Choice {
        let row = try await store.app.query(
            "SELECT matched_revision FROM tenants WHERE id = $1", [.id(tenant)], tenant: tenant)
        let start: Int64 = try row.first?.decode(0) ?? 0
        return try await store.owner.transaction(tenant: nil) { connection in
            let reader = IndexReader(connection: connection)
            try await reader.begin()
            guard try await reader.revision() == target else { return .overtaken }
            if start >= target { return .nothing }
            let log = RevisionLog(connection: connection, start: start)
            let summary = try await log.summary()
            if let reason = try await reason(summary) { return .wholeScan(reason) }
            let changes = try await log.changes()
            guard changes.matched.count <= FollowPlan.limit else { return .wholeScan(.manyVulnerabilities) }
            let rated = try await known(summary.hasAllFacts ? nil : changes.rated)
            let all = changes.matched.union(rated)
            if all.isEmpty { return .nothing }
            guard all.count <= FollowPlan.limit else { return .wholeScan(.manyVulnerabilities) }
            return .follow(
                FollowPlan(
                    revision: target, vulnerabilities: all, isMatched: !changes.matched.isEmpty,
                    excerpt: try await reader.excerpt(of: all.sorted(), ecosystems: summary.ecosystems),
                    productsRevision: summary.productsRevision))
        }
    }

    private func reason(_ summary: RevisionLog.Summary) async throws -> WholeScanReason? {
        guard let before = summary.ecosystemsBefore else { return .unknownStart }
        if summary.isEverything { return .everything }
        if before != summary.ecosystems { return .ecosystems }
        if summary.hasPatches, try await hasWindows() { return .patches }
        return nil
    }

    /// Those of which the tenant has, or had, findings.
    /// - Parameter vulnerabilities: nil for all.
    private func known(_ vulnerabilities: Set<String>?) async throws -> Set<String> {
        if vulnerabilities?.isEmpty == true { return [] }
        let rows = try await store.app.query(
            """
            SELECT v.cve_id
            FROM tenant_vulnerabilities AS t
            JOIN vulnerabilities AS v ON v.id = t.vulnerability_id
            WHERE t.tenant_id = $1 AND ($2::text[] IS NULL OR v.cve_id = ANY($2))
            LIMIT \(FollowPlan.limit + 1)
            """, [.id(tenant), vulnerabilities.map { .textArray(Array($0)) } ?? .null], tenant: tenant)
        return Set(try rows.map { try $0.decode(0, as: String.self) })
    }

    private func hasWindows() async throws -> Bool {
        try await store.app.query(
            """
            SELECT EXISTS (
              SELECT FROM software_sets
              WHERE tenant_id = $1
                AND title_ids && (SELECT coalesce(array_agg(id), '{}') FROM software_titles WHERE type = $2))
            """, [.id(tenant), .text(InstalledPackage.windowsType)], tenant: tenant
        )[0].decode(0)
    }
}

/// The revisions after one, as their imports noted them.
struct RevisionLog {
    let connection: Connection
    let start: Int64

    struct Summary {
        let isEverything: Bool
        let hasAllFacts: Bool
        let hasPatches: Bool
        let productsRevision: Int64
        /// Nil where the start is not on record.
        let ecosystemsBefore: [String]?
        let ecosystems: [String]
    }

    func summary() async throws -> Summary {
        let row = try await connection.query(
            """
            SELECT coalesce(bool_or(is_everything), false), coalesce(bool_or(has_all_facts), false),
              coalesce(bool_or(has_patches), false),
              (SELECT coalesce(max(revision), 0) FROM intelligence_revisions WHERE has_products OR is_everything),
              (SELECT ecosystems FROM intelligence_revisions WHERE revision = $1),
              (SELECT ecosystems FROM intelligence_revisions ORDER BY revision DESC LIMIT 1)
            FROM intelligence_revisions
            WHERE revision > $1
            """, [.int8(start)])[0]
        return Summary(
            isEverything: try row.decode(0), hasAllFacts: try row.decode(1), hasPatches: try row.decode(2),
            productsRevision: try row.decode(3), ecosystemsBefore: try row.decode(4), ecosystems: try row.decode(5))
    }

    func changes() async throws -> (matched: Set<String>, rated: Set<String>) {
        let rows = try await connection.query(
            """
            SELECT cve_id, bool_or(is_matched)
            FROM intelligence_changes
            WHERE revision > $1
            GROUP BY cve_id
            """, [.int8(start)])
        var (matched, rated) = (Set<String>(), Set<String>())
        for row in rows {
            if try row.decode(1, as: Bool.self) {
                matched.insert(try row.decode(0))
            } else {
                rated.insert(try row.decode(0))
            }
        }
        return (matched, rated)
    }
}
