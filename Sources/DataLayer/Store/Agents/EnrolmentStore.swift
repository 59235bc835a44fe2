import Domain
import FoundationEssentials
import Postgres

public typealias EnrolmentID = Identifier<EnrolmentStore.Summary>

extension Store {
    /// One-time tokens by which agents are enrolled.
    public var enrolments: EnrolmentStore { EnrolmentStore(database: app) }
}

/// A tenant's one-time tokens; only their SHA-256 is stored.
public struct EnrolmentStore: Sendable {
    let database: Database

    /// A token as lists show it.
    public struct Summary: Sendable {
        public let id: EnrolmentID
        public let name: String
        public let usesLeft: Int
        /// Whether an agent that it enrols takes the place of the one that its machine has.
        public let mayReplace: Bool
        public let createdBy: String
        public let createdAt: Date
        public let expiresAt: Date

        package init(
            id: EnrolmentID, name: String, usesLeft: Int, mayReplace: Bool = false, createdBy: String, createdAt: Date,
            expiresAt: Date
        ) {
            self.id = id
            self.name = name
            self.usesLeft = usesLeft
            self.mayReplace = mayReplace
            self.createdBy = createdBy
            self.createdAt = createdAt
            self.expiresAt = expiresAt
        }
    }

    /// - Throws: `StoreError.invalid`.
    public func create(
        id: EnrolmentID = .make(), name: String, uses: Int, mayReplace: Bool, hash: [UInt8], expiresAt: Date,
        tenant: TenantID, by principal: Principal
    ) async throws {
        guard (1...200).contains(name.count) else {
            throw StoreError.invalid(field: "name", reason: "must have 1 to 200 characters")
        }
        guard (1...100_000).contains(uses) else {
            throw StoreError.invalid(field: "uses", reason: "must be from 1 to 100000")
        }
        let entry = AuditEntry(
            "enrolment.create", object: id.description,
            detail: ["name": name, "uses": String(uses), "may_replace": String(mayReplace)], by: principal)
        _ = try await database.run(
            [
                Statement(
                    """
                    INSERT INTO agent_enrolments
                      (tenant_id, id, name, token_hash, uses_left, may_replace, created_by, expires_at)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                    """,
                    [
                        .id(tenant), .id(id), .text(name), .bytes(hash), .int4(Int32(uses)), .bool(mayReplace),
                        .text(principal.name), .timestamptz(expiresAt),
                    ]), try entry.statement(),
            ], tenant: tenant)
    }

    /// Those that still enrol, the newest first.
    public func list(tenant: TenantID) async throws -> [Summary] {
        try await database.query(
            """
            SELECT id, name, uses_left, may_replace, created_by, created_at, expires_at
            FROM agent_enrolments
            WHERE tenant_id = $1 AND revoked_at IS NULL AND uses_left > 0 AND expires_at > now()
            ORDER BY id DESC
            """, [.id(tenant)], tenant: tenant
        ).map { row in
            Summary(
                id: try row.decode(0), name: try row.decode(1), usesLeft: Int(try row.decode(2, as: Int32.self)),
                mayReplace: try row.decode(3), createdBy: try row.decode(4), createdAt: try row.decode(5),
                expiresAt: try row.decode(6))
        }
    }

    /// - Throws: `StoreError.notFound`.
    public func revoke(_ id: EnrolmentID, tenant: TenantID, by principal: Principal) async throws {
        try await database.transaction(tenant: tenant) { connection in
            let rows = try await connection.run([
                Statement(
                    """
                    UPDATE agent_enrolments
                    SET revoked_at = now()
                    WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL
                    RETURNING id
                    """, [.id(tenant), .id(id)]),
                try AuditEntry("enrolment.revoke", object: id.description, by: principal).statement(),
            ])
            if rows[0].isEmpty { throw StoreError.notFound(kind: "enrolment", id: id.description) }
        }
    }
}
