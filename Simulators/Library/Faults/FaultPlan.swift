/// What goes wrong, and how often: probabilities are for one request, from 0 to 1.
public struct FaultPlan: Sendable {
    /// The token that came along is suddenly unknown.
    public var lostToken = 0.0
    /// 429, though the quota is not used up.
    public var throttled = 0.0
    /// A series of 500, 502 and 503 begins.
    public var burst = 0.0
    public var longestBurst = 3
    /// The answer breaks off, or does not come.
    public var cut = 0.0
    /// A page of a proxy instead of an answer.
    public var foreign = 0.0
    /// A paging token is not known any more.
    public var lostCursor = 0.0
    /// Of records, for good: a field has a value of the wrong kind.
    public var malformed = 0.0
    /// Of actions: done, but the answer is lost.
    public var lostAnswer = 0.0
    /// Of questions, while something has just changed: answered by a copy that has not heard of it.
    public var behind = 0.0
    /// Seconds until all copies have heard of a change.
    public var lag = 0.0
    /// Seconds that a client is to wait after 429.
    public var throttleSeconds = 1
    /// Seconds that the simulator's clock is ahead.
    public var clockSkew = 0.0
    public var seed: UInt64 = 1

    public init() {}

    /// Nothing goes wrong.
    public static let none = FaultPlan()

    /// A bad day: everything at once.
    public static let rough: FaultPlan = {
        var plan = FaultPlan()
        plan.lostToken = 0.05
        plan.throttled = 0.05
        plan.burst = 0.05
        plan.cut = 0.05
        plan.foreign = 0.03
        plan.lostCursor = 0.05
        plan.malformed = 0.01
        plan.lostAnswer = 0.2
        plan.clockSkew = 3_600
        return plan
    }()
}
