import Domain
import FoundationEssentials
import Postgres

extension VEXStore {
    /// Which documents are asked for; nil filters nothing. The one imported last comes first.
    public struct Query: Sendable, Hashable {
        /// Only those that speak of this vulnerability.
        public var cve: String?
        public var limit: Int
        public var cursor: String?

        public init(cve: String? = nil, limit: Int = 100, cursor: String? = nil) {
            self.cve = cve
            self.limit = limit
            self.cursor = cursor
        }
    }

    /// - Throws: `StoreError.notFound`.
    public func find(_ id: VEXDocumentID, tenant: TenantID) async throws -> VEXRecord {
        let rows = try await store.app.query(
            "\(VEXRecord.select)\nWHERE d.tenant_id = $1 AND d.id = $2", [.id(tenant), .id(id)], tenant: tenant)
        guard let row = rows.first else { throw StoreError.notFound(kind: "vex", id: id.description) }
        return try VEXRecord(row)
    }

    /// The document of which a person gives the id, here or its publisher's; nil for none.
    public func named(_ name: String, tenant: TenantID) async throws -> VEXRecord? {
        try await store.app.query(
            "\(VEXRecord.select)\nWHERE d.tenant_id = $1 AND (d.document_id = $2 OR d.id::text = lower($2))",
            [.id(tenant), .text(name)], tenant: tenant
        ).first.map(VEXRecord.init)
    }

    /// One page.
    /// - Throws: `PostgresError`, `StoreError.badCursor`.
    public func list(_ query: Query, tenant: TenantID) async throws -> ListPage<VEXRecord> {
        var conditions = Conditions(tenant: tenant, column: "d.tenant_id")
        if let cve = query.cve {
            conditions.add(
                """
                EXISTS (
                  SELECT FROM vex_statements AS s
                  WHERE s.tenant_id = d.tenant_id AND s.document = d.id AND ? = ANY(s.vulnerabilities))
                """, .text(cve))
        }
        let count = Statement(
            "SELECT count(*) FROM vex_documents AS d WHERE \(conditions.sql)", conditions.parameters)
        if let cursor = query.cursor {
            let cursor = try Cursor(cursor)
            guard let microseconds = Int64(cursor.value) else { throw StoreError.badCursor }
            conditions.add(
                "(d.imported_at, d.id) < (?, ?)",
                .timestamptz(Date(timeIntervalSince1970: Double(microseconds) / 1e6)), .uuid(cursor.id))
        }
        let limit = conditions.bind(.int(query.limit + 1))
        let page = Statement(
            """
            \(VEXRecord.select)
            WHERE \(conditions.sql)
            ORDER BY d.imported_at DESC, d.id DESC
            LIMIT \(limit)
            """, conditions.parameters)
        let results = try await store.app.run([page, count], tenant: tenant)
        let items = try results[0].prefix(query.limit).map(VEXRecord.init)
        return ListPage(
            items: items, total: try results[1].int(0, 0),
            next: results[0].count > query.limit ? items.last.map(Self.cursor) : nil)
    }

    /// What a document says, in its order.
    public func statements(of id: VEXDocumentID, tenant: TenantID) async throws -> [VEXRecord.Statement] {
        let decoder = JSONDecoder()
        return try await store.app.query(
            "\(Self.statementSelect)\nWHERE s.tenant_id = $1 AND s.document = $2\nORDER BY s.position",
            [.id(tenant), .id(id)], tenant: tenant
        ).map { try Self.statement($0, decoder) }
    }

    /// One statement; nil for none.
    public func statement(_ id: VEXStatementID, tenant: TenantID) async throws -> VEXRecord.Statement? {
        try await store.app.query(
            "\(Self.statementSelect)\nWHERE s.tenant_id = $1 AND s.id = $2", [.id(tenant), .id(id)], tenant: tenant
        ).first.map { try Self.statement($0, JSONDecoder()) }
    }

    private static let statementSelect = """
        SELECT s.id, \(VEXStatement.columns),
          (SELECT count(*)
           FROM findings AS f
           JOIN endpoints AS e ON e.tenant_id = f.tenant_id AND e.finding_set_id = f.finding_set_id
           WHERE f.tenant_id = s.tenant_id AND f.vex_id = s.id)
        FROM vex_statements AS s
        JOIN vex_documents AS d ON d.tenant_id = s.tenant_id AND d.id = s.document
        """

    private static func statement(_ row: Row, _ decoder: JSONDecoder) throws -> VEXRecord.Statement {
        VEXRecord.Statement(
            id: try row.decode(0), statement: try VEXStatement(row, from: 1, decoder: decoder),
            findings: try row.decode(10))
    }

    private static func cursor(_ last: VEXRecord) -> String {
        let microseconds = Int64((last.importedAt.timeIntervalSince1970 * 1e6).rounded())
        return Cursor(value: String(microseconds), id: last.id.uuid).text
    }
}
