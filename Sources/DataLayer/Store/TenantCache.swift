import Domain
import Postgres
import Synchronization

/// Rendered answers and counts by tenant and request, dropped the moment anything of the tenant
/// changes.
///
/// Exactness: a reader takes the tenant's generation before it reads the database, and its answer
/// is kept only while the generation is still that one. A writer invalidates after its commit, so
/// no answer read before a commit outlives it.
public final class TenantCache: Sendable {
    private struct Entry {
        var generation: UInt64
        var answers: [String: (answer: any Sendable, bytes: Int)] = [:]
        var bytes = 0
        var counts: [Statement: Int] = [:]

        init(generation: UInt64) { self.generation = generation }
    }

    private struct State {
        var entries: [TenantID: Entry] = [:]
        /// Where a tenant without an entry is; moves on with every change to all of them.
        var base: UInt64 = 0
        var isFollowing = true

        /// Every tenant comes to a generation that none has had.
        mutating func forgetAll() {
            base = max(base, entries.values.map(\.generation).max() ?? 0) &+ 1
            entries = [:]
        }
    }

    private let state = Mutex(State())
    private let bytesPerTenant: Int
    private static let countsPerTenant = 1000

    /// - Parameter bytesPerTenant: when a tenant's answers exceed this they are all dropped; 0 keeps no
    ///   answers, counts only.
    public init(bytesPerTenant: Int = 4 << 20) { self.bytesPerTenant = bytesPerTenant }

    /// A kept answer; nil when there is none of the type.
    public func answer<Answer: Sendable>(_ key: String, tenant: TenantID, as: Answer.Type = Answer.self) -> Answer? {
        state.withLock { $0.entries[tenant]?.answers[key]?.answer } as? Answer
    }

    /// How many rows match a filter; nil when it has not been counted since the last change.
    func count(_ filter: Statement, tenant: TenantID) -> Int? {
        state.withLock { $0.entries[tenant]?.counts[filter] }
    }

    /// Take this before reading what an answer is made of.
    public func generation(of tenant: TenantID) -> UInt64 {
        state.withLock { $0.entries[tenant]?.generation ?? $0.base }
    }

    /// - Parameter bytes: what it costs to keep.
    public func keep(
        _ answer: some Sendable, bytes: Int, key: String, tenant: TenantID, generation: UInt64
    ) {
        update(tenant, generation) { entry in
            if entry.bytes + bytes > bytesPerTenant {
                entry.answers = [:]
                entry.bytes = 0
            }
            guard bytes <= bytesPerTenant else { return }
            if let old = entry.answers.updateValue((answer, bytes), forKey: key) { entry.bytes -= old.bytes }
            entry.bytes += bytes
        }
    }

    func keep(count: Int, of filter: Statement, tenant: TenantID, generation: UInt64) {
        update(tenant, generation) { entry in
            if entry.counts.count >= Self.countsPerTenant { entry.counts = [:] }
            entry.counts[filter] = count
        }
    }

    private func update(_ tenant: TenantID, _ generation: UInt64, _ change: (inout Entry) -> Void) {
        state.withLock { state in
            guard state.isFollowing, generation == state.entries[tenant]?.generation ?? state.base else { return }
            change(&state.entries[tenant, default: Entry(generation: generation)])
        }
    }

    /// Call after each commit that changed anything a tenant reads.
    public func invalidate(_ tenant: TenantID) {
        state.withLock { state in
            let generation = (state.entries[tenant]?.generation ?? state.base) &+ 1
            state.entries[tenant] = Entry(generation: generation)
        }
    }

    /// After a change to the catalogues that all tenants read.
    public func invalidateAll() {
        state.withLock { $0.forgetAll() }
    }

    /// Changes of other processes are missed from now on: forgets everything and keeps nothing.
    func suspend() {
        state.withLock { state in
            state.forgetAll()
            state.isFollowing = false
        }
    }

    /// Changes are heard again; any may have been missed.
    func resume() {
        state.withLock { state in
            state.forgetAll()
            state.isFollowing = true
        }
    }
}
