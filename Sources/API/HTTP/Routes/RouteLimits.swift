/// How much one request of a route may ask of the server.
public struct RouteLimits: Sendable, Hashable {
    /// Bytes of body at most; more is 413.
    public var bodySize: Int
    /// How long reading the body may take, and then again how long the handler; nil is no limit, for
    /// streams of events.
    public var timeout: Duration?
    /// Tokens that a request takes from its client's bucket; 0 is never limited.
    public var cost: Double

    public init(bodySize: Int = 1 << 20, timeout: Duration? = .seconds(30), cost: Double = 1) {
        self.bodySize = bodySize
        self.timeout = timeout
        self.cost = cost
    }

    /// 1 MiB, 30 s.
    public static let standard = RouteLimits()
    /// For imports: 64 MiB, 10 minutes.
    public static let bulk = RouteLimits(bodySize: 64 << 20, timeout: .seconds(600))
    /// For event streams: no end.
    public static let endless = RouteLimits(timeout: nil)
    /// For probes of the server's own operator: never limited.
    public static let probe = RouteLimits(timeout: .seconds(10), cost: 0)
}
