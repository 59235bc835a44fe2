import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// Objects that no row names.
    public var unusedObjects: UnusedObjects { UnusedObjects(store: self) }
}

/// What is in the object store and belongs to no row: not yet, or not any more. Written down before an object is written and
/// when a row goes, so that whoever is killed in between leaves nothing that a sweep does not find. Nothing else is ever
/// removed: what other programs keep beside it is not looked at.
public struct UnusedObjects: Sendable {
    let store: Store

    /// An object that is being written.
    public struct Upload: Sendable {
        public let key: String
        let tenant: TenantID

        /// In the transaction that gives it a row: it is in use.
        ///
        /// - Throws: `StoreError.conflict` where it took so long that a sweep may be at it.
        func end(_ connection: Connection) async throws {
            let rows = try await connection.query(
                """
                DELETE FROM unused_objects
                WHERE tenant_id = $1 AND object_key = $2 AND is_upload AND since > now() - interval '1 day'
                RETURNING object_key
                """, [.id(tenant), .text(key)])
            guard !rows.isEmpty else {
                throw StoreError.conflict(kind: "upload", reason: "The upload took longer than a day. Begin it anew.")
            }
        }
    }

    /// Under which all of a tenant's objects are.
    public static func prefix(of tenant: TenantID) -> String { "tenants/\(tenant)/" }

    /// Before the first byte of an object is written.
    public func begin(_ key: String, tenant: TenantID) async throws -> Upload {
        _ = try await store.app.query(
            "INSERT INTO unused_objects (tenant_id, object_key, is_upload) VALUES ($1, $2, true)",
            [.id(tenant), .text(key)], tenant: tenant)
        return Upload(key: key, tenant: tenant)
    }

    /// The objects are not there, or not any more.
    public func forget(_ keys: [String], tenant: TenantID) async throws {
        _ = try await store.app.query(
            "DELETE FROM unused_objects WHERE tenant_id = $1 AND object_key = ANY ($2)",
            [.id(tenant), .textArray(keys)], tenant: tenant)
    }

    /// Some that are to be removed, the oldest first.
    public func some(limit: Int = 500, tenant: TenantID) async throws -> [String] {
        try await store.app.query(
            """
            SELECT object_key
            FROM unused_objects
            WHERE tenant_id = $1 AND (NOT is_upload OR since < now() - interval '2 days')
            ORDER BY since
            LIMIT $2
            """, [.id(tenant), .int8(Int64(limit))], tenant: tenant
        ).map { try $0.decode(0) }
    }

    /// Tenants that are gone and whose objects may still be there.
    public func removedTenants() async throws -> [TenantID] {
        try await store.owner.query("SELECT id FROM removed_tenants ORDER BY removed_at", [], tenant: nil)
            .map { try $0.decode(0) }
    }

    /// No object of it is there any more. An upload that was under way when it was removed may still write one.
    public func forget(removed tenant: TenantID) async throws {
        _ = try await store.owner.query(
            "DELETE FROM removed_tenants WHERE id = $1 AND removed_at < now() - interval '2 days'", [.id(tenant)],
            tenant: nil)
    }
}
