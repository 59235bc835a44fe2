import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// Who did what.
    public var audit: AuditStore { AuditStore(database: app) }
}

/// The append-only audit trail of a tenant, hash-chained by the database.
public struct AuditStore: Sendable {
    let database: Database

    /// One entry.
    public struct Event: Sendable {
        public let sequence: Int
        public let at: Date
        public let actor: String
        public let action: String
        public let object: String
        /// A JSON object.
        public let detail: [UInt8]

        package init(
            sequence: Int, at: Date, actor: String, action: String, object: String, detail: [UInt8] = Array("{}".utf8)
        ) {
            self.sequence = sequence
            self.at = at
            self.actor = actor
            self.action = action
            self.object = object
            self.detail = detail
        }
    }

    /// Which entries are asked for; nil filters nothing.
    public struct Query: Sendable {
        public var actor: String?
        public var action: String?
        public var object: String?
        public var limit: Int
        public var cursor: String?

        public init(
            actor: String? = nil, action: String? = nil, object: String? = nil, limit: Int = 100, cursor: String? = nil
        ) {
            self.actor = actor
            self.action = action
            self.object = object
            self.limit = limit
            self.cursor = cursor
        }
    }

    /// One page, the latest entries first.
    /// - Throws: `PostgresError`, `StoreError.badCursor`.
    public func list(_ query: Query, tenant: TenantID) async throws -> ListPage<Event> {
        var conditions = Conditions(tenant: tenant)
        if let actor = query.actor { conditions.add("actor = ?", .text(actor)) }
        if let action = query.action { conditions.add("action = ?", .text(action)) }
        if let object = query.object { conditions.add("object = ?", .text(object)) }
        let count = Statement("SELECT count(*) FROM audit_events WHERE \(conditions.sql)", conditions.parameters)
        if let cursor = query.cursor {
            guard let sequence = Int64(cursor) else { throw StoreError.badCursor }
            conditions.add("sequence < ?", .int8(sequence))
        }
        let limit = conditions.bind(.int(query.limit + 1))
        let page = Statement(
            """
            SELECT sequence, at, actor, action, object, detail
            FROM audit_events
            WHERE \(conditions.sql)
            ORDER BY sequence DESC
            LIMIT \(limit)
            """, conditions.parameters)
        let results = try await database.run([page, count], tenant: tenant)
        let items = try results[0].prefix(query.limit).map(Event.init)
        return ListPage(
            items: items, total: try results[1].int(0, 0),
            next: results[0].count > query.limit ? items.last.map { String($0.sequence) } : nil)
    }

    /// Recomputes the chain. Nil when it holds, else the first entry that was changed or is missing.
    public func firstBrokenEntry(tenant: TenantID) async throws -> Int? {
        try await database.query("SELECT audit_verify($1)", [.id(tenant)], tenant: tenant).first?.decode(0)
    }
}

extension AuditStore.Event {
    init(_ row: Row) throws {
        self.init(
            sequence: try row.decode(0), at: try row.decode(1), actor: try row.decode(2), action: try row.decode(3),
            object: try row.decode(4), detail: try row.rows.bytes(row.index, 5))
    }
}
