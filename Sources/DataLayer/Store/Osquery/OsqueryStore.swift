import Domain
import FoundationEssentials
import Postgres

public typealias OsqueryNodeID = Identifier<OsqueryNode>
public typealias OsqueryQueryID = Identifier<OsqueryQuery>

extension Store {
    /// Machines whose osquery reports here.
    public var osquery: OsqueryStore { OsqueryStore(database: app) }
}

/// A machine whose osquery reports here.
public struct OsqueryNode: Sendable {
    public let id: OsqueryNodeID
    public let hostIdentifier: String
    public let hostname: String
    public let platform: String
    /// osquery's.
    public let version: String
    public let enrolledAt: Date
    public let lastSeenAt: Date
    public let inventoryAt: Date?

    static let columns = "id, host_identifier, hostname, platform, version, enrolled_at, last_seen_at, inventory_at"

    public init(
        id: OsqueryNodeID, hostIdentifier: String, hostname: String, platform: String, version: String,
        enrolledAt: Date, lastSeenAt: Date, inventoryAt: Date? = nil
    ) {
        self.id = id
        self.hostIdentifier = hostIdentifier
        self.hostname = hostname
        self.platform = platform
        self.version = version
        self.enrolledAt = enrolledAt
        self.lastSeenAt = lastSeenAt
        self.inventoryAt = inventoryAt
    }

    init(_ row: Row) throws {
        id = try row.decode(0)
        hostIdentifier = try row.decode(1)
        hostname = try row.decode(2)
        platform = try row.decode(3)
        version = try row.decode(4)
        enrolledAt = try row.decode(5)
        lastSeenAt = try row.decode(6)
        inventoryAt = try row.decode(7)
    }
}

/// A tenant's osquery nodes and what they said.
public struct OsqueryStore: Sendable {
    let database: Database

    /// What a node says of itself when it enrols.
    public struct Introduction: Sendable {
        public var hostIdentifier: String
        public var hostname: String
        public var platform: String
        public var version: String

        public init(hostIdentifier: String, hostname: String, platform: String, version: String) {
            self.hostIdentifier = hostIdentifier
            self.hostname = hostname
            self.platform = platform
            self.version = version
        }
    }

    /// Enrols a node, or gives one that enrols again another key; the one before is good for nothing then. A node that is
    /// known costs no use of the secret.
    ///
    /// - Returns: false when the secret is not valid.
    public func enrol(
        secretHash: [UInt8], keyHash: [UInt8], _ introduction: Introduction, tenant: TenantID
    ) async throws -> Bool {
        try await database.transaction(tenant: tenant) { connection in
            let rows = try await connection.query(
                """
                SELECT id, uses_left
                FROM agent_enrolments
                WHERE tenant_id = $1 AND token_hash = $2 AND revoked_at IS NULL AND expires_at > now()
                FOR UPDATE
                """, [.id(tenant), .bytes(secretHash)])
            guard let row = rows.first else { return false }
            let enrolment: EnrolmentID = try row.decode(0)
            let fields: [Value] = [
                .id(tenant), .text(introduction.hostIdentifier), .bytes(keyHash), .text(introduction.hostname),
                .text(introduction.platform), .text(introduction.version), .id(enrolment),
            ]
            let known = try await connection.query(
                """
                UPDATE osquery_nodes
                SET key_hash = $3, hostname = $4, platform = $5, version = $6, enrolment_id = $7, enrolled_at = now(),
                  last_seen_at = now()
                WHERE tenant_id = $1 AND host_identifier = $2
                RETURNING id
                """, fields)
            if !known.isEmpty { return true }
            guard try row.decode(1, as: Int32.self) > 0 else { return false }
            let principal = Principal(tenant: tenant, role: .viewer, subject: .system, name: "osquery")
            try await connection.run([
                Statement(
                    """
                    INSERT INTO osquery_nodes
                      (tenant_id, host_identifier, key_hash, hostname, platform, version, enrolment_id)
                    VALUES ($1, $2, $3, $4, $5, $6, $7)
                    """, fields),
                Statement(
                    "UPDATE agent_enrolments SET uses_left = uses_left - 1 WHERE tenant_id = $1 AND id = $2",
                    [.id(tenant), .id(enrolment)]),
                AuditEntry(
                    "osquery.enrol", object: introduction.hostIdentifier, detail: ["hostname": introduction.hostname],
                    by: principal
                ).statement(),
            ])
            return true
        }
    }

