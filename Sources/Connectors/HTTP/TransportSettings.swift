import Domain

/// How patient a session is.
public struct TransportSettings: Sendable {
    /// For the connection itself.
    public var connectTimeout: Duration = .seconds(10)
    /// Without a byte.
    public var readTimeout: Duration = .seconds(60)
    /// For one complete answer.
    public var deadline: Duration = .seconds(180)
    /// Of a request, the first included.
    public var attempts = 6
    /// Before the second attempt; doubles each time.
    public var backoff: Duration = .milliseconds(500)
    /// Longer than this nobody is waited for: the sync ends and goes on next time.
    public var longestWait: Duration = .seconds(120)
    /// Bytes of an answer.
    public var largestAnswer = 128 << 20

    /// Where no connection may go.
    public var targets = ConnectionTargets()

    /// What vendors are reached through. Where a proxy leads is its own decision.
    public var proxies = ProxyList()

    public init() {}

    /// The usual ones, with the proxies that the environment names.
    ///
    /// - Throws: `ConnectorError.setting` when a proxy's address makes no sense.
    public init(environment: [String: String]) throws(ConnectorError) {
        do {
            proxies = try ProxyList(environment: environment)
        } catch {
            throw .setting(name: error.name, reason: error.reason)
        }
    }

    /// These, for a question that a person waits for the answer of.
    public var hurried: TransportSettings {
        var settings = self
        settings.connectTimeout = .seconds(5)
        settings.readTimeout = .seconds(10)
        settings.deadline = .seconds(15)
        settings.attempts = 2
        settings.longestWait = .seconds(3)
        return settings
    }

    /// The wait before an attempt, between half and all of what has grown so far, so that many do not come back at
    /// one moment.
    func wait(before attempt: Int) -> Duration {
        let growth = Double(1 << min(max(0, attempt - 2), 10))
        return min(backoff * growth, longestWait) * Double.random(in: 0.5...1)
    }
}
