import Domain

/// Finds out who sent a request. Called for every request of a protected route: answers should come
/// from memory.
public protocol Authenticator: Sendable {
    /// The principal of an API token; nil when it is unknown, revoked or expired.
    func authenticate(bearer token: String) async throws -> Principal?
    /// The principal of a browser session; nil when it is unknown or expired.
    func authenticate(session cookie: String) async throws -> Principal?
    /// The principal of an API token as far as memory tells, without waiting; nil says nothing.
    func remembered(bearer token: String) -> Principal?
    /// Whether a CSRF token was given to the session.
    func isValid(csrfToken: String, session: String) -> Bool
}
