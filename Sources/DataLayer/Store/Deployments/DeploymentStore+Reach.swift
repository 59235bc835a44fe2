import Domain
import Postgres

extension DeploymentStore {
    /// On how many of the endpoints that need a patch there is somebody who could install it.
    public struct Reach: Sendable, Hashable {
        public let endpoints: Int
        /// With an agent that installs patches, where a package manager brings this one. Whether it is there now is
        /// another question.
        public let carried: Int
        /// Whether a package manager brings it at all.
        public let isPackaged: Bool

        public init(endpoints: Int, carried: Int, isPackaged: Bool) {
            self.endpoints = endpoints
            self.carried = carried
            self.isPackaged = isPackaged
        }
    }

    public func reach(of patch: PatchID, tenant: TenantID) async throws -> Reach {
        let rows = try await store.app.query(
            """
            SELECT count(*), count(*) FILTER (WHERE EXISTS (
                SELECT FROM endpoint_sources AS s
                JOIN connectors AS c ON c.tenant_id = s.tenant_id AND c.id = s.connector_id AND c.kind = 'agent'
                JOIN agents AS a ON a.tenant_id = s.tenant_id AND a.device_id = s.device_id AND a.state = 'active'
                WHERE s.tenant_id = $1 AND s.endpoint_id = e.id AND cardinality(a.patch_tools) > 0)),
              EXISTS (SELECT FROM patch_packages WHERE patch_id = $2)
            FROM endpoints AS e
            WHERE e.tenant_id = $1 AND e.finding_set_id IN (
              SELECT finding_set_id FROM finding_set_patches WHERE tenant_id = $1 AND patch_id = $2)
            """, [.id(tenant), .id(patch)], tenant: tenant)
        guard let row = rows.first else { return Reach(endpoints: 0, carried: 0, isPackaged: false) }
        let isPackaged: Bool = try row.decode(2)
        return Reach(endpoints: try row.decode(0), carried: isPackaged ? try row.decode(1) : 0, isPackaged: isPackaged)
    }
}
