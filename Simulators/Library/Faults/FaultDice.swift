/// Throws the dice for each request. The same plan gives the same faults for the same requests in the same order.
struct FaultDice: Sendable {
    enum Fault: Sendable {
        case lostToken, throttled, cut, foreign
        case failure(Int)
    }

    private let plan: FaultPlan
    private var random: SplitMix
    private var burst = 0

    init(_ plan: FaultPlan) {
        self.plan = plan
        random = SplitMix(plan.seed)
    }

    /// What happens to a request.
    mutating func fault() -> Fault? {
        if burst > 0 {
            burst -= 1
            return .failure(random.pick([500, 502, 503]))
        }
        if random.chance(plan.burst) {
            burst = Int.random(in: 0..<max(1, plan.longestBurst), using: &random)
            return .failure(500)
        }
        if random.chance(plan.lostToken) { return .lostToken }
        if random.chance(plan.throttled) { return .throttled }
        if random.chance(plan.cut) { return .cut }
        if random.chance(plan.foreign) { return .foreign }
        return nil
    }

    /// Of a part of a request that has several: not now, though the others are answered.
    mutating func isPutOff() -> Bool { random.chance(plan.throttled) }
    mutating func losesCursor() -> Bool { random.chance(plan.lostCursor) }
    mutating func losesAnswer() -> Bool { random.chance(plan.lostAnswer) }

    /// Whether a copy answers that lags behind.
    mutating func isBehind() -> Bool { random.chance(plan.behind) }

    /// How much of an answer of this length arrives before the connection breaks.
    mutating func cut(_ length: Int) -> Int { Int.random(in: 0...max(0, length - 1), using: &random) }
}
