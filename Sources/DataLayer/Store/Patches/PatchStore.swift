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
}