    /// Whose key it is; nil when it is nobody's.
    public func node(keyHash: [UInt8], tenant: TenantID) async throws -> OsqueryNode? {
        let rows = try await database.query(
            """
            UPDATE osquery_nodes
            SET last_seen_at = now()
            WHERE tenant_id = $1 AND key_hash = $2
            RETURNING \(OsqueryNode.columns)
            """, [.id(tenant), .bytes(keyHash)], tenant: tenant)
        return try rows.first.map { try OsqueryNode($0) }
    }

    /// By hostname.
    public func nodes(tenant: TenantID) async throws -> [OsqueryNode] {
        try await database.query(
            "SELECT \(OsqueryNode.columns) FROM osquery_nodes WHERE tenant_id = $1 ORDER BY hostname, id",
            [.id(tenant)],
            tenant: tenant
        ).map { try OsqueryNode($0) }
    }

    /// Its key is good for nothing from now on; with a secret that is valid it can enrol again.
    ///
    /// - Throws: `StoreError.notFound`.
    public func remove(_ id: OsqueryNodeID, tenant: TenantID, by principal: Principal) async throws {
        try await database.transaction(tenant: tenant) { connection in
            let rows = try await connection.run([
                Statement(
                    "DELETE FROM osquery_nodes WHERE tenant_id = $1 AND id = $2 RETURNING id", [.id(tenant), .id(id)]),
                try AuditEntry("osquery.remove", object: id.description, by: principal).statement(),
            ])
            if rows[0].isEmpty { throw StoreError.notFound(kind: "node", id: id.description) }
        }
    }

    /// Keeps the last result of each scheduled query.
    ///
    /// - Parameter lines: lines of the log, by the query's name.
    public func keep(_ lines: [(name: String, document: String)], of node: OsqueryNodeID, tenant: TenantID) async throws
    {
        let last = Dictionary(lines, uniquingKeysWith: { $1 })
        _ = try await database.query(
            """
            INSERT INTO osquery_snapshots (tenant_id, node_id, name, document)
            SELECT $1, $2, u.name, u.document
            FROM unnest($3::text[], $4::text[]) AS u (name, document)
            ON CONFLICT (tenant_id, node_id, name) DO UPDATE
            SET document = EXCLUDED.document, taken_at = now()
            """,
            [.id(tenant), .id(node), .textArray(Array(last.keys)), .textArray(Array(last.values))], tenant: tenant)
    }

    /// The last result of each scheduled query.
    public func snapshots(of node: OsqueryNodeID, tenant: TenantID) async throws -> [String] {
        try await database.query(
            "SELECT document FROM osquery_snapshots WHERE tenant_id = $1 AND node_id = $2 ORDER BY name",
            [.id(tenant), .id(node)], tenant: tenant
        ).map { try $0.decode(0) }
    }

    /// Notes that an inventory was made of them.
    public func noteInventory(of node: OsqueryNodeID, tenant: TenantID) async throws {
        _ = try await database.query(
            "UPDATE osquery_nodes SET inventory_at = now() WHERE tenant_id = $1 AND id = $2", [.id(tenant), .id(node)],
            tenant: tenant)
    }

    /// Keeps what osquery complains of, the newest hundred of a node.
    public func keep(
        complaints: [(severity: Int, message: String)], of node: OsqueryNodeID, tenant: TenantID
    ) async throws {
        let last = Dictionary(complaints.map { ($0.message, $0.severity) }, uniquingKeysWith: max)
        guard !last.isEmpty else { return }
        _ = try await database.run(
            [
                Statement(
                    """
                    INSERT INTO osquery_status (tenant_id, node_id, severity, message)
                    SELECT $1, $2, u.severity, u.message
                    FROM unnest($3::int4[], $4::text[]) AS u (severity, message)
                    ON CONFLICT (tenant_id, node_id, message) DO UPDATE
                    SET severity = EXCLUDED.severity, seen_at = now()
                    """,
                    [
                        .id(tenant), .id(node), .int4Array(last.values.map { Int32($0) }),
                        .textArray(Array(last.keys)),
                    ]),
                Statement(
                    """
                    DELETE FROM osquery_status
                    WHERE tenant_id = $1 AND node_id = $2 AND message IN (
                      SELECT message
                      FROM osquery_status
                      WHERE tenant_id = $1 AND node_id = $2
                      ORDER BY seen_at DESC
                      OFFSET 100)
                    """, [.id(tenant), .id(node)]),
            ], tenant: tenant)
    }
}
