import Domain
import Postgres

extension Store {
    /// Patches: what they are, and where they are missing.
    public var patches: PatchStore { PatchStore(store: self) }
}

/// Reads the catalogue of patches as it concerns a tenant.
public struct PatchStore: Sendable {
    let store: Store

    var database: Database { store.app }
    var cache: TenantCache { store.cache }

    /// A patch by its number or its id.
    /// - Throws: `StoreError.notFound`.
    public func named(_ name: String) async throws -> PatchID {
        let rows = try await store.app.query(
            "SELECT id FROM patches WHERE kb_number = $1 OR id::text = lower($1)", [.text(name)], tenant: nil)
        guard let row = rows.first else { throw StoreError.notFound(kind: "patch", id: name) }
        return try row.decode(0)
    }
}
