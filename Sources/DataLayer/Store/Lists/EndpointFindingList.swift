import Domain
import FoundationEssentials
import Postgres

extension FindingStore {
    /// Which findings of one endpoint are asked for; nil filters nothing.
    public struct EndpointQuery: Sendable, Hashable {
        /// Open and in progress where nil.
        public var status: FindingStatus?
        public var severity: Severity?
        /// Part of the vulnerability's id, its title or a package's name.
        public var search: String?
        public var limit: Int
        public var cursor: String?

        public init(
            status: FindingStatus? = nil, severity: Severity? = nil, search: String? = nil, limit: Int = 100,
            cursor: String? = nil
        ) {
            self.status = status
            self.severity = severity
            self.search = search
            self.limit = limit
            self.cursor = cursor
        }
    }

    /// How many findings an endpoint has of each status and severity.
    public struct EndpointCounts: Sendable {
        private struct Key: Hashable {
            let status: FindingStatus
            let severity: Severity?
        }

        private var counts: [Key: Int] = [:]

        package init(_ counts: [(status: FindingStatus, severity: Severity?, count: Int)] = []) {
            for entry in counts {
                self.counts[Key(status: entry.status, severity: entry.severity), default: 0] += entry.count
            }
        }

        /// - Parameter status: open and in progress where nil, as in a query.
        public func of(_ status: FindingStatus?) -> Int { sum { Self.has($0, status) } }

        public func of(_ status: FindingStatus?, _ severity: Severity) -> Int {
            sum { Self.has($0, status) && $0.severity == severity }
        }

        private static func has(_ key: Key, _ status: FindingStatus?) -> Bool {
            status.map { $0 == key.status } ?? (key.status == .open || key.status == .inProgress)
        }

        private func sum(_ isMeant: (Key) -> Bool) -> Int {
            counts.reduce(0) { isMeant($1.key) ? $0 + $1.value : $0 }
        }
    }

    /// One page of an endpoint's findings, the highest risk first.
    /// - Throws: `PostgresError`, `StoreError.badCursor`.
    public func list(_ query: EndpointQuery, of endpoint: EndpointID, tenant: TenantID) async throws -> ListPage<View> {
        var conditions = Conditions(tenant: tenant, column: "e.tenant_id")
        conditions.add("e.id = ?", .id(endpoint))
        if let status = query.status {
            conditions.add("f.status = ?", .text(status.rawValue))
        } else {
            conditions.add("f.status IN ('open', 'in_progress')")
        }
        if let severity = query.severity {
            conditions.add("coalesce(f.severity, v.severity) = ?", .text(severity.rawValue))
        }
        if let search = query.search {
            let pattern = containing(search)
            conditions.add(
                """
                (v.cve_id ILIKE ? OR v.title ILIKE ?
                    OR EXISTS (SELECT FROM unnest(f.packages) AS package WHERE package ILIKE ?))
                """, pattern, pattern, pattern)
        }
        let total = ListTotal(
            Statement("SELECT count(*)\n\(Self.source)\nWHERE \(conditions.sql)", conditions.parameters), cache: cache,
            tenant: tenant)
        if let cursor = query.cursor {
            let position = try Cursor(cursor)
            let parts = position.value.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, let order = Double(parts[0]), order.isFinite else { throw StoreError.badCursor }
            conditions.add(
                "(f.risk_order, v.cve_id) > (?::float8::real, ?)", .float8(order), .text(String(parts[1])))
        }
        let limit = conditions.bind(.int(query.limit + 1))
        let page = Statement(
            """
            \(Self.select)
            WHERE \(conditions.sql)
            ORDER BY f.risk_order, v.cve_id
            LIMIT \(limit)
            """, conditions.parameters)
        let (rows, count) = try await total.run(page, database)
        let items = try rows.prefix(query.limit).map(View.init)
        let next =
            rows.count > query.limit
            ? items.last.map { Cursor(value: "\(-$0.riskScore) \($0.cve)", id: endpoint.uuid).text } : nil
        return ListPage(items: items, total: count, next: next)
    }

    /// What an endpoint's findings are, in numbers.
    public func counts(ofEndpoint id: EndpointID, tenant: TenantID) async throws -> EndpointCounts {
        let rows = try await database.query(
            """
            SELECT f.status, coalesce(f.severity, v.severity), count(*)
            \(Self.source)
            WHERE e.tenant_id = $1 AND e.id = $2
            GROUP BY 1, 2
            """, [.id(tenant), .id(id)], tenant: tenant)
        return EndpointCounts(
            try rows.map { row in
                (
                    status: FindingStatus(rawValue: try row.decode(0)) ?? .open,
                    severity: (try row.decode(1, as: String?.self)).flatMap(Severity.init(rawValue:)),
                    count: try row.decode(2)
                )
            })
    }
}
