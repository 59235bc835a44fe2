import Domain
import Postgres
import Scanner

/// An index and the revision of the intelligence that it holds.
public struct RevisedIndex: Sendable {
    public let index: ScanIndex
    public let revision: Int64

    public init(index: ScanIndex, revision: Int64) {
        self.index = index
        self.revision = revision
    }
}

extension IntelligenceStore {
    /// Rises with each import that changes something; an index made of an older revision is out of date.
    public func revision() async throws -> Int64 {
        // Set inside the import's transaction and under its lock, so it moves when the content does.
        try await store.app.query(Self.newestRevision, [], tenant: nil)[0].decode(0)
    }

    static let newestRevision = "SELECT coalesce(max(revision), 0) FROM intelligence_revisions"

    /// Queues, for every tenant, that its findings follow the intelligence, once for each revision.
    public func queueFollowing() async throws {
        let revision = try await revision()
        for tenant in try await store.tenants.list() {
            _ = try await store.jobs.enqueue(.follow, idempotencyKey: "intelligence-\(revision)", tenant: tenant.id)
        }
    }
}
