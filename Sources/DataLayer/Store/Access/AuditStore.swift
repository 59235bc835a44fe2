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

        package init(
            sequence: Int, at: Date, actor: String, action: String, object: String
        ) {
            self.sequence = sequence
            self.at = at
            self.actor = actor
            self.action = action
            self.object = object
        }
    }

    /// Records an act: `action` is `noun.verb`, `detail` a flat JSON object's members.
    public func record(
        _ action: String, object: String, detail: [String: String] = [:], by principal: Principal
    ) async throws {
        _ = try await database.query(
            "INSERT INTO audit_events (tenant_id, actor, action, object, detail) VALUES ($1, $2, $3, $4, $5)",
            [
                .id(principal.tenant), .text(principal.name), .text(action), .text(object),
                .json(Array(try JSONEncoder().encode(detail))),
            ], tenant: principal.tenant)
    }

    /// The latest entries first.
    public func list(limit: Int, before sequence: Int? = nil, tenant: TenantID) async throws -> [Event] {
        try await database.query(
            """
            SELECT sequence, at, actor, action, object
            FROM audit_events
            WHERE tenant_id = $1 AND sequence < coalesce($2, 9223372036854775807)
            ORDER BY sequence DESC
            LIMIT $3
            """, [.id(tenant), .of(sequence), .int(limit)], tenant: tenant
        ).map { row in
            Event(
                sequence: try row.decode(0), at: try row.decode(1), actor: try row.decode(2), action: try row.decode(3),
                object: try row.decode(4))
        }
    }

    /// Recomputes the chain. Nil when it holds, else the first entry that was changed or is missing.
    public func firstBrokenEntry(tenant: TenantID) async throws -> Int? {
        try await database.query("SELECT audit_verify($1)", [.id(tenant)], tenant: tenant).first?.decode(0)
    }
}
