import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// Accounts at security vendors, and what they say.
    public var connectors: ConnectorStore { ConnectorStore(store: self) }
}

/// A tenant's accounts at security vendors: how each is reached, how far it was read, and what it says.
public struct ConnectorStore: Sendable {
    let store: Store

    var database: Database { store.app }
    var system: Database { store.system }

    /// - Throws: `StoreError.duplicate` when the tenant has one of that name, `StoreError.invalid` for the name.
    public func add(_ connector: NewConnector, tenant: TenantID, by principal: Principal) async throws {
        guard (1...100).contains(connector.name.count) else {
            throw StoreError.invalid(field: "name", reason: "must have 1 to 100 characters")
        }
        let entry = AuditEntry(
            "connector.create", object: connector.id.description,
            detail: ["kind": connector.kind, "name": connector.name], by: principal)
        do {
            _ = try await database.run(
                [
                    Statement(
                        """
                        INSERT INTO connectors (tenant_id, id, kind, name, settings, secrets, next_sync_at)
                        VALUES ($1, $2, $3, $4, $5, $6, now())
                        """,
                        [
                            .id(tenant), .id(connector.id), .text(connector.kind), .text(connector.name),
                            .json(Array(try JSONEncoder().encode(connector.settings))), .bytes(connector.sealedSecrets),
                        ]), try entry.statement(), Statement("SELECT pg_notify('\(Self.channel)', '')"),
                ], tenant: tenant)
        } catch let error as PostgresError where error.isUniqueViolation {
            throw StoreError.duplicate(kind: "connector", name: connector.name)
        }
    }

    /// By name.
    public func list(tenant: TenantID) async throws -> [ConnectorAccount] {
        let rows = try await database.run(
            [
                Statement(
                    """
                    SELECT c.id, c.kind, c.name, c.settings, coalesce(c.synced_at, own.heard), c.last_error, c.created_at,
                      c.is_implicit,
                      (SELECT count(*) FROM connector_quarantine AS q WHERE q.tenant_id = $1 AND q.connector_id = c.id),
                      own.devices
                    FROM connectors AS c
                    -- What comes unasked is kept as endpoints alone.
                    CROSS JOIN LATERAL (
                      SELECT max(s.last_seen_at) AS heard, count(*) FILTER (WHERE s.ended_at IS NULL) AS devices
                      FROM endpoint_sources AS s
                      WHERE c.is_implicit AND s.tenant_id = $1 AND s.connector_id = c.id
                    ) AS own
                    WHERE c.tenant_id = $1
                    ORDER BY c.name
                    """, [.id(tenant)]),
                Statement(
                    """
                    SELECT connector_id, stream, count(*)
                    FROM connector_records
                    WHERE tenant_id = $1
                    GROUP BY connector_id, stream
                    """, [.id(tenant)]),
            ], tenant: tenant)
        var records: [ConnectorID: [ConnectorStream: Int]] = [:]
        for row in rows[1] {
            guard let stream = ConnectorStream(rawValue: try row.decode(1)) else { continue }
            records[try row.decode(0), default: [:]][stream] = try row.decode(2)
        }
        return try rows[0].map { row in
            let id: ConnectorID = try row.decode(0)
            if try row.decode(7), records[id]?[.devices] == nil {
                records[id, default: [:]][.devices] = try row.decode(9, as: Int.self)
            }
            return ConnectorAccount(
                id: id, kind: try row.decode(1), name: try row.decode(2), settings: try Self.settings(row.decode(3)),
                syncedAt: try row.decode(4), lastError: try row.decode(5), createdAt: try row.decode(6),
                records: records[id] ?? [:], quarantined: try row.decode(8), isImplicit: try row.decode(7))
        }
    }

    /// - Throws: `StoreError.notFound`.
    public func find(_ id: ConnectorID, tenant: TenantID) async throws -> ConnectorAccount {
        guard let account = try await list(tenant: tenant).first(where: { $0.id == id }) else {
            throw StoreError.notFound(kind: "connector", id: id.description)
        }
        return account
    }

    /// - Throws: `StoreError.notFound`.
    public func named(_ name: String, tenant: TenantID) async throws -> ConnectorAccount {
        guard let account = try await list(tenant: tenant).first(where: { $0.name == name }) else {
            throw StoreError.notFound(kind: "connector", id: name)
        }
        return account
    }

    /// The sealed secrets of one.
    ///
    /// - Throws: `StoreError.notFound`.
    public func sealedSecrets(_ id: ConnectorID, tenant: TenantID) async throws -> [UInt8] {
        let rows = try await database.query(
            "SELECT secrets FROM connectors WHERE tenant_id = $1 AND id = $2", [.id(tenant), .id(id)], tenant: tenant)
        guard let row = rows.first else { throw StoreError.notFound(kind: "connector", id: id.description) }
        return try row.bytes("secrets")
    }

    /// With all that it said; endpoints that it alone knew stay, without a source and without the vulnerabilities that it
    /// reported.
    ///
    /// - Throws: `StoreError.notFound`.
    public func remove(_ id: ConnectorID, tenant: TenantID, by principal: Principal) async throws {
        try await database.transaction(tenant: tenant) { connection in
            let reported = try await connection.run([
                Statement("SELECT lock_endpoints($1)", [.id(tenant)]),
                Statement(
                    """
                    SELECT DISTINCT e.id
                    FROM endpoint_sources AS s
                    JOIN endpoints AS e ON e.tenant_id = $1 AND e.id = s.endpoint_id
                    WHERE s.tenant_id = $1 AND s.connector_id = $2 AND e.reported_set IS NOT NULL
                    """, [.id(tenant), .id(id)]),
            ])[1].map { try $0.decode(0, as: EndpointID.self) }
            let rows = try await connection.run([
                Statement(
                    "DELETE FROM connectors WHERE tenant_id = $1 AND id = $2 RETURNING id", [.id(tenant), .id(id)]),
                AuditEntry("connector.delete", object: id.description, by: principal).statement(),
            ])
            if rows[0].isEmpty { throw StoreError.notFound(kind: "connector", id: id.description) }
            let changed = try await ReportJoin(connection: connection, tenant: tenant).settle(Set(reported))
            try await connection.run(try PageJoin.scan(changed, tenant))
        }
    }

    static func settings(_ json: String) throws -> [String: String] {
        try JSONDecoder().decode([String: String].self, from: Data(json.utf8))
    }
}
