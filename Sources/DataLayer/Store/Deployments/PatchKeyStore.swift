import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// What tenants' orders are signed with.
    public var patchKeys: PatchKeyStore { PatchKeyStore(database: app) }
}

/// Keeps each tenant's key for orders to agents. Its private half comes in sealed and goes out sealed.
public struct PatchKeyStore: Sendable {
    let database: Database

    public struct Key: Sendable {
        public let id: String
        public let publicKey: [UInt8]
        /// Sealed.
        public let privateKey: [UInt8]
    }

    /// A key as people see it.
    public struct Description: Sendable, Equatable {
        public let id: String
        public let createdAt: Date
        /// Nil for the one that signs.
        public let retiredAt: Date?

        package init(id: String, createdAt: Date, retiredAt: Date?) {
            self.id = id
            self.createdAt = createdAt
            self.retiredAt = retiredAt
        }
    }

    private static let current = """
        SELECT id, public_key, private_key
        FROM patch_signing_keys
        WHERE tenant_id = $1 AND retired_at IS NULL
        """

    private static func key(_ row: Row) throws -> Key {
        Key(
            id: try row.decode(0), publicKey: try row.rows.bytes(row.index, 1),
            privateKey: try row.rows.bytes(row.index, 2))
    }

    /// The one that signs now; nil before the first.
    public func current(tenant: TenantID) async throws -> Key? {
        try await database.query(Self.current, [.id(tenant)], tenant: tenant).first.map(Self.key)
    }

    /// All of a tenant's, the newest first.
    public func list(tenant: TenantID) async throws -> [Description] {
        try await database.query(
            """
            SELECT id, created_at, retired_at
            FROM patch_signing_keys
            WHERE tenant_id = $1
            ORDER BY retired_at IS NOT NULL, retired_at DESC, created_at DESC
            """, [.id(tenant)], tenant: tenant
        ).map {
            Description(id: try $0.decode(0), createdAt: try $0.decode(1), retiredAt: try $0.decode(2))
        }
    }

    /// Keeps a first key. Where another one was quicker that one stays.
    ///
    /// - Returns: the one that signs from now on.
    public func keep(_ id: String, publicKey: [UInt8], sealed: [UInt8], tenant: TenantID) async throws -> Key {
        let results = try await database.run(
            [
                Statement(
                    """
                    INSERT INTO patch_signing_keys (tenant_id, id, public_key, private_key)
                    VALUES ($1, $2, $3, $4)
                    ON CONFLICT DO NOTHING
                    """, [.id(tenant), .text(id), .bytes(publicKey), .bytes(sealed)]),
                Statement(Self.current, [.id(tenant)]),
            ], tenant: tenant)
        guard let row = results[1].first else { throw StoreError.notFound(kind: "key", id: id) }
        return try Self.key(row)
    }

    /// Another key takes the place of the present one, which has signed that it does.
    ///
    /// - Throws: `StoreError.conflict` where `old` is not the present one any more.
    public func replace(
        _ old: String, by id: String, publicKey: [UInt8], sealed: [UInt8], change: [UInt8], signature: [UInt8],
        tenant: TenantID, by principal: Principal
    ) async throws {
        try await database.transaction(tenant: tenant) { connection in
            let rows = try await connection.query(
                """
                UPDATE patch_signing_keys
                SET retired_at = now()
                WHERE tenant_id = $1 AND id = $2 AND retired_at IS NULL
                RETURNING id
                """, [.id(tenant), .text(old)])
            guard !rows.isEmpty else {
                throw StoreError.conflict(kind: "key", reason: "The key was replaced by somebody else meanwhile.")
            }
            try await connection.run([
                Statement(
                    """
                    INSERT INTO patch_signing_keys
                      (tenant_id, id, public_key, private_key, follows, change, change_signature)
                    VALUES ($1, $2, $3, $4, $5, $6, $7)
                    """,
                    [
                        .id(tenant), .text(id), .bytes(publicKey), .bytes(sealed), .text(old), .bytes(change),
                        .bytes(signature),
                    ]),
                try AuditEntry("patch_key.replace", object: id, detail: ["old": old], by: principal).statement(),
            ])
        }
    }

    /// From one key to the present one, in their order; nil for a key that was never this tenant's.
    public func changes(since id: String, tenant: TenantID) async throws -> [SignedOrderKeyChange]? {
        let rows = try await database.query(
            """
            WITH RECURSIVE chain AS (
              SELECT id, NULL::bytea AS change, NULL::bytea AS signature, 0 AS place
              FROM patch_signing_keys
              WHERE tenant_id = $1 AND id = $2
              UNION ALL
              SELECT k.id, k.change, k.change_signature, c.place + 1
              FROM chain AS c
              JOIN patch_signing_keys AS k ON k.tenant_id = $1 AND k.follows = c.id
              WHERE c.place < 100
            )
            SELECT change, signature FROM chain ORDER BY place
            """, [.id(tenant), .text(id)], tenant: tenant)
        guard !rows.isEmpty else { return nil }
        return try rows.dropFirst().map { row in
            SignedOrderKeyChange(
                change: Data(try row.rows.bytes(row.index, 0)), signature: Data(try row.rows.bytes(row.index, 1)))
        }
    }
}
