import Domain
import FoundationEssentials
import Postgres

extension PatchStore {
    /// An endpoint that needs a patch, and what it brings there.
    public struct Need: Sendable {
        public let endpoint: EndpointID
        public let hostname: String
        public let osName: String
        public let status: EndpointStatus
        /// Of the open findings that it ends there.
        public let riskRemoved: Double
        public let vulnerabilities: Int
        public let lastSeen: Date?
        public let packages: [PackageChange]

        package init(
            endpoint: EndpointID, hostname: String, osName: String = "", status: EndpointStatus, riskRemoved: Double,
            vulnerabilities: Int, lastSeen: Date? = nil, packages: [PackageChange] = []
        ) {
            self.endpoint = endpoint
            self.hostname = hostname
            self.osName = osName
            self.status = status
            self.riskRemoved = riskRemoved
            self.vulnerabilities = vulnerabilities
            self.lastSeen = lastSeen
            self.packages = packages
        }
    }

    /// One page of the endpoints that need a patch, by hostname.
    /// - Throws: `StoreError.notFound` where there is no such patch, `.badCursor`.
    public func endpoints(
        needing patch: PatchID, limit: Int = 100, after: String? = nil, tenant: TenantID
    ) async throws -> ListPage<Need> {
        var conditions = Conditions(tenant: tenant, column: "e.tenant_id")
        conditions.add("m.patch_id = ?", .id(patch))
        let from = """
            FROM finding_set_patches AS m
            JOIN endpoints AS e ON e.tenant_id = m.tenant_id AND e.finding_set_id = m.finding_set_id
            """
        let total = ListTotal(
            Statement("SELECT count(*)\n\(from)\nWHERE \(conditions.sql)", conditions.parameters), cache: cache,
            tenant: tenant)
        if let after {
            let cursor = try Cursor(after)
            conditions.add("(e.hostname, e.id) > (?, ?)", .text(cursor.value), .uuid(cursor.id))
        }
        let place = conditions.bind(.int(limit + 1))
        let page = Statement(
            """
            SELECT e.id, e.hostname, coalesce(e.os_name, ''), e.status, m.risk, cardinality(m.vulnerabilities), e.last_seen
            \(from)
            WHERE \(conditions.sql)
            ORDER BY e.hostname, e.id
            LIMIT \(place)
            """, conditions.parameters)
        let (rows, count) = try await total.run(page, database)
        let shown = rows.prefix(limit)
        let content = try await content(of: patch, on: shown.map { try $0.decode(0) }, tenant: tenant)
        let packages = Dictionary(content.map { ($0.endpoint, $0.packages) }) { first, _ in first }
        let items = try shown.map { row in
            let endpoint: EndpointID = try row.decode(0)
            return Need(
                endpoint: endpoint, hostname: try row.decode(1), osName: try row.decode(2),
                status: EndpointStatus(rawValue: try row.decode(3)) ?? .healthy,
                riskRemoved: Double(try row.decode(4, as: Int64.self)) / 10, vulnerabilities: try row.decode(5),
                lastSeen: try row.decode(6), packages: packages[endpoint] ?? [])
        }
        let next =
            rows.count > items.count ? items.last.map { Cursor(value: $0.hostname, id: $0.endpoint.uuid).text } : nil
        return ListPage(items: items, total: count, next: next)
    }
}
