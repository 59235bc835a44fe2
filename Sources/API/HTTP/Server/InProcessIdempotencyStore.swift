import Domain
import Synchronization

/// Keeps answers in memory: enough for one server process. Several behind a load balancer need a
/// store that they share.
public final class InProcessIdempotencyStore: IdempotencyStore {
    private struct Name: Hashable {
        let tenant: TenantID
        let subject: Principal.Subject
        let key: String
    }

    private struct Entry {
        let fingerprint: String
        var response: StoredResponse?
        let claimed: ContinuousClock.Instant
    }

    private let capacity: Int
    private let lifetime: Duration
    private let entries = Mutex<[Name: Entry]>([:])

    /// - Parameters:
    ///   - capacity: keys at most; beyond it the oldest half is forgotten.
    ///   - lifetime: how long a key is remembered.
    public init(capacity: Int = 10_000, lifetime: Duration = .seconds(24 * 3600)) {
        self.capacity = capacity
        self.lifetime = lifetime
    }

    public func begin(_ key: IdempotencyKey) -> IdempotencyOutcome {
        let now = ContinuousClock.now
        return entries.withLock { entries in
            if let entry = entries[Self.name(key)], now - entry.claimed < lifetime {
                guard entry.fingerprint == key.fingerprint else { return .mismatch }
                return entry.response.map { .replay($0) } ?? .inProgress
            }
            if entries.count >= capacity { forgetOldest(&entries) }
            entries[Self.name(key)] = Entry(fingerprint: key.fingerprint, claimed: now)
            return .claimed
        }
    }

    public func complete(_ key: IdempotencyKey, with response: StoredResponse) {
        entries.withLock { $0[Self.name(key)]?.response = response }
    }

    public func abandon(_ key: IdempotencyKey) {
        entries.withLock { $0[Self.name(key)] = nil }
    }

    private static func name(_ key: IdempotencyKey) -> Name {
        Name(tenant: key.tenant, subject: key.subject, key: key.key)
    }

    private func forgetOldest(_ entries: inout [Name: Entry]) {
        let times = entries.values.map(\.claimed).sorted()
        let median = times[times.count / 2]
        entries = entries.filter { $0.value.claimed > median }
    }
}
