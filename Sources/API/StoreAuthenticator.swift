import Domain
import FoundationEssentials
import Identity
import Store
import Synchronization

/// Finds principals in the store, and remembers them for a short time: a token's row is read once a
/// minute, not once a request. What is remembered ends with the token's own end, and the moment that
/// anything about the tenant's users, tokens or sessions changes, in whatever process.
public final class StoreAuthenticator: Authenticator {
    private struct Entry {
        let principal: Principal
        let until: ContinuousClock.Instant
        let epoch: UInt64
    }

    private let store: Store
    private let lifetime: Duration
    private let known = Mutex<[String: Entry]>([:])
    private static let capacity = 10_000

    public init(store: Store, lifetime: Duration = .seconds(60)) {
        self.store = store
        self.lifetime = lifetime
    }

    public func authenticate(bearer token: String) async throws -> Principal? {
        if let principal = remembered(token) { return principal }
        guard let parsed = AccessToken(token) else { return nil }
        let epoch = store.access.current(of: parsed.tenant)
        let holder = try await store.tokens.holder(hash: parsed.digest, tenant: parsed.tenant)
        return remember(holder, for: token, epoch: epoch)
    }

    public func authenticate(session cookie: String) async throws -> Principal? {
        if let principal = remembered(cookie) { return principal }
        guard let parsed = SessionToken(cookie) else { return nil }
        let epoch = store.access.current(of: parsed.tenant)
        let holder = try await store.sessions.holder(hash: parsed.digest, tenant: parsed.tenant)
        return remember(holder, for: cookie, epoch: epoch)
    }

    public func isValid(csrfToken: String, session: String) -> Bool {
        SessionToken(session)?.isValid(csrfToken: csrfToken) ?? false
    }

    public func remembered(bearer token: String) -> Principal? { remembered(token) }

    /// Whose secret it is, as far as memory tells; nil says nothing.
    private func remembered(_ secret: String) -> Principal? {
        guard let entry = known.withLock({ $0[secret] }) else { return nil }
        if entry.until > .now, entry.epoch == store.access.current(of: entry.principal.tenant) {
            return entry.principal
        }
        known.withLock { $0[secret] = nil }
        return nil
    }

    /// - Parameter epoch: taken before the database was asked, so that a change in between is not missed.
    private func remember(_ holder: CredentialHolder?, for secret: String, epoch: UInt64?) -> Principal? {
        guard let holder else { return nil }
        if let epoch {
            let rest = holder.expiresAt.map { Duration.seconds($0.timeIntervalSinceNow) } ?? lifetime
            let entry = Entry(principal: holder.principal, until: .now + min(rest, lifetime), epoch: epoch)
            known.withLock { known in
                if known.count >= Self.capacity { known = [:] }
                known[secret] = entry
            }
        }
        return holder.principal
    }
}
