import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// Threats on endpoints.
    public var incidents: IncidentStore { IncidentStore(store: self) }
}

/// A tenant's incidents: what its sources' alerts come to, and what is done about it.
public struct IncidentStore: Sendable {
    let store: Store

    /// Which incidents are asked for; nil filters nothing. The newest first.
    public struct Query: Sendable, Hashable {
        public var status: IncidentStatus?
        public var severity: Severity?
        public var endpoint: EndpointID?
        public var limit: Int
        public var cursor: String?

        public init(
            status: IncidentStatus? = nil, severity: Severity? = nil, endpoint: EndpointID? = nil, limit: Int = 100,
            cursor: String? = nil
        ) {
            self.status = status
            self.severity = severity
            self.endpoint = endpoint
            self.limit = limit
            self.cursor = cursor
        }
    }

    /// - Throws: `PostgresError`, `StoreError.badCursor`.
    public func list(_ query: Query, tenant: TenantID) async throws -> ListPage<IncidentRecord> {
        var conditions = Conditions(tenant: tenant, column: "i.tenant_id")
        if let status = query.status { conditions.add("i.status = ?", .text(status.rawValue)) }
        if let severity = query.severity { conditions.add("i.severity = ?", .text(severity.rawValue)) }
        if let endpoint = query.endpoint { conditions.add("i.endpoint_id = ?", .id(endpoint)) }
        let count = Statement("SELECT count(*) FROM incidents AS i WHERE \(conditions.sql)", conditions.parameters)
        if let cursor = query.cursor {
            let cursor = try Cursor(cursor)
            guard let microseconds = Int64(cursor.value) else { throw StoreError.badCursor }
            conditions.add(
                "(i.detected_at, i.id) < (?, ?)",
                .timestamptz(Date(timeIntervalSince1970: Double(microseconds) / 1e6)), .uuid(cursor.id))
        }
        let limit = conditions.bind(.int(query.limit + 1))
        let page = Statement(
            """
            \(IncidentRecord.select)
            WHERE \(conditions.sql)
            ORDER BY i.detected_at DESC, i.id DESC
            LIMIT \(limit)
            """, conditions.parameters)
        let results = try await store.app.run([page, count], tenant: tenant)
        let items = try results[0].prefix(query.limit).map(IncidentRecord.init)
        return ListPage(
            items: items, total: try results[1].int(0, 0),
            next: results[0].count > query.limit
                ? items.last.map {
                    let microseconds = Int64(($0.detectedAt.timeIntervalSince1970 * 1e6).rounded())
                    return Cursor(value: String(microseconds), id: $0.id.uuid).text
                } : nil)
    }

    /// - Throws: `StoreError.notFound`.
    public func find(_ id: IncidentID, tenant: TenantID) async throws -> IncidentRecord {
        let rows = try await store.app.query(
            "\(IncidentRecord.select)\nWHERE i.tenant_id = $1 AND i.id = $2", [.id(tenant), .id(id)], tenant: tenant)
        guard let row = rows.first else { throw StoreError.notFound(kind: "incident", id: id.description) }
        return try IncidentRecord(row)
    }

    /// The alerts of an incident, the oldest first.
    public func alerts(of id: IncidentID, tenant: TenantID) async throws -> [AlertRecord] {
        try await store.app.query(
            "\(AlertRecord.select)\nWHERE a.tenant_id = $1 AND a.incident_id = $2\nORDER BY a.detected_at, a.id\nLIMIT 1000",
            [.id(tenant), .id(id)], tenant: tenant
        ).map(AlertRecord.init)
    }

    /// Something that happened.
    public struct Entry: Sendable, Hashable {
        public let at: Date
        /// `opened`, `alert`, `status`, `note`, `action`
        public let kind: String
        /// Who; empty for what follows from alerts.
        public let actor: String
        public let message: String

        package init(at: Date, kind: String, actor: String, message: String) {
            self.at = at
            self.kind = kind
            self.actor = actor
            self.message = message
        }
    }

    /// What happened to an incident, the earliest first, its actions included.
    public func timeline(_ id: IncidentID, tenant: TenantID) async throws -> [Entry] {
        let events = try await store.app.query(
            """
            SELECT at, kind, actor, message
            FROM incident_events
            WHERE tenant_id = $1 AND incident_id = $2
            ORDER BY at, id
            LIMIT 5000
            """, [.id(tenant), .id(id)], tenant: tenant
        ).map { row in
            Entry(
                at: try row.decode(0), kind: try row.decode(1), actor: try row.decode(2), message: try row.decode(3))
        }
        let actions = try await store.actions.ofIncident(id.uuid, tenant: tenant).flatMap(\.actions)
            .flatMap { action in
                action.transitions.map { step in
                    Entry(
                        at: step.at, kind: "action", actor: step.status == .pending ? action.requestedBy : "",
                        message: "\(action.kind) through \(action.source): \(step.status.rawValue)"
                            + (step.message.map { ", \($0)" } ?? ""))
                }
            }
        return (events + actions).sorted { $0.at < $1.at }
    }
}
