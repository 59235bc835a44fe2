import Domain
import FoundationEssentials
import Postgres

extension ScanStore {
    /// What following came to.
    public enum Following: Sendable, Equatable {
        /// All findings are of this revision; `Outcome.endpoints` are those that were looked at.
        case followed(Outcome, revision: Int64)
        /// It takes a scan of the whole tenant.
        case wholeScan(WholeScanReason)
    }

    /// Brings a tenant's findings up to the newest intelligence by judging anew, on the endpoints that may have them,
    /// the vulnerabilities that imports have touched since. Gives what a scan of the whole tenant would give; running it
    /// again, or after it was cut off, too. The scores of endpoints follow by `settle`.
    /// - Parameters:
    ///   - products: an index of everything, of any revision, that tells how applications are identified.
    ///   - now: the time that new and remediated findings get.
    /// - Throws: `PostgresError`, `StoreError.noIntelligence`, or `CancellationError` between batches.
    public func follow(
        tenant: TenantID, products: RevisedIndex? = nil, at now: Date = Date()
    ) async throws -> Following {
        while true {
            try Task.checkCancellation()
            let revision = try await store.intelligence.revision()
            if revision == 0 { throw StoreError.noIntelligence }
            do {
                if let following = try await follow(revision, tenant: tenant, products: products, at: now) {
                    return following
                }
            } catch StoreError.outdatedIntelligence {
                // Another process is ahead: the newest revision is another by now.
            }
        }
    }

    /// Nil when another import has been done meanwhile.
    private func follow(
        _ revision: Int64, tenant: TenantID, products: RevisedIndex?, at now: Date
    ) async throws -> Following? {
        // Before anything is read: who writes older findings, then, has done so before, and is seen.
        try await fence(tenant) { try await $0.enter(revision) }
        switch try await FollowPlanner(store: store, tenant: tenant).choose(revision) {
        case .overtaken: return nil
        case .wholeScan(let reason): return .wholeScan(reason)
        case .nothing:
            try await fence(tenant) { try await $0.reached(revision) }
            return .followed(Outcome(), revision: revision)
        case .follow(let plan):
            let usable = products.flatMap { $0.revision >= plan.productsRevision ? $0 : nil }
            if let usable { plan.excerpt.adoptProducts(of: usable.index) }
            let follower = Follower(store: store, tenant: tenant, plan: plan, knowsProducts: usable != nil)
            return try await follower.run(at: now)
        }
    }
}

/// Carries a plan out: asks the scanner outside the lock, and writes under it.
private struct Follower {
    let store: Store
    let tenant: TenantID
    let plan: FollowPlan
    let knowsProducts: Bool

    func run(at now: Date) async throws -> ScanStore.Following {
        let known = try await knownSets()
        let reader = TouchedSoftwareReader(store: store, tenant: tenant, plan: plan, knowsProducts: knowsProducts)
        let software = try await reader.read()
        if software.needsProducts { return .wholeScan(.products) }
        var writer = FollowWriter(
            tenant: tenant, plan: plan, scope: try await scope(), software: software, known: known, now: now)
        let first = try await store.app.transaction(tenant: tenant) { [writer] connection in
            try await writer.keys(connection)
        }
        var answer = SetMatcher.Answer()
        try await ask(first, software, &answer)
        while true {
            try Task.checkCancellation()
            let step: FollowWriter.Step
            (step, writer) = try await store.app.transaction(tenant: tenant) { [writer, answer] connection in
                var writer = writer
                return (try await writer.write(connection, answer), writer)
            }
            store.cache.invalidate(tenant)
            switch step {
            case .going: continue
            case .unknown(let keys): try await ask(keys, software, &answer)
            case .finished: return .followed(writer.outcome, revision: plan.revision)
            }
        }
    }

    private func knownSets() async throws -> Set<UUID> {
        let rows = try await store.app.query(
            "SELECT hash FROM software_sets WHERE tenant_id = $1", [.id(tenant)], tenant: tenant)
        return Set(try rows.map { try $0.decode(0, as: UUID.self) }).union([ScanGroup.noSoftware])
    }

    private func ask(
        _ keys: Set<ScanGroup.Key>, _ software: TouchedSoftware, _ answer: inout SetMatcher.Answer
    ) async throws {
        let matcher = SetMatcher(store: store, tenant: tenant, index: plan.excerpt)
        let found = try await matcher.findings(for: keys, only: plan.vulnerabilities) { software.packages(of: $0) }
        answer.rows.merge(found.rows) { _, new in new }
        answer.assessments.merge(found.assessments) { _, new in new }
    }

    private func scope() async throws -> Set<UUID> {
        let rows = try await store.owner.query(
            "SELECT id FROM vulnerabilities WHERE cve_id = ANY($1)", [.textArray(Array(plan.vulnerabilities))],
            tenant: nil)
        return Set(try rows.map { try $0.decode(0, as: UUID.self) })
    }
}
