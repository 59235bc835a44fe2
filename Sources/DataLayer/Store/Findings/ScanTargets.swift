import Domain
import FoundationEssentials
import Postgres
import Risk
import Scanner

extension ScanStore {
    /// An endpoint as the scanner sees it.
    /// - Throws: `StoreError.notFound`, `PostgresError`.
    public func target(of endpoint: EndpointID, tenant: TenantID, at now: Date = Date()) async throws -> ScanTarget {
        let rows = try await store.app.query(
            """
            SELECT e.os_id, e.os_version, e.kernel_release, e.exposure, e.criticality, s.title_ids
            FROM endpoints AS e
            LEFT JOIN software_sets AS s ON s.tenant_id = e.tenant_id AND s.hash = e.software_set
            WHERE e.tenant_id = $1 AND e.id = $2
            """, [.id(tenant), .uuid(endpoint.uuid)], tenant: tenant)
        guard let row = rows.first else { throw StoreError.notFound(kind: "endpoint", id: endpoint.description) }
        let ids = try row.decode(5, as: [Int64]?.self) ?? []
        let packages = try await SoftwareTitles(owner: store.owner).packages(ids)
        return ScanTarget(
            ecosystem: Ecosystem(osv: "\(try row.decode(0, as: String.self)):\(try row.decode(1, as: String.self))"),
            kernelRelease: try row.decode(2), packages: ids.compactMap { packages[$0] },
            exposure: Exposure(rawValue: try row.decode(3)) ?? .internal,
            criticality: AssetCriticality(rawValue: try row.decode(4)) ?? .normal, date: now)
    }
}
