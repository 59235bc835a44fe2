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

    // In nanoseconds: the reactor looks at every session's clock in every turn.
    private let probeInterval: UInt64
    private let probeLimit: UInt64
    /// The longest span where statements may run for ever.
    private let statementLimit: UInt64
    private var lastTraffic = Moment.now
    private var isProbing = false

    init(_ configuration: DatabaseConfiguration, for purpose: Purpose) {
        probeInterval = configuration.healthCheckInterval.wholeNanoseconds
        probeLimit = Self.grace.wholeNanoseconds
        let timeout = SessionSettings(configuration, for: purpose).statementTimeout
        statementLimit = timeout > .zero ? (timeout + Self.grace).wholeNanoseconds : .max
    }

    mutating func sent() { lastTraffic = .now }

    mutating func received() {
        lastTraffic = .now
        isProbing = false
    }

    func next(isBusy: Bool) -> Moment {
        let span = !isBusy ? probeInterval : isProbing ? probeLimit : statementLimit
        return lastTraffic.advanced(byNanoseconds: span)
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
