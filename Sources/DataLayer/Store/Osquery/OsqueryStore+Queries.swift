import Domain
import FoundationEssentials
import Postgres

/// A live query with what nodes have answered.
public struct OsqueryQuery: Sendable {
    /// What one node answers.
    public struct Answer: Sendable {
        /// How far it is.
        public enum State: String, Sendable, CaseIterable {
            case pending, sent, completed, failed
        }

        public let node: OsqueryNodeID
        public let hostname: String
        public let state: State
        /// JSON: a list of rows.
        public let rows: String?
        /// osquery's own words when it failed.
        public let message: String?
        public let answeredAt: Date?

        public init(
            node: OsqueryNodeID, hostname: String, state: State, rows: String? = nil, message: String? = nil,
            answeredAt: Date? = nil
        ) {
            self.node = node
            self.hostname = hostname
            self.state = state
            self.rows = rows
            self.message = message
            self.answeredAt = answeredAt
        }
    }

    /// As lists have it.
    public struct Summary: Sendable {
        public let id: OsqueryQueryID
        public let sql: String
        public let requestedBy: String
        public let createdAt: Date
        /// Nodes, and those that have answered or failed.
        public let asked: Int
        public let answered: Int

        public init(
            id: OsqueryQueryID, sql: String, requestedBy: String, createdAt: Date, asked: Int, answered: Int
        ) {
            self.id = id
            self.sql = sql
            self.requestedBy = requestedBy
            self.createdAt = createdAt
            self.asked = asked
            self.answered = answered
        }
    }

    public let id: OsqueryQueryID
    public let sql: String
    public let requestedBy: String
    public let createdAt: Date
    public let expiresAt: Date
    public let answers: [Answer]

    public init(
        id: OsqueryQueryID, sql: String, requestedBy: String, createdAt: Date, expiresAt: Date, answers: [Answer]
    ) {
        self.id = id
        self.sql = sql
        self.requestedBy = requestedBy
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.answers = answers
    }
}

extension OsqueryStore {
    /// Asks nodes.
    ///
    /// - Parameters:
    ///   - nodes: nil for all.
    ///   - lifetime: how long nodes that are away are waited for.
    /// - Throws: `StoreError.invalid`, `StoreError.notFound` for a node, `StoreError.conflict` when there is none.
    public func ask(
        _ sql: String, nodes: [OsqueryNodeID]?, lifetime: Double = 3600, tenant: TenantID, by principal: Principal
    ) async throws -> OsqueryQueryID {
        guard (1...10_000).contains(sql.count), !sql.utf8.contains(0) else {
            throw StoreError.invalid(field: "sql", reason: "must have 1 to 10000 characters")
        }
        let id = OsqueryQueryID.make()
        try await database.transaction(tenant: tenant) { connection in
            let rows = try await connection.run([
                Statement(
                    """
                    INSERT INTO osquery_queries (tenant_id, id, sql, requested_by, expires_at)
                    VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))
                    """, [.id(tenant), .id(id), .text(sql), .text(principal.name), .float8(lifetime)]),
                Statement(
                    """
                    INSERT INTO osquery_answers (tenant_id, query_id, node_id)
                    SELECT $1, $2, id
                    FROM osquery_nodes
                    WHERE tenant_id = $1 AND ($3::uuid[] IS NULL OR id = ANY ($3::uuid[]))
                    RETURNING node_id
                    """,
                    [.id(tenant), .id(id), nodes.map { .uuidArray($0.map(\.uuid)) } ?? .null]),
                try AuditEntry("osquery.query", object: id.description, detail: ["sql": sql], by: principal)
                    .statement(),
            ])
            let asked: [OsqueryNodeID] = try rows[1].map { try $0.decode(0) }
            if let missing = nodes?.first(where: { !asked.contains($0) }) {
                throw StoreError.notFound(kind: "node", id: missing.description)
            }
            if asked.isEmpty { throw StoreError.conflict(kind: "query", reason: "There is no node that could answer.") }
        }
        return id
    }

