import Domain
import Synchronization

/// Rendered answers by tenant and request, dropped the moment anything of the tenant changes.
///
/// Exactness: a reader takes the tenant's generation before it reads the database, and its answer
/// is kept only while the generation is still that one. A writer invalidates after its commit, so
/// no answer read before a commit outlives it.
public final class TenantCache: Sendable {
    private struct Entry {
        var generation: UInt64 = 0
        var answers: [String: (answer: any Sendable, bytes: Int)] = [:]
        var bytes = 0
    }

    private struct Entries {
        var tenants: [TenantID: Entry] = [:]
        /// Advanced by what concerns all tenants, those without an entry included.
        var generation: UInt64 = 0

        /// Grows with each change; equal only when nothing has changed between.
        func generation(of tenant: TenantID) -> UInt64 { generation &+ (tenants[tenant]?.generation ?? 0) }
    }

    private let entries = Mutex(Entries())
    private let bytesPerTenant: Int

    /// - Parameter bytesPerTenant: when a tenant's answers exceed this they are all dropped.
    public init(bytesPerTenant: Int = 4 << 20) { self.bytesPerTenant = bytesPerTenant }

    /// A kept answer; nil when there is none of the type.
    public func answer<Answer: Sendable>(_ key: String, tenant: TenantID, as: Answer.Type = Answer.self) -> Answer? {
        entries.withLock { $0.tenants[tenant]?.answers[key]?.answer } as? Answer
    }

    /// Take this before reading what an answer is made of.
    public func generation(of tenant: TenantID) -> UInt64 {
        entries.withLock { $0.generation(of: tenant) }
    }

    /// - Parameter bytes: what it costs to keep.
    public func keep(
        _ answer: some Sendable, bytes: Int, key: String, tenant: TenantID, generation: UInt64
    ) {
        entries.withLock { entries in
            guard entries.generation(of: tenant) == generation else { return }
            var entry = entries.tenants[tenant] ?? Entry()
            if entry.bytes + bytes > bytesPerTenant {
                entry.answers = [:]
                entry.bytes = 0
            }
            if let old = entry.answers.updateValue((answer, bytes), forKey: key) { entry.bytes -= old.bytes }
            entry.bytes += bytes
            entries.tenants[tenant] = entry
        }
    }

    /// Call after each commit that changed anything a tenant reads.
    public func invalidate(_ tenant: TenantID) {
        entries.withLock { entries in
            entries.tenants[tenant] = Entry(generation: (entries.tenants[tenant]?.generation ?? 0) &+ 1)
        }
    }

    /// After a change to the catalogues that all tenants read.
    public func invalidateAll() {
        entries.withLock { entries in
            entries.generation &+= 1
            for (tenant, entry) in entries.tenants { entries.tenants[tenant] = Entry(generation: entry.generation) }
        }
    }
}
