import Domain
import FoundationEssentials
import Identity
import Store
import Synchronization

/// Finds principals in the store, and remembers them for a short time: a token's row is read once a
/// minute, not once a request. Revocation is announced and takes effect at once in every process.
public final class StoreAuthenticator: Authenticator {
    private struct Entry {
        let principal: Principal
        let until: ContinuousClock.Instant
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
        let principal = try await store.tokens.principal(hash: parsed.digest, tenant: parsed.tenant)
        if let principal { remember(principal, for: token) }
        return principal
    }

    public func authenticate(session cookie: String) async throws -> Principal? {
        if let principal = remembered(cookie) { return principal }
        guard let parsed = SessionToken(cookie) else { return nil }
        let principal = try await store.sessions.principal(hash: parsed.digest, tenant: parsed.tenant)
        if let principal { remember(principal, for: cookie) }
        return principal
    }

    public func isValid(csrfToken: String, session: String) -> Bool {
        SessionToken(session)?.isValid(csrfToken: csrfToken) ?? false
    }

    /// Forgets everybody of a tenant; nil: everybody.
    public func forget(_ tenant: TenantID?) {
        known.withLock { known in
            known = tenant.map { tenant in known.filter { $0.value.principal.tenant != tenant } } ?? [:]
        }
    }

    /// Follows announcements of other processes until the task is cancelled.
    public func followChanges() async {
        for await tenant in store.accessChanges() { forget(tenant) }
    }

    private func remembered(_ secret: String) -> Principal? {
        known.withLock { known in
            guard let entry = known[secret] else { return nil }
            if entry.until > .now { return entry.principal }
            known[secret] = nil
            return nil
        }
    }

    private func remember(_ principal: Principal, for secret: String) {
        known.withLock { known in
            if known.count >= Self.capacity { known = [:] }
            known[secret] = Entry(principal: principal, until: .now + lifetime)
        }
    }
}
