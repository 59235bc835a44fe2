import Domain
import Synchronization

/// Token buckets of the clients of this process: one each per principal, and per address for who
/// is not signed in.
public final class RateLimiter: Sendable {
    /// The rates of the kinds of clients.
    public struct Rates: Sendable {
        public var principal: Rate
        public var anonymous: Rate
        /// Wrong credentials from one address.
        public var failures: Rate
        /// Wrong passwords for one account, from wherever.
        public var account: Rate

        public init(
            principal: Rate = Rate(perSecond: 500, burst: 1000), anonymous: Rate = Rate(perSecond: 50, burst: 200),
            failures: Rate = Rate(perSecond: 0.2, burst: 20), account: Rate = Rate(perSecond: 1.0 / 60, burst: 10)
        ) {
            self.principal = principal
            self.anonymous = anonymous
            self.failures = failures
            self.account = account
        }
    }

    /// Whose tokens are taken.
    enum Client: Hashable {
        case principal(TenantID, Principal.Subject)
        case anonymous(String)
        case failures(String)
        case account(String)
    }

    private final class Shard: Sendable {
        let buckets = Mutex<[Client: TokenBucket]>([:])
    }

    private static let shardCount = 16
    /// A shard beyond this forgets full buckets, and then all: memory stays bounded whoever calls.
    private static let shardCapacity = 8192

    private let rates: Rates
    private let shards: [Shard]
    private let epoch = ContinuousClock.now

    public init(_ rates: Rates = Rates()) {
        self.rates = rates
        shards = (0..<Self.shardCount).map { _ in Shard() }
    }

    /// - Throws: `rateLimited` with the seconds to wait, rounded up.
    func take(_ cost: Double, from client: Client) throws(RequestError) {
        guard cost > 0 else { return }
        let rate = rate(of: client)
        let now = (ContinuousClock.now - epoch) / .seconds(1)
        let wait = shard(of: client).buckets.withLock { buckets in
            if buckets.count >= Self.shardCapacity { forget(&buckets, now: now) }
            return buckets[client, default: TokenBucket(rate: rate, now: now)].take(cost, rate: rate, now: now)
        }
        if let wait { throw .rateLimited(retryAfter: max(1, Int(min(wait, 3600).rounded(.up)))) }
    }

    /// Whether tokens are there, taking none.
    /// - Throws: as ``take(_:from:)``.
    func require(_ client: Client) throws(RequestError) {
        try take(1, from: client)
        giveBack(1, to: client)
    }

    private func giveBack(_ cost: Double, to client: Client) {
        let rate = rate(of: client)
        shard(of: client).buckets.withLock { $0[client]?.giveBack(cost, rate: rate) }
    }

    private func shard(of client: Client) -> Shard {
        shards[Int(truncatingIfNeeded: UInt(bitPattern: client.hashValue) % UInt(Self.shardCount))]
    }

    private func rate(of client: Client) -> Rate {
        switch client {
        case .principal: rates.principal
        case .anonymous: rates.anonymous
        case .failures: rates.failures
        case .account: rates.account
        }
    }

    private func forget(_ buckets: inout [Client: TokenBucket], now: Double) {
        buckets = buckets.filter { !$0.value.isFull(rate: rate(of: $0.key), now: now) }
        if buckets.count >= Self.shardCapacity { buckets = [:] }
    }
}
