import Domain

/// How a store is spoken to.
public struct TransferSettings: Sendable {
    /// Bytes of one part of an upload; what fits into one part goes up in one request.
    public var partSize = 8 << 20
    /// Parts under way at a time, where the store takes them in any order.
    public var parallelParts = 3
    /// How often a request is made until it is given up.
    public var attempts = 6
    /// The wait after the first failure; twice as long after each further one.
    public var backoff = Duration.milliseconds(200)
    public var longestWait = Duration.seconds(20)
    public var connectTimeout = Duration.seconds(10)
    /// How long nothing may come, or nothing may be taken.
    public var idleTimeout = Duration.seconds(60)
    public var proxies = ProxyList()

    public init() {}

    /// The wait after a failed attempt, counted from 1; nil where none is to follow.
    func wait(after attempt: Int, asked: Double?) -> Duration? {
        guard attempt < attempts else { return nil }
        if let asked {
            // Beyond any patience: seconds that would not fit a duration, too.
            return asked <= Double(longestWait.components.seconds) ? .seconds(asked) : nil
        }
        // Any moment of the time: clients that were cut off together do not come back together.
        let limit = min(backoff * Double(1 << min(attempt - 1, 20)), longestWait)
        return limit * Double.random(in: 0.5...1)
    }
}
