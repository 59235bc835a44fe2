import Domain

/// A token that a vendor gives out for a while.
struct AccessToken: Sendable, Hashable {
    /// What stands behind `Authorization:`.
    let authorization: String
    /// Before it expires: a request that is on its way when it does would fail.
    let renewal: ContinuousClock.Instant

    init(authorization: String, lifetime: Duration, now: ContinuousClock.Instant = .now) {
        self.authorization = authorization
        renewal = now + max(lifetime - min(.seconds(60), lifetime / 10), .zero)
    }
}

/// The current token of a session. Whoever needs one while another fetches it waits for that one.
actor AccessTokens {
    private let fetch: @Sendable () async throws -> AccessToken
    private var token: AccessToken?
    private var isFetching = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(fetch: @escaping @Sendable () async throws -> AccessToken) { self.fetch = fetch }

    func current() async throws -> AccessToken {
        while true {
            if let token, ContinuousClock.now < token.renewal { return token }
            guard isFetching else { break }
            await withCheckedContinuation { waiting.append($0) }
            try Task.checkCancellation()
        }
        isFetching = true
        defer {
            isFetching = false
            for continuation in waiting { continuation.resume() }
            waiting = []
        }
        let fresh = try await fetch()
        token = fresh
        return fresh
    }

    /// Says that the vendor does not take a token any more; another one that came meanwhile stays.
    func discard(_ refused: AccessToken) {
        if token == refused { token = nil }
    }
}
