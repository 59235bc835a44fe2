import Domain
import Postgres
import Scanner

/// A distinct package version on endpoints of one system.
public struct TitleInUse: Sendable {
    public let package: InstalledPackage
    public let system: Ecosystem
    public let endpoints: Int
}

extension Store {
    /// What is installed on a tenant's endpoints, each package version once for each system.
    public func softwareTitlesInUse(tenant: TenantID) async throws -> [TitleInUse] {
        let rows = try await app.query(
            """
            WITH used AS (
              SELECT software_set, os_id, os_version, count(*) AS endpoints
              FROM endpoints
              WHERE tenant_id = $1 AND software_set IS NOT NULL
              GROUP BY software_set, os_id, os_version
            ), titles AS (
              SELECT i.title_id, u.os_id, u.os_version, sum(u.endpoints)::bigint AS endpoints
              FROM used AS u
              JOIN software_sets AS s ON s.tenant_id = $1 AND s.hash = u.software_set
              CROSS JOIN LATERAL unnest(s.title_ids) AS i (title_id)
              GROUP BY i.title_id, u.os_id, u.os_version
            )
            SELECT t.type, t.name, t.version, t.vendor, t.cpe, t.bundle_identifier, t.signer, i.os_id, i.os_version,
              i.endpoints
            FROM titles AS i
            JOIN software_titles AS t ON t.id = i.title_id
            """, [.id(tenant)], tenant: tenant)
        return try rows.map { row in
            TitleInUse(
                package: InstalledPackage(
                    type: try row.decode(0), name: try row.decode(1), version: try row.decode(2),
                    vendor: try row.decode(3), cpe: try row.decode(4), bundleIdentifier: try row.decode(5),
                    signer: try row.decode(6)),
                system: Ecosystem(osv: "\(try row.decode(7, as: String.self)):\(try row.decode(8, as: String.self))"),
                endpoints: Int(try row.decode(9, as: Int64.self)))
        }
    }
}

/// How much of a tenant's software some loaded intelligence can speak of.
public struct SoftwareCoverage: Sendable {
    /// A package version that matched nothing, and on how many endpoints it is.
    public struct Item: Sendable {
        public let software: UnmatchedSoftware
        public let endpoints: Int
    }

    /// Distinct package versions, by system.
    public let packages: Int
    public let judged: Int
    /// On most endpoints first.
    public let unmatched: [Item]

    public init(_ titles: [TitleInUse], index: ScanIndex) {
        packages = titles.count
        let items = titles.compactMap { title in
            index.unmatched(title.package, system: title.system).map { Item(software: $0, endpoints: title.endpoints) }
        }
        judged = titles.count - items.count
        unmatched = items.sorted {
            ($1.endpoints, $0.software.name, $0.software.version) < (
                $0.endpoints, $1.software.name, $1.software.version
            )
        }
    }

    /// 0…100; 100 of nothing.
    public var percent: Double { packages == 0 ? 100 : Double(judged) / Double(packages) * 100 }
}
