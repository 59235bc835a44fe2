import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// Files that tenants have given for patches.
    public var patchFiles: PatchFileStore { PatchFileStore(store: self) }
}

/// Which files there are for which patch. Their bytes are in an object store; what is written there is known here before it
/// is there (`UnusedObjects`), so that nothing stays that nobody knows of.
public struct PatchFileStore: Sendable {
    let store: Store

    private static let columns = """
        id, patch_id, name, encode(sha256, 'hex'), bytes, is_companion, object_key, uploaded_by, uploaded_at
        """

    /// Of one patch, by their names.
    public func list(_ patch: PatchID, tenant: TenantID) async throws -> [PatchFile] {
        try await all(of: [patch], tenant: tenant)
    }

    /// Of some patches.
    public func all(of patches: Set<PatchID>, tenant: TenantID) async throws -> [PatchFile] {
        if patches.isEmpty { return [] }
        return try await store.app.query(
            """
            SELECT \(Self.columns)
            FROM patch_files
            WHERE tenant_id = $1 AND patch_id = ANY ($2)
            ORDER BY name
            """, [.id(tenant), .uuidArray(patches.map(\.uuid))], tenant: tenant
        ).map(PatchFile.init)
    }

    /// - Throws: `StoreError.notFound`.
    public func find(_ id: PatchFileID, tenant: TenantID) async throws -> PatchFile {
        let rows = try await store.app.query(
            "SELECT \(Self.columns) FROM patch_files WHERE tenant_id = $1 AND id = $2", [.id(tenant), .id(id)],
            tenant: tenant)
        guard let row = rows.first else { throw Self.unknown(id.description) }
        return try PatchFile(row)
    }

    /// Notes a file whose bytes are there now.
    ///
    /// - Returns: the file; one of this name and content that was there before, where there is one.
    /// - Throws: `StoreError.conflict` where another content has this name.
    public func add(
        _ file: PatchFile, of upload: UnusedObjects.Upload, tenant: TenantID, by principal: Principal
    ) async throws -> PatchFile {
        try await store.app.transaction(tenant: tenant) { connection in
            let rows = try await connection.query(
                """
                INSERT INTO patch_files
                  (tenant_id, id, patch_id, name, tool, package, version, architecture, is_companion, sha256, bytes,
                   object_key, uploaded_by)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, decode($10, 'hex'), $11, $12, $13)
                ON CONFLICT (tenant_id, patch_id, name) DO NOTHING
                RETURNING \(Self.columns)
                """,
                [
                    .id(tenant), .id(file.id), .id(file.patch), .text(file.name.text), .text(file.name.tool.rawValue),
                    .text(file.name.package), .text(file.name.version), .of(file.name.architecture),
                    .bool(file.isCompanion), .text(file.sha256), .int8(file.bytes), .text(file.objectKey),
                    .text(file.uploadedBy),
                ])
            guard let row = rows.first else {
                let present = try await connection.query(
                    """
                    SELECT \(Self.columns) FROM patch_files WHERE tenant_id = $1 AND patch_id = $2 AND name = $3
                    """, [.id(tenant), .id(file.patch), .text(file.name.text)])
                guard let known = try present.first.map(PatchFile.init), known.sha256 == file.sha256 else {
                    throw StoreError.conflict(
                        kind: "patch_file",
                        reason: "The patch has another file “\(file.name.text)”. Remove that one first.")
                }
                return known
            }
            try await upload.end(connection)
            let detail = ["name": file.name.text, "sha256": file.sha256, "bytes": "\(file.bytes)"]
            try await connection.run([
                try AuditEntry("patch_file.upload", object: file.patch.description, detail: detail, by: principal)
                    .statement()
            ])
            return try PatchFile(row)
        }
    }

    /// Removes a file's row; its object is unused from then on.
    ///
    /// - Throws: `StoreError.notFound`.
    public func remove(
        _ id: PatchFileID, of patch: PatchID, tenant: TenantID, by principal: Principal
    ) async throws -> PatchFile {
        try await store.app.transaction(tenant: tenant) { connection in
            let rows = try await connection.query(
                """
                DELETE FROM patch_files
                WHERE tenant_id = $1 AND id = $2 AND patch_id = $3
                RETURNING \(Self.columns)
                """, [.id(tenant), .id(id), .id(patch)])
            guard let row = rows.first else { throw Self.unknown(id.description) }
            let file = try PatchFile(row)
            let detail = ["name": file.name.text, "sha256": file.sha256]
            try await connection.run([
                try AuditEntry("patch_file.remove", object: patch.description, detail: detail, by: principal)
                    .statement()
            ])
            return file
        }
    }

    private static func unknown(_ name: String) -> StoreError { .notFound(kind: "patch_file", id: name) }
}

extension PatchFile {
    init(_ row: Row) throws {
        let text: String = try row.decode(2)
        guard let name = PatchFileName(text) else { throw StoreError.notFound(kind: "patch_file", id: text) }
        self.init(
            id: try row.decode(0), patch: try row.decode(1), name: name, sha256: try row.decode(3),
            bytes: try row.decode(4), isCompanion: try row.decode(5), objectKey: try row.decode(6),
            uploadedBy: try row.decode(7), uploadedAt: try row.decode(8))
    }
}
