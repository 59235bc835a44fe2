import Domain
import FoundationEssentials
import Postgres

extension DeploymentStore {
    /// Targets of a deployment, by their ids.
    ///
    /// - Parameters:
    ///   - isUnsuccessful: those that failed or were not reached, whichever way.
    ///   - search: part of the host name.
    public func targets(
        of id: DeploymentID, status: TargetStatus? = nil, isUnsuccessful: Bool = false, ring: Int? = nil,
        search: String? = nil, limit: Int = 100, cursor: String? = nil, tenant: TenantID
    ) async throws -> ListPage<DeploymentTarget> {
        var conditions = Conditions(tenant: tenant, column: "t.tenant_id")
        conditions.add("t.deployment_id = ?", .id(id))
        if let status { conditions.add("t.state = ?", .text(status.rawValue)) }
        if isUnsuccessful {
            conditions.add("t.state = ANY (?)", .textArray(DeploymentCounts.failures.map(\.rawValue)))
        }
        if let ring { conditions.add("t.ring = ?", .int4(Int32(clamping: ring))) }
        if let search { conditions.add("e.hostname ILIKE ?", containing(search)) }
        let matching = Statement(
            """
            SELECT count(*)
            FROM patch_deployments AS t
            JOIN endpoints AS e ON e.tenant_id = t.tenant_id AND e.id = t.endpoint_id
            WHERE \(conditions.sql)
            """, conditions.parameters)
        if let cursor { conditions.add("t.id > ?", .uuid(try Cursor(cursor).id)) }
        let bound = conditions.bind(.int(limit + 1))
        let page = Statement(
            """
            \(DeploymentTarget.select)
            WHERE \(conditions.sql)
            ORDER BY t.id
            LIMIT \(bound)
            """, conditions.parameters)
        // Only names have to be counted: of states there are counts.
        let counting = search == nil ? DeploymentCounts.statement(id, tenant: tenant) : matching
        let results = try await store.app.run([page, counting], tenant: tenant)
        let total =
            search == nil
            ? Self.total(try DeploymentCounts(results[1]), status, isUnsuccessful, ring) : try results[1].int(0, 0)
        let items = try results[0].prefix(limit).map(DeploymentTarget.init)
        return ListPage(
            items: items, total: total,
            next: results[0].count > limit ? items.last.map { Cursor(value: "", id: $0.id.uuid).text } : nil)
    }

    private static func total(
        _ counts: DeploymentCounts, _ status: TargetStatus?, _ isUnsuccessful: Bool, _ ring: Int?
    ) -> Int {
        counts.rings.filter { ring == nil || $0.ring == ring }.reduce(0) { sum, one in
            sum
                + one.all.sum {
                    (status == nil || $0 == status) && (!isUnsuccessful || DeploymentCounts.failures.contains($0))
                }
        }
    }

    /// What was done, the newest first.
    ///
    /// - Parameter target: of this one alone; nil for the deployment's own steps.
    public func transitions(
        of id: DeploymentID, endpoint: EndpointID? = nil, limit: Int = 100, cursor: String? = nil, tenant: TenantID
    ) async throws -> ListPage<DeploymentTransition> {
        var conditions = Conditions(tenant: tenant, column: "n.tenant_id")
        conditions.add("n.deployment_id = ?", .id(id))
        if let endpoint {
            conditions.add(
                """
                n.target_id IN (
                  SELECT id FROM patch_deployments WHERE tenant_id = $1 AND deployment_id = ? AND endpoint_id = ?)
                """, .id(id), .id(endpoint))
        } else {
            conditions.add("n.target_id IS NULL")
        }
        let count = Statement(
            "SELECT count(*) FROM deployment_transitions AS n WHERE \(conditions.sql)", conditions.parameters)
        if let cursor { conditions.add("n.id < ?", .uuid(try Cursor(cursor).id)) }
        let bound = conditions.bind(.int(limit + 1))
        let results = try await store.app.run(
            [
                Statement(
                    """
                    SELECT n.target_id, e.hostname, n.from_status, n.to_status, n.at, n.actor, n.reason, n.id
                    FROM deployment_transitions AS n
                    LEFT JOIN patch_deployments AS t ON t.tenant_id = n.tenant_id AND t.id = n.target_id
                    LEFT JOIN endpoints AS e ON e.tenant_id = t.tenant_id AND e.id = t.endpoint_id
                    WHERE \(conditions.sql)
                    ORDER BY n.id DESC
                    LIMIT \(bound)
                    """, conditions.parameters), count,
            ], tenant: tenant)
        let shown = results[0].prefix(limit)
        return ListPage(
            items: try shown.map(DeploymentTransition.init), total: try results[1].int(0, 0),
            next: results[0].count > limit
                ? try shown.last.map { Cursor(value: "", id: try $0.decode(7, as: UUID.self)).text } : nil)
    }

    /// What people have said of it, the earliest first.
    public struct Word: Sendable {
        public let person: String
        public let agrees: Bool
        public let revision: Int
        public let comment: String
        public let at: Date

        package init(person: String, agrees: Bool, revision: Int, comment: String, at: Date) {
            self.person = person
            self.agrees = agrees
            self.revision = revision
            self.comment = comment
            self.at = at
        }
    }

    public func approvals(of id: DeploymentID, tenant: TenantID) async throws -> [Word] {
        try await store.app.query(
            """
            SELECT person, agrees, revision, comment, at
            FROM deployment_approvals
            WHERE tenant_id = $1 AND deployment_id = $2
            ORDER BY id
            """, [.id(tenant), .id(id)], tenant: tenant
        ).map { row in
            Word(
                person: try row.decode(0), agrees: try row.decode(1), revision: Int(try row.decode(2, as: Int32.self)),
                comment: try row.decode(3), at: try row.decode(4))
        }
    }
}
