import Domain
import Postgres

/// Keeps findings of an older revision of the intelligence from being written over those of a newer one: matching takes
/// its time, and meanwhile another process may have followed an import. Under `lock_endpoints`.
struct RevisionFence {
    let connection: Connection
    let tenant: TenantID

    /// From here on nothing older is written.
    /// - Throws: `StoreError.outdatedIntelligence` when something newer was.
    func enter(_ revision: Int64) async throws {
        let row = try await connection.query(
            "SELECT written_revision, matched_revision FROM tenants WHERE id = $1", [.id(tenant)])
        guard let row = row.first else { throw StoreError.notFound(kind: "tenant", id: tenant.description) }
        let written: Int64 = try row.decode(0)
        let matched: Int64 = try row.decode(1)
        if written > revision { throw StoreError.outdatedIntelligence }
        if written == revision, matched > 0 { return }
        // While no endpoint has been scanned, all that have are of any revision.
        _ = try await connection.query(
            """
            UPDATE tenants
            SET written_revision = $2, matched_revision = CASE WHEN EXISTS (
                SELECT FROM endpoints WHERE tenant_id = $1 AND finding_set_id IS NOT NULL
              ) THEN matched_revision ELSE $2 END
            WHERE id = $1
            """, [.id(tenant), .int8(revision)])
    }

    /// Every endpoint that has been scanned has findings of a revision, or of a newer one.
    func reached(_ revision: Int64) async throws {
        _ = try await connection.query(
            "UPDATE tenants SET matched_revision = greatest(matched_revision, $2) WHERE id = $1",
            [.id(tenant), .int8(revision)])
    }
}
