/// When a session was last heard of, and what follows from silence.
struct SessionClock {
    enum Verdict {
        case fine
        /// Idle for long: ask whether the server is still there.
        case mustProbe
        /// An answer is overdue by far: the network or the server is dead.
        case stalled
    }

    /// What an answer may take beyond the statement's own limit.
    private static let grace: Duration = .seconds(10)

    private let probeInterval: Duration
    /// Nil where statements may run for ever.
    private let statementLimit: Duration?
    private var lastTraffic = Moment.now
    private var isProbing = false

    init(_ configuration: DatabaseConfiguration, for purpose: Purpose) {
        probeInterval = configuration.healthCheckInterval
        let timeout = SessionSettings(configuration, for: purpose).statementTimeout
        statementLimit = timeout > .zero ? timeout + Self.grace : nil
    }

    mutating func sent() { lastTraffic = .now }

    mutating func received() {
        lastTraffic = .now
        isProbing = false
    }

    func next(isBusy: Bool) -> Moment {
        if !isBusy { return lastTraffic.advanced(by: probeInterval) }
        if isProbing { return lastTraffic.advanced(by: Self.grace) }
        return statementLimit.map { lastTraffic.advanced(by: $0) } ?? .never
    }

    mutating func check(_ now: Moment, isBusy: Bool, isIdle: Bool) -> Verdict {
        guard now >= next(isBusy: isBusy) else { return .fine }
        if isBusy { return .stalled }
        lastTraffic = now
        guard isIdle else { return .fine }
        isProbing = true
        return .mustProbe
    }
}
