import Domain
import FoundationEssentials
import Postgres
import Risk
import Scanner

extension Store {
    /// Scans: what is installed against what is known, into findings.
    public var scans: ScanStore { ScanStore(store: self) }
}

/// Persists scans. Endpoints that share their software, their circumstances and their history so
/// far share one set of findings, so a fleet costs as much as it has distinct machines.
public struct ScanStore: Sendable {
    let store: Store

    /// What a scan did.
    public struct Outcome: Sendable, Equatable, Codable {
        public var endpoints = 0
        /// Endpoints whose findings changed.
        public var changed = 0
        public var opened = 0
        public var remediated = 0

        public init() {}

        enum CodingKeys: String, CodingKey { case endpoints, changed, opened, remediated }
    }

    /// Rescans endpoints of a tenant: all, or those named. One transaction a batch; a batch that
    /// is cut off leaves nothing, and running it again gives what it would have given.
    /// - Parameters:
    ///   - revision: of the intelligence in the index; nil where that is not known, and nothing is compared with it.
    ///   - now: the time that new and remediated findings get.
    ///   - progress: called after each batch with the endpoints done and those in all.
    /// - Throws: `PostgresError`, `StoreError.outdatedIntelligence` when another process has written findings of newer
    ///   intelligence, or `CancellationError` between batches.
    public func scan(
        tenant: TenantID, endpoints: [EndpointID]? = nil, index: ScanIndex, revision: Int64? = nil,
        at now: Date = Date(), progress: (Int, Int) async throws -> Void = { _, _ in }
    ) async throws -> Outcome {
        // Before the endpoints are read: who writes older findings, then, has done so before, and is seen.
        if let revision { try await fence(tenant) { try await $0.enter(revision) } }
        var batches = Self.batches(of: try await groups(tenant: tenant, scope: endpoints?.map(\.uuid)))[...]
        let total = batches.joined().reduce(0) { $0 + $1.endpoints.count }
        let matcher = SetMatcher(store: store, tenant: tenant, index: index)
        var outcome = Outcome()
        while let batch = batches.popFirst() {
            try Task.checkCancellation()
            let findings = try await matcher.findings(for: batch)
            let part = try await store.app.transaction(tenant: tenant) { connection in
                var writer = FindingWriter(connection: connection, tenant: tenant, revision: revision, now: now)
                return try await writer.write(batch, findings: findings)
            }
            outcome.add(part.outcome)
            store.cache.invalidate(tenant)
            if !part.overtaken.isEmpty {
                batches += Self.batches(of: try await groups(tenant: tenant, scope: part.overtaken))
            }
            try await progress(outcome.endpoints, total)
        }
        if let revision, endpoints == nil { try await fence(tenant) { try await $0.reached(revision) } }
        return outcome
    }

    /// As `scan`, with an index of a known revision.
    public func scan(
        tenant: TenantID, endpoints: [EndpointID]? = nil, with known: RevisedIndex, at now: Date = Date(),
        progress: (Int, Int) async throws -> Void = { _, _ in }
    ) async throws -> Outcome {
        try await scan(
            tenant: tenant, endpoints: endpoints, index: known.index, revision: known.revision, at: now,
            progress: progress)
    }

    func fence(_ tenant: TenantID, _ body: @Sendable (RevisionFence) async throws -> Void) async throws {
        try await store.app.transaction(tenant: tenant) { connection in
            _ = try await connection.query("SELECT lock_endpoints($1)", [.id(tenant)])
            try await body(RevisionFence(connection: connection, tenant: tenant))
        }
    }

    private func groups(tenant: TenantID, scope: [UUID]?) async throws -> [ScanGroup] {
        let statement = ScanGroup.statement(tenant: tenant, scope: scope)
        return try await store.app.run([statement], tenant: tenant)[0].map(ScanGroup.init)
    }

    /// Groups together until a batch holds about a thousand distinct machines or 20,000 endpoints.
    private static func batches(of groups: [ScanGroup]) -> [[ScanGroup]] {
        var batches: [[ScanGroup]] = []
        var current: [ScanGroup] = []
        var endpoints = 0
        for group in groups {
            current.append(group)
            endpoints += group.endpoints.count
            if current.count >= 500 || endpoints >= 20_000 {
                batches.append(current)
                current = []
                endpoints = 0
            }
        }
        return current.isEmpty ? batches : batches + [current]
    }
}

extension ScanStore.Outcome {
    mutating func add(_ other: Self) {
        endpoints += other.endpoints
        changed += other.changed
        opened += other.opened
        remediated += other.remediated
    }
}
