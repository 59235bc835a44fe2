import Domain
import FoundationEssentials
import Postgres
import Scanner

/// The tenant's sets of software that hold a package of which an excerpt of the intelligence speaks, and what has to be
/// looked at of each: these packages alone where they are judged by themselves, everything where they are not.
struct TouchedSoftware: Sendable {
    /// Titles by set.
    fileprivate(set) var sets: [UUID: [Int64]] = [:]
    fileprivate var titles: [Int64: InstalledPackage] = [:]
    /// Whether there are applications that only the identification of everything tells.
    fileprivate(set) var needsProducts = false

    func packages(of set: UUID) -> [InstalledPackage] { (sets[set] ?? []).compactMap { titles[$0] } }
}

/// Looks for them.
struct TouchedSoftwareReader {
    let store: Store
    let tenant: TenantID
    let plan: FollowPlan
    /// Whether the excerpt identifies applications as the index of everything does.
    let knowsProducts: Bool

    func read() async throws -> TouchedSoftware {
        let keys = plan.excerpt.packagesAffected(byVulnerabilities: plan.vulnerabilities)
        let reach = LookupReach(keys)
        var titles = try await named(reach)
        if reach.hasWindows {
            for id in try await ids(ofTypes: [InstalledPackage.windowsType]) { titles[id] = .beside }
        }
        var products = Set<Int64>()
        if reach.hasProducts {
            products = try await self.products(keys)
            for id in products { titles[id] = .beside }
        }
        var software = TouchedSoftware()
        for (set, ids) in try await holders(of: Array(titles.keys)) { software.sets[set] = ids }
        software.needsProducts =
            !knowsProducts && software.sets.values.contains { $0.contains(where: products.contains) }
        let whole = software.sets.filter { $0.value.contains { titles[$0] == .beside } }.map(\.key)
        let matcher = SetMatcher(store: store, tenant: tenant, index: plan.excerpt)
        for (set, ids) in try await matcher.titleIDs(of: Set(whole)) { software.sets[set] = ids }
        software.titles = try await SoftwareTitles(owner: store.owner).packages(
            Array(Set(software.sets.values.joined())))
        return software
    }

    /// Titles by their names and those of their sources.
    private func named(_ reach: LookupReach) async throws -> [Int64: LookupReach.Concern] {
        if reach.names.isEmpty { return [:] }
        let rows = try await store.owner.query(
            """
            WITH wanted AS (
              SELECT id, type FROM software_titles WHERE folded_name(name) COLLATE "C" = ANY($1)
              UNION
              SELECT id, type FROM software_titles WHERE folded_name(source) COLLATE "C" = ANY($1)
              \(reach.prefixes.map(Self.beginning).joined())
            )
            SELECT id, type FROM wanted
            """, [.textArray(Array(reach.names))], tenant: nil)
        var titles: [Int64: LookupReach.Concern] = [:]
        for row in rows {
            let concern = reach.concern(ofType: try row.decode(1))
            if concern != .none { titles[try row.decode(0)] = concern }
        }
        return titles
    }

    /// - Parameter word: in small letters.
    private static func beginning(with word: String) -> String {
        ["name", "source"].map { column in
            """

              UNION
              SELECT id, type
              FROM software_titles
              WHERE folded_name(\(column)) COLLATE "C" >= '\(word)' AND folded_name(\(column)) COLLATE "C" < '\(word)~'
            """
        }.joined()
    }

    private func ids(ofTypes types: [String]) async throws -> [Int64] {
        try await store.owner.query(
            "SELECT id FROM software_titles WHERE type = ANY($1)", [.textArray(types)], tenant: nil
        ).map { try $0.decode(0) }
    }

    /// Applications that are looked up as one of the products; all of them where nothing tells what they are.
    private func products(_ keys: Set<PackageKey>) async throws -> Set<Int64> {
        let types = try await store.owner.query("SELECT DISTINCT type FROM software_titles", [], tenant: nil)
            .map { try $0.decode(0, as: String.self) }.filter(LookupReach.isProduct)
        if types.isEmpty { return [] }
        let all = try await ids(ofTypes: types)
        if !knowsProducts { return Set(all) }
        let systems = try await systems()
        let packages = try await SoftwareTitles(owner: store.owner).packages(all)
        return Set(
            packages.filter { _, package in
                systems.contains { LookupReach.names(keys, package, on: $0, in: plan.excerpt) }
            }.keys)
    }

    private func systems() async throws -> [Ecosystem] {
        try await store.app.query(
            "SELECT DISTINCT os_id, os_version FROM endpoints WHERE tenant_id = $1", [.id(tenant)], tenant: tenant
        ).map { Ecosystem(osv: "\(try $0.decode(0, as: String.self)):\(try $0.decode(1, as: String.self))") }
    }

    /// Sets that hold any of the titles, with those that they hold.
    private func holders(of titles: [Int64]) async throws -> [(UUID, [Int64])] {
        if titles.isEmpty { return [] }
        return try await store.app.query(
            """
            SELECT s.hash, array_agg(i.id ORDER BY i.id)
            FROM software_sets AS s
            CROSS JOIN LATERAL unnest(s.title_ids) AS i (id)
            JOIN unnest($2::bigint[]) AS t (id) ON t.id = i.id
            WHERE s.tenant_id = $1
            GROUP BY s.hash
            """, [.id(tenant), .int8Array(titles)], tenant: tenant
        ).map { (try $0.decode(0), try $0.decode(1)) }
    }
}
