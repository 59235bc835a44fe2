/// What a ring has to show before the next is opened, and what stops a deployment.
public struct GatePolicy: Sendable, Hashable, Codable {
    /// Of the outcomes that are known, at least so many percent are successes.
    public var successPercent: Double
    /// The ring is done when at least so many percent of it have come to an end and nothing is under way.
    public var coveragePercent: Double
    /// How long the ring is watched when it is done.
    public var soakMinutes: Int
    /// Endpoints that are not well after their restart, at most.
    public var unhealthy: Int
    /// New incidents and alerts on patched endpoints, at most.
    public var incidents: Int
    public var alerts: Int
    public var test: FailureTestPolicy

    public init(
        successPercent: Double = 90, coveragePercent: Double = 90, soakMinutes: Int = 60, unhealthy: Int = 0,
        incidents: Int = 0, alerts: Int = 0, test: FailureTestPolicy = FailureTestPolicy()
    ) {
        self.successPercent = successPercent
        self.coveragePercent = coveragePercent
        self.soakMinutes = soakMinutes
        self.unhealthy = unhealthy
        self.incidents = incidents
        self.alerts = alerts
        self.test = test
    }

    enum CodingKeys: String, CodingKey {
        case unhealthy, incidents, alerts, test
        case successPercent = "success_percent"
        case coveragePercent = "coverage_percent"
        case soakMinutes = "soak_minutes"
    }
}

/// The sequential test of a deployment's failures, and its error bounds.
public struct FailureTestPolicy: Sendable, Hashable, Codable {
    /// A patch that fails at most so often is good.
    public var goodRate: Double
    /// One that fails at least so often is bad.
    public var badRate: Double
    /// How probable it may be that a good patch is ever stopped.
    public var falseStop: Double
    /// How probable it may be that a bad patch is ever called good.
    public var falseGo: Double
    /// Whether a ring has to prove that the patch is good, instead of merely not being shown to be bad.
    public var needsProof: Bool
    /// Whether an endpoint that fell silent after it had begun counts as a failure.
    public var countsSilent: Bool

    public init(
        goodRate: Double = 0.01, badRate: Double = 0.05, falseStop: Double = 0.05, falseGo: Double = 0.05,
        needsProof: Bool = false, countsSilent: Bool = true
    ) {
        self.goodRate = goodRate
        self.badRate = badRate
        self.falseStop = falseStop
        self.falseGo = falseGo
        self.needsProof = needsProof
        self.countsSilent = countsSilent
    }

    enum CodingKeys: String, CodingKey {
        case goodRate = "good_rate"
        case badRate = "bad_rate"
        case falseStop = "false_stop"
        case falseGo = "false_go"
        case needsProof = "needs_proof"
        case countsSilent = "counts_silent"
    }
}
