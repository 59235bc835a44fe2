import Domain
import Synchronization

/// Tells whether what is remembered of who may do what still holds: a tenant's epoch advances with
/// every change to its users, tokens and sessions.
///
/// Exactness: who remembers an answer takes the epoch before asking the database, and trusts the
/// answer only while the epoch is still that one.
public final class AccessEpochs: Sendable {
    private struct State {
        /// Added to every tenant's own count: both only grow, so no sum comes twice.
        var shared: UInt64 = 0
        var tenants: [TenantID: UInt64] = [:]
        var isFollowing = true
    }

    private let state = Mutex(State())

    /// The tenant's epoch; nil while changes of other processes cannot be heard and nothing that is
    /// remembered can be trusted.
    public func current(of tenant: TenantID) -> UInt64? {
        state.withLock { $0.isFollowing ? $0.shared &+ ($0.tenants[tenant] ?? 0) : nil }
    }

    /// A tenant's users, tokens or sessions have changed.
    public func advance(_ tenant: TenantID) {
        state.withLock { $0.tenants[tenant, default: 0] &+= 1 }
    }

    /// Changes of other processes are missed from now on.
    func suspend() {
        state.withLock { $0.isFollowing = false }
    }

    /// Changes are heard again; any may have been missed.
    func resume() {
        state.withLock { state in
            state.shared &+= 1
            state.isFollowing = true
        }
    }
}
