import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// Effects on the outside, decided and to be delivered.
    public var outbox: OutboxStore { OutboxStore(store: self) }
}

/// The outbox: what is in it was decided for certain, and is delivered at least once. A message is written in the
/// transaction that decides it; a dispatcher delivers it afterwards, under a lease.
public struct OutboxStore: Sendable {
    let store: Store

    static let channel = "garrison_outbox"

    /// Wakes a dispatcher; to be run inside the transaction that writes a message.
    static let notice = Statement("SELECT pg_notify('\(channel)', '')")

    /// Writes a message as a part of a transaction; `notice` goes with it.
    /// - Parameter key: a second message of the tenant with this key is not written.
    static func insertion(
        _ id: MessageID, _ kind: OutboxMessage.Kind, to destination: String, payload: [UInt8], key: String,
        tenant: TenantID, at now: Date
    ) -> Statement {
        Statement(
            """
            INSERT INTO outbox (tenant_id, id, kind, destination, payload, idempotency_key, run_after, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
            ON CONFLICT (tenant_id, idempotency_key) DO NOTHING
            RETURNING id
            """,
            [
                .id(tenant), .id(id), .text(kind.rawValue), .text(destination), .json(payload), .text(key),
                .timestamptz(now),
            ])
    }

    /// Which messages are asked for; nil filters nothing. The newest comes first.
    public struct Query: Sendable, Hashable {
        public var state: OutboxMessage.State?
        public var limit: Int
        public var cursor: String?

        public init(state: OutboxMessage.State? = nil, limit: Int = 100, cursor: String? = nil) {
            self.state = state
            self.limit = limit
            self.cursor = cursor
        }
    }

    private static let columns = OutboxMessage.columns.joined(separator: ", ")

    /// One page.
    /// - Throws: `PostgresError`, `StoreError.badCursor`.
    public func list(_ query: Query, tenant: TenantID) async throws -> ListPage<OutboxMessage> {
        var conditions = Conditions(tenant: tenant)
        if let state = query.state { conditions.add("state = ?", .text(state.rawValue)) }
        let count = Statement("SELECT count(*) FROM outbox WHERE \(conditions.sql)", conditions.parameters)
        if let cursor = query.cursor { conditions.add("id < ?", .uuid(try Cursor(cursor).id)) }
        let limit = conditions.bind(.int(query.limit + 1))
        // Ids are made in the order of time, so the primary key serves the order.
        let page = Statement(
            """
            SELECT \(Self.columns)
            FROM outbox
            WHERE \(conditions.sql)
            ORDER BY id DESC
            LIMIT \(limit)
            """, conditions.parameters)
        let results = try await store.app.run([page, count], tenant: tenant)
        let items = try results[0].prefix(query.limit).map(OutboxMessage.init)
        return ListPage(
            items: items, total: try results[1].int(0, 0),
            next: results[0].count > query.limit ? items.last.map { Cursor(value: "", id: $0.id.uuid).text } : nil)
    }

    /// - Throws: `StoreError.notFound`.
    public func find(_ id: MessageID, tenant: TenantID) async throws -> OutboxMessage {
        let rows = try await store.app.query(
            "SELECT \(Self.columns) FROM outbox WHERE tenant_id = $1 AND id = $2", [.id(tenant), .id(id)],
            tenant: tenant)
        guard let row = rows.first else { throw StoreError.notFound(kind: "message", id: id.description) }
        return try OutboxMessage(row)
    }

    /// Has a message sent again that was given up, or that was sent; it keeps its id.
    /// - Throws: `StoreError.notFound`; `.conflict` while it waits or is being sent.
    public func replay(_ id: MessageID, by principal: Principal, at now: Date = Date()) async throws {
        _ = try await find(id, tenant: principal.tenant)
        let replayed = try await replay("id = $3", .id(id), by: principal, at: now)
        if replayed == 0 {
            throw StoreError.conflict(kind: "message", reason: "This message waits for its next attempt already.")
        }
    }

    /// Has all messages sent again that were given up.
    /// - Returns: how many.
    public func replayDead(by principal: Principal, at now: Date = Date()) async throws -> Int {
        try await replay("state = $3", .text("dead"), by: principal, at: now)
    }

    private func replay(
        _ condition: String, _ value: Value, by principal: Principal, at now: Date
    ) async throws -> Int {
        try await store.app.transaction(tenant: principal.tenant) { connection in
            let rows = try await connection.query(
                """
                UPDATE outbox
                SET state = 'pending', attempts = 0, run_after = $2, error = NULL, sent_at = NULL
                WHERE tenant_id = $1 AND state IN ('sent', 'dead') AND \(condition)
                RETURNING id
                """, [.id(principal.tenant), .timestamptz(now), value])
            for row in rows {
                let id = try row.decode(0, as: MessageID.self)
                try await connection.run([
                    AuditEntry("message.replay", object: id.description, by: principal).statement()
                ])
            }
            if !rows.isEmpty { try await connection.run([Self.notice]) }
            return rows.count
        }
    }
}
