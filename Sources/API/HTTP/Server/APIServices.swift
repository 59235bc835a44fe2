import HTTPTypes
import Hummingbird

/// What the routes share: who authenticates, who counts, what is limited.
public struct APIServices: Sendable {
    public let authenticator: any Authenticator
    public let metrics: MetricsRegistry
    /// Nil switches rate limits off.
    public var rateLimiter: RateLimiter?
    /// Nil refuses nothing and repeats everything: `Idempotency-Key` is then ignored.
    public var idempotency: (any IdempotencyStore)?
    /// The cookie that holds a browser's session.
    public var sessionCookie = "garrison_session"
    /// The header in which a trusted proxy puts the client's address, its last element; nil without
    /// a proxy.
    public var clientAddressHeader: HTTPField.Name?
    /// The header in which a trusted proxy says `https` when the client came over TLS; nil without one.
    public var forwardedProtocolHeader: HTTPField.Name?
    /// Renders problems of pages for people; nil sends problem documents to everybody.
    public var problemPage: (@Sendable (Problem, RequestScope) -> HTMLContent)?

    public init(
        authenticator: any Authenticator, metrics: MetricsRegistry = MetricsRegistry(),
        rateLimiter: RateLimiter? = RateLimiter(), idempotency: (any IdempotencyStore)? = InProcessIdempotencyStore()
    ) {
        self.authenticator = authenticator
        self.metrics = metrics
        self.rateLimiter = rateLimiter
        self.idempotency = idempotency
    }
}
