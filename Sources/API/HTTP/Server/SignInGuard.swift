/// Makes guessing passwords slow, whether one account is tried from many addresses or many accounts
/// from one. Only failures count, so nobody who knows a password is held up by their own use of it.
///
/// It is kept in the process: behind a load balancer a guesser has as many tries as there are servers.
public struct SignInGuard: Sendable {
    private let limiter: RateLimiter?

    /// - Parameter limiter: nil lets everybody try without end.
    public init(_ limiter: RateLimiter?) { self.limiter = limiter }

    /// Asks before a password is looked at. The account need not exist: the answer must not tell.
    /// - Throws: `tooManyFailures`.
    public func admit(account: String, address: String) throws(RequestError) {
        do {
            try limiter?.require(.account(account.lowercased()))
            try limiter?.require(.failures(address))
        } catch {
            guard case .rateLimited(let seconds) = error else { throw error }
            throw .tooManyFailures(retryAfter: seconds)
        }
    }

    /// Counts a wrong password.
    public func failed(account: String, address: String) {
        try? limiter?.take(1, from: .account(account.lowercased()))
        try? limiter?.take(1, from: .failures(address))
    }
}
