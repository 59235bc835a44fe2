import Domain
import FoundationEssentials
import Postgres
import Scanner

extension PatchStore {
    /// What a patch is on one endpoint.
    public struct Content: Sendable, Equatable {
        public let endpoint: EndpointID
        /// A finding is open there that it ends, and no other in its place.
        public let isNeeded: Bool
        /// What it brings is there already, in its version or a newer one.
        public let isInstalled: Bool
        /// The packages to install; none where the endpoint has them and runs what was before, as a kernel until its
        /// restart, and none of what no package manager installs.
        public let packages: [PackageChange]

        package init(
            endpoint: EndpointID, isNeeded: Bool = true, isInstalled: Bool = false, packages: [PackageChange]
        ) {
            self.endpoint = endpoint
            self.isNeeded = isNeeded
            self.isInstalled = isInstalled
            self.packages = packages
        }
    }

    /// What is to be installed, for each of the endpoints: by what is installed there, whether another patch has taken the
    /// place of this one meanwhile or not. Endpoints with one list of software share
    /// what is found for it.
    /// - Parameter endpoints: nil for all of the tenant's that need it.
    /// - Throws: `StoreError.notFound` where there is no such patch.
    public func content(
        of patch: PatchID, on endpoints: [EndpointID]? = nil, tenant: TenantID
    ) async throws -> [Content] {
        let patched = try await packages(of: patch)
        let holders = try await holders(of: patch, among: endpoints, tenant: tenant)
        let software = try await software(of: patched, in: Set(holders.compactMap(\.software)), tenant: tenant)
        var found: [Holder.Key: (changes: [PackageChange], isInstalled: Bool)] = [:]
        return holders.map { holder in
            let changes = PackageChanges(patched, on: holder.key.system)
            let listed = holder.software.flatMap { software[$0] } ?? []
            let state = found[holder.key] ?? (changes.changes(of: listed), changes.areIn(listed))
            found[holder.key] = state
            return Content(
                endpoint: holder.endpoint, isNeeded: holder.isNeeded, isInstalled: state.isInstalled,
                packages: state.changes)
        }
    }

    /// What the patch brings to which version; empty where no package manager installs it, as releases of applications
    /// and of Apple's systems.
    /// - Throws: `StoreError.notFound`.
    package func packages(of patch: PatchID) async throws -> [PatchedPackage] {
        let rows = try await store.app.query(
            """
            SELECT k.ecosystem, k.package, k.fixed_version, k.stream
            FROM patches AS p
            LEFT JOIN patch_packages AS k ON k.patch_id = p.id
            WHERE p.id = $1
            ORDER BY k.ecosystem, k.package, k.fixed_version
            """, [.id(patch)], tenant: nil)
        if rows.isEmpty { throw StoreError.notFound(kind: "patch", id: patch.description) }
        return try rows.compactMap { row in
            guard let ecosystem = try row.decode(0, as: String?.self).map({ Ecosystem(osv: $0) }),
                ecosystem.isDistribution
            else { return nil }
            return PatchedPackage(
                ecosystem: ecosystem, name: try row.decode(1), fixed: try row.decode(2),
                stream: try row.decode(3))
        }
    }

    /// An endpoint that needs a patch.
    private struct Holder {
        struct Key: Hashable {
            let software: UUID?
            let system: Ecosystem
        }

        let endpoint: EndpointID
        let key: Key
        let isNeeded: Bool

        var software: UUID? { key.software }

        init(_ row: Row) throws {
            endpoint = try row.decode(0)
            key = Key(
                software: try row.decode(1),
                system: Ecosystem(osv: "\(try row.decode(2, as: String.self)):\(try row.decode(3, as: String.self))"))
            isNeeded = try row.decode(4)
        }
    }

    private func holders(
        of patch: PatchID, among endpoints: [EndpointID]?, tenant: TenantID
    ) async throws -> [Holder] {
        guard let endpoints else {
            return try await database.query(
                """
                SELECT e.id, e.software_set, e.os_id, e.os_version, true
                FROM finding_set_patches AS p
                JOIN endpoints AS e ON e.tenant_id = $1 AND e.finding_set_id = p.finding_set_id
                WHERE p.tenant_id = $1 AND p.patch_id = $2
                ORDER BY e.id
                """, [.id(tenant), .id(patch)], tenant: tenant
            ).map(Holder.init)
        }
        return try await database.query(
            """
            SELECT e.id, e.software_set, e.os_id, e.os_version, EXISTS (
              SELECT
              FROM finding_set_patches AS p
              WHERE p.tenant_id = $1 AND p.patch_id = $2 AND p.finding_set_id = e.finding_set_id)
            FROM (SELECT DISTINCT unnest($3::uuid[])) AS n (id)
            JOIN endpoints AS e ON e.tenant_id = $1 AND e.id = n.id
            ORDER BY e.id
            """, [.id(tenant), .id(patch), .uuidArray(endpoints.map(\.uuid))], tenant: tenant
        ).map(Holder.init)
    }

    /// Of each list of software the packages that may be meant, by their own names and those of their sources.
    private func software(
        of patched: [PatchedPackage], in sets: Set<UUID>, tenant: TenantID
    ) async throws -> [UUID: [InstalledPackage]] {
        try await software(try await titles(named: Set(patched.map(\.name))), in: sets, tenant: tenant)
    }

    /// Which of some titles each list of software has.
    func software(
        _ titles: [Int64: InstalledPackage], in sets: Set<UUID>, tenant: TenantID
    ) async throws -> [UUID: [InstalledPackage]] {
        if titles.isEmpty || sets.isEmpty { return [:] }
        let rows = try await database.query(
            """
            SELECT s.hash, array_agg(i.id)
            FROM software_sets AS s
            CROSS JOIN LATERAL unnest(s.title_ids) AS i (id)
            JOIN unnest($2::bigint[]) AS t (id) ON t.id = i.id
            WHERE s.tenant_id = $1 AND s.hash = ANY($3)
            GROUP BY s.hash
            """, [.id(tenant), .int8Array(Array(titles.keys)), .uuidArray(Array(sets))], tenant: tenant)
        var software: [UUID: [InstalledPackage]] = [:]
        for row in rows {
            software[try row.decode(0)] = try row.decode(1, as: [Int64].self).compactMap { titles[$0] }
        }
        return software
    }

    private func titles(named names: Set<String>) async throws -> [Int64: InstalledPackage] {
        if names.isEmpty { return [:] }
        // Kernels come from sources that wrap the one with the advisories.
        let kernels =
            names.contains { $0.hasPrefix("linux") }
            ? """
            UNION
            SELECT id
            FROM software_titles
            WHERE folded_name(source) COLLATE "C" >= 'linux' AND folded_name(source) COLLATE "C" < 'linux~'
            """ : ""
        let ids = try await store.owner.query(
            """
            SELECT id FROM software_titles WHERE folded_name(name) COLLATE "C" = ANY($1)
            UNION
            SELECT id FROM software_titles WHERE folded_name(source) COLLATE "C" = ANY($1)
            \(kernels)
            """, [.textArray(names.map(LookupReach.folded))], tenant: nil
        ).map { try $0.decode(0, as: Int64.self) }
        return try await SoftwareTitles(owner: store.owner).packages(ids)
    }
}
