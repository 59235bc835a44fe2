import Domain
import FoundationEssentials
import Patching
import Postgres

extension Store {
    /// Patches on their way to endpoints.
    public var deployments: DeploymentStore { DeploymentStore(store: self) }
}

/// Keeps deployments of patches. What happens to them is decided by `Patching`; every step is one transaction, under
/// the deployment's lock: whoever changes a deployment holds it alone, whoever changes its targets shares it.
public struct DeploymentStore: Sendable {
    let store: Store

    static let channel = "garrison_deployments"

    /// Wakes those who keep or watch a deployment; inside the transaction that changes it.
    static func notice(_ id: DeploymentID) -> Statement {
        Statement("SELECT pg_notify('\(channel)', $1)", [.text(id.description)])
    }

    /// Tells of deployments that have changed.
    public func arrivals() -> AsyncStream<Void> {
        AsyncStream { continuation in
            let task = Task {
                for await _ in store.system.listen(Self.channel) { continuation.yield() }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// A deployment with its kept counts and the first of its failures.
    public struct Status: Sendable {
        public let deployment: DeploymentRecord
        public let counts: DeploymentCounts
        public let failures: [DeploymentTarget]

        package init(deployment: DeploymentRecord, counts: DeploymentCounts, failures: [DeploymentTarget]) {
            self.deployment = deployment
            self.counts = counts
            self.failures = failures
        }
    }

    /// Failures that a status names; the others are listed.
    public static let namedFailures = 100

    /// - Throws: `StoreError.notFound`.
    public func status(_ id: DeploymentID, tenant: TenantID) async throws -> Status {
        let results = try await store.app.run(
            [
                Statement(
                    "\(DeploymentRecord.select)\nWHERE d.tenant_id = $1 AND d.id = $2", [.id(tenant), .id(id)]),
                DeploymentCounts.statement(id, tenant: tenant),
            ], tenant: tenant)
        guard let row = results[0].first else { throw Self.unknown(id) }
        let counts = try DeploymentCounts(results[1])
        return Status(
            deployment: try DeploymentRecord(row), counts: counts,
            failures: counts.failed == 0 ? [] : try await failures(of: id, tenant: tenant))
    }

    /// The first that failed, ring by ring: of each state as many as are asked for, which the index gives in its order.
    private func failures(of id: DeploymentID, tenant: TenantID) async throws -> [DeploymentTarget] {
        try await store.app.query(
            """
            SELECT f.*
            FROM unnest($3::text[]) WITH ORDINALITY AS s (state, place)
            CROSS JOIN LATERAL (
              \(DeploymentTarget.select)
              WHERE t.tenant_id = $1 AND t.deployment_id = $2 AND t.state = s.state
              ORDER BY t.ring, t.schedule, t.id
              LIMIT $4
            ) AS f
            ORDER BY s.place
            LIMIT $4
            """,
            [
                .id(tenant), .id(id), .textArray(DeploymentCounts.failures.map(\.rawValue)), .int(Self.namedFailures),
            ], tenant: tenant
        ).map(DeploymentTarget.init)
    }

    static func unknown(_ id: DeploymentID) -> StoreError {
        StoreError.notFound(kind: "deployment", id: id.description)
    }

    /// - Throws: `StoreError.notFound`.
    public func find(_ id: DeploymentID, tenant: TenantID) async throws -> DeploymentRecord {
        let rows = try await store.app.query(
            "\(DeploymentRecord.select)\nWHERE d.tenant_id = $1 AND d.id = $2", [.id(tenant), .id(id)], tenant: tenant)
        guard let row = rows.first else { throw Self.unknown(id) }
        return try DeploymentRecord(row)
    }

    /// Which deployments are asked for; nil filters nothing. The newest come first.
    public struct Query: Sendable, Hashable {
        public var status: DeploymentStatus?
        public var patch: PatchID?
        public var limit: Int
        public var cursor: String?

        public init(
            status: DeploymentStatus? = nil, patch: PatchID? = nil, limit: Int = 100, cursor: String? = nil
        ) {
            self.status = status
            self.patch = patch
            self.limit = limit
            self.cursor = cursor
        }
    }

    /// A row of the list.
    public struct Row: Sendable {
        public let deployment: DeploymentRecord
        public let counts: DeploymentCounts

        package init(deployment: DeploymentRecord, counts: DeploymentCounts) {
            self.deployment = deployment
            self.counts = counts
        }
    }

    /// - Throws: `StoreError.badCursor`.
    public func list(_ query: Query, tenant: TenantID) async throws -> ListPage<Row> {
        var conditions = Conditions(tenant: tenant, column: "d.tenant_id")
        if let status = query.status { conditions.add("d.status = ?", .text(status.rawValue)) }
        if let patch = query.patch { conditions.add("d.patch_id = ?", .id(patch)) }
        let count = Statement("SELECT count(*) FROM deployments AS d WHERE \(conditions.sql)", conditions.parameters)
        // Ids are made in the order of time, so the primary key serves the order.
        if let cursor = query.cursor { conditions.add("d.id < ?", .uuid(try Cursor(cursor).id)) }
        let limit = conditions.bind(.int(query.limit + 1))
        let page = Statement(
            """
            \(DeploymentRecord.select)
            WHERE \(conditions.sql)
            ORDER BY d.id DESC
            LIMIT \(limit)
            """, conditions.parameters)
        let results = try await store.app.run([page, count], tenant: tenant)
        let records = try results[0].prefix(query.limit).map(DeploymentRecord.init)
        let counts =
            records.isEmpty
            ? []
            : try await store.app.run(
                records.map { DeploymentCounts.statement($0.id, tenant: tenant) }, tenant: tenant
            ).map(DeploymentCounts.init)
        return ListPage(
            items: zip(records, counts).map { Row(deployment: $0, counts: $1) }, total: try results[1].int(0, 0),
            next: results[0].count > query.limit ? records.last.map { Cursor(value: "", id: $0.id.uuid).text } : nil)
    }
}