    /// What a node is to answer. It is given out again until there is an answer, or its time is over.
    public func questions(for node: OsqueryNodeID, tenant: TenantID) async throws -> [(id: OsqueryQueryID, sql: String)]
    {
        try await database.query(
            """
            UPDATE osquery_answers AS a
            SET state = 'sent'
            FROM osquery_queries AS q
            WHERE a.tenant_id = $1 AND a.node_id = $2 AND a.state IN ('pending', 'sent') AND q.tenant_id = $1
              AND q.id = a.query_id AND q.expires_at > now()
            RETURNING q.id, q.sql
            """, [.id(tenant), .id(node)], tenant: tenant
        ).map { (try $0.decode(0), try $0.decode(1)) }
    }

    /// Notes an answer; one to a question that this node was not asked changes nothing.
    public func answer(
        _ query: OsqueryQueryID, rows: [UInt8]?, failure: String?, of node: OsqueryNodeID, tenant: TenantID
    ) async throws {
        _ = try await database.query(
            """
            UPDATE osquery_answers
            SET state = $4, rows = $5, message = $6, answered_at = now()
            WHERE tenant_id = $1 AND query_id = $2 AND node_id = $3 AND state IN ('pending', 'sent')
            """,
            [
                .id(tenant), .id(query), .id(node), .text(failure == nil ? "completed" : "failed"),
                rows.map { .json($0) } ?? .null, .of(failure),
            ], tenant: tenant)
    }

    /// What was asked lately, the latest first.
    public func recent(_ count: Int, tenant: TenantID) async throws -> [OsqueryQuery.Summary] {
        try await database.query(
            """
            SELECT q.id, q.sql, q.requested_by, q.created_at, count(a.node_id), count(a.answered_at)
            FROM (
              SELECT id, sql, requested_by, created_at
              FROM osquery_queries
              WHERE tenant_id = $1
              ORDER BY id DESC
              LIMIT $2) AS q
            LEFT JOIN osquery_answers AS a ON a.tenant_id = $1 AND a.query_id = q.id
            GROUP BY q.id, q.sql, q.requested_by, q.created_at
            ORDER BY q.id DESC
            """, [.id(tenant), .int(count)], tenant: tenant
        ).map { row in
            OsqueryQuery.Summary(
                id: try row.decode(0), sql: try row.decode(1), requestedBy: try row.decode(2),
                createdAt: try row.decode(3), asked: try row.decode(4), answered: try row.decode(5))
        }
    }

    /// - Throws: `StoreError.notFound`.
    public func query(_ id: OsqueryQueryID, tenant: TenantID) async throws -> OsqueryQuery {
        let results = try await database.run(
            [
                Statement(
                    """
                    SELECT sql, requested_by, created_at, expires_at
                    FROM osquery_queries
                    WHERE tenant_id = $1 AND id = $2
                    """, [.id(tenant), .id(id)]),
                Statement(
                    """
                    SELECT a.node_id, n.hostname, a.state, a.rows, a.message, a.answered_at
                    FROM osquery_answers AS a
                    JOIN osquery_nodes AS n ON n.tenant_id = $1 AND n.id = a.node_id
                    WHERE a.tenant_id = $1 AND a.query_id = $2
                    ORDER BY n.hostname, a.node_id
                    """, [.id(tenant), .id(id)]),
            ], tenant: tenant)
        guard let row = results[0].first else { throw StoreError.notFound(kind: "query", id: id.description) }
        return OsqueryQuery(
            id: id, sql: try row.decode(0), requestedBy: try row.decode(1), createdAt: try row.decode(2),
            expiresAt: try row.decode(3),
            answers: try results[1].map { row in
                OsqueryQuery.Answer(
                    node: try row.decode(0), hostname: try row.decode(1),
                    state: OsqueryQuery.Answer.State(rawValue: try row.decode(2)) ?? .pending, rows: try row.decode(3),
                    message: try row.decode(4), answeredAt: try row.decode(5))
            })
    }
}
