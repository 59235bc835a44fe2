import Domain
import FoundationEssentials
import Postgres

extension ExceptionStore {
    /// Which exceptions are asked for; nil filters nothing. The one that ends first comes first.
    public struct Query: Sendable, Hashable {
        public var state: ExceptionRecord.State?
        /// Only those that end before this moment.
        public var endsBefore: Date?
        /// Only those that end after this moment.
        public var endsAfter: Date?
        public var cve: String?
        public var limit: Int
        public var cursor: String?

        public init(
            state: ExceptionRecord.State? = nil, endsBefore: Date? = nil, endsAfter: Date? = nil, cve: String? = nil,
            limit: Int = 100, cursor: String? = nil
        ) {
            self.state = state
            self.endsBefore = endsBefore
            self.endsAfter = endsAfter
            self.cve = cve
            self.limit = limit
            self.cursor = cursor
        }
    }

    /// - Throws: `StoreError.notFound`.
    public func find(_ id: ExceptionID, tenant: TenantID) async throws -> ExceptionRecord {
        let rows = try await store.app.query(
            "\(ExceptionRecord.select)\nWHERE x.tenant_id = $1 AND x.id = $2", [.id(tenant), .id(id)], tenant: tenant)
        guard let row = rows.first else { throw StoreError.notFound(kind: "exception", id: id.description) }
        return try ExceptionRecord(row)
    }

    /// One page.
    /// - Throws: `PostgresError`, `StoreError.badCursor`.
    public func list(_ query: Query, tenant: TenantID) async throws -> ListPage<ExceptionRecord> {
        var conditions = Conditions(tenant: tenant, column: "x.tenant_id")
        if let state = query.state { conditions.add("x.state = ?", .text(state.rawValue)) }
        if let moment = query.endsBefore { conditions.add("x.expires_at < ?", .timestamptz(moment)) }
        if let moment = query.endsAfter { conditions.add("x.expires_at > ?", .timestamptz(moment)) }
        if let cve = query.cve {
            conditions.add("x.vulnerability_id = (SELECT id FROM vulnerabilities WHERE cve_id = ?)", .text(cve))
        }
        let count = Statement("SELECT count(*) FROM exceptions AS x WHERE \(conditions.sql)", conditions.parameters)
        if let cursor = query.cursor {
            let cursor = try Cursor(cursor)
            guard let microseconds = Int64(cursor.value) else { throw StoreError.badCursor }
            conditions.add(
                "(x.expires_at, x.id) > (?, ?)",
                .timestamptz(Date(timeIntervalSince1970: Double(microseconds) / 1e6)), .uuid(cursor.id))
        }
        let limit = conditions.bind(.int(query.limit + 1))
        let page = Statement(
            """
            \(ExceptionRecord.select)
            WHERE \(conditions.sql)
            ORDER BY x.expires_at, x.id
            LIMIT \(limit)
            """, conditions.parameters)
        let results = try await store.app.run([page, count], tenant: tenant)
        let items = try results[0].prefix(query.limit).map(ExceptionRecord.init)
        return ListPage(
            items: items, total: try results[1].int(0, 0),
            next: results[0].count > query.limit ? items.last.map(Self.cursor) : nil)
    }

    private static func cursor(_ last: ExceptionRecord) -> String {
        let microseconds = Int64((last.expiresAt.timeIntervalSince1970 * 1e6).rounded())
        return Cursor(value: String(microseconds), id: last.id.uuid).text
    }
}
