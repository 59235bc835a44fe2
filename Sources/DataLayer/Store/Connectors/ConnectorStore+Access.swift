import Domain
import FoundationEssentials
import Postgres

/// How an account is reached.
public struct ConnectorAccess: Sendable, Hashable {
    public let id: ConnectorID
    public let kind: String
    public let name: String
    /// What is no secret, by name.
    public let settings: [String: String]
    /// For who knows the key.
    public let sealedSecrets: [UInt8]
}

extension ConnectorStore {
    /// - Throws: `StoreError.notFound`.
    public func access(_ id: ConnectorID, tenant: TenantID) async throws -> ConnectorAccess {
        let rows = try await database.query(
            "SELECT kind, name, settings, secrets FROM connectors WHERE tenant_id = $1 AND id = $2",
            [.id(tenant), .id(id)], tenant: tenant)
        guard let row = rows.first else { throw StoreError.notFound(kind: "connector", id: id.description) }
        return ConnectorAccess(
            id: id, kind: try row.decode(0), name: try row.decode(1), settings: try Self.settings(row.decode(2)),
            sealedSecrets: try row.bytes("secrets"))
    }

    /// Replaces an account's settings and its credentials, which somebody has tried before. It is due at once.
    ///
    /// - Parameter sealedSecrets: nil to leave the credentials.
    /// - Throws: `StoreError.notFound`.
    public func replace(
        _ id: ConnectorID, settings: [String: String], sealedSecrets: [UInt8]? = nil, tenant: TenantID,
        by principal: Principal
    ) async throws {
        let before = try await access(id, tenant: tenant).settings
        let changed = Set(before.keys).union(settings.keys).filter { before[$0] != settings[$0] }.sorted()
        let entry = AuditEntry(
            sealedSecrets == nil ? "connector.update" : "connector.rotate", object: id.description,
            detail: ["settings": changed.joined(separator: ", ")], by: principal)
        try await change(
            id, tenant, entry,
            """
            UPDATE connectors
            SET settings = $3, secrets = coalesce($4, secrets), failures = 0, next_sync_at = now()
            WHERE tenant_id = $1 AND id = $2
            RETURNING id
            """, [.json(Array(try JSONEncoder().encode(settings))), sealedSecrets.map { .bytes($0) } ?? .null])
    }
}
