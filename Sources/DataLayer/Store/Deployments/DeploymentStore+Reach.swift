import Domain
import Postgres

extension DeploymentStore {
    /// On how many of the endpoints that need a patch there is somebody who could install it.
    public struct Reach: Sendable, Hashable {
        public let endpoints: Int
        /// With an agent that installs patches, an account that patches, or the tenant's webhook. Whether it is there now is
        /// another question.
        public let carried: Int
        /// Whether anybody installs patches of its kind: packages, and updates of Windows.
        public let isInstallable: Bool

        public init(endpoints: Int, carried: Int, isInstallable: Bool) {
            self.endpoints = endpoints
            self.carried = carried
            self.isInstallable = isInstallable
        }
    }

    public func reach(of patch: PatchID, tenant: TenantID) async throws -> Reach {
        try await store.app.transaction(tenant: tenant) { connection in
            let search = try ExecutorSearch(try await connection.run([ExecutorSearch.statement(tenant)])[0][0])
            let isUpdate = try await ExecutorSearch.updates(among: [patch], connection).contains(patch)
            let rows = try await connection.query(
                """
                SELECT count(*), count(*) FILTER (WHERE \(search.mayCarry(isUpdate: isUpdate))),
                  EXISTS (SELECT FROM patch_packages WHERE patch_id = $2)
                FROM endpoints AS e
                WHERE e.tenant_id = $1 AND e.finding_set_id IN (
                  SELECT finding_set_id FROM finding_set_patches WHERE tenant_id = $1 AND patch_id = $2)
                """, [.id(tenant), .id(patch)])
            let isInstallable = try isUpdate || rows[0].decode(2)
            return Reach(
                endpoints: try rows[0].decode(0), carried: isInstallable ? try rows[0].decode(1) : 0,
                isInstallable: isInstallable)
        }
    }
}
