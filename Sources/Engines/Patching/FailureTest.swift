import Domain
import Glibc

/// A sequential test of how often a patch fails. One may look at it as often as one likes.
///
/// Two likelihood ratios are watched, each a mixture over what the rate could be instead (docs/patching.md):
///
///     against(n, f) = Σ wⱼ · (qⱼ / p₀)ᶠ · ((1 − qⱼ) / (1 − p₀))ⁿ⁻ᶠ     qⱼ > p₀ = goodRate
///     infavour(n, f) = Σ vⱼ · (rⱼ / p₁)ᶠ · ((1 − rⱼ) / (1 − p₁))ⁿ⁻ᶠ    rⱼ < p₁ = badRate
///
/// Where a patch fails at most with p₀ the first is a non-negative supermartingale that starts at 1. By Ville's inequality
/// it *ever* reaches 1/falseStop with a probability of at most falseStop. So does the second reach 1/falseGo for a bad one.
public struct FailureTest: Sendable, Hashable {
    public enum Verdict: Sendable, Hashable {
        case go, stop, undecided
    }

    public let policy: FailureTestPolicy
    private let against: RatioMixture
    private let inFavour: RatioMixture
    private let stopAt: Double
    private let goAt: Double

    public init(_ policy: FailureTestPolicy) {
        self.policy = policy
        against = RatioMixture(of: Self.badRates(policy), to: policy.goodRate)
        inFavour = RatioMixture(of: [(0.5, policy.goodRate), (0.5, 0)], to: policy.badRate)
        stopAt = -log(policy.falseStop)
        goAt = -log(policy.falseGo)
    }

    /// The bad rate, and twice, four times … as much: half of the weight on the first, half of what is left on the next.
    private static func badRates(_ policy: FailureTestPolicy) -> [(weight: Double, rate: Double)] {
        var rates: [(weight: Double, rate: Double)] = []
        var (rate, weight) = (policy.badRate, 0.5)
        while rate * 2 < 1 {
            rates.append((weight, rate))
            (rate, weight) = (rate * 2, weight / 2)
        }
        // The last takes what is left of the weight.
        rates.append((weight * 2, rate))
        return rates
    }

    /// What is not known counts against whichever decision is taken: endpoints under way as successes when it is to be
    /// stopped (failures are quicker to report than successes), and as failures when it is to be called good.
    public func verdict(_ trials: Trials) -> Verdict {
        if against.log(trials.begun, badly(trials)) >= stopAt { return .stop }
        let doubtful = trials.failures + trials.silent + trials.underWay
        return inFavour.log(trials.begun, doubtful) >= goAt ? .go : .undecided
    }

    private func badly(_ trials: Trials) -> Int { trials.failures + (policy.countsSilent ? trials.silent : 0) }

    /// With so many endpoints begun, the number of failures from which on it stops; nil where there cannot be so many.
    public func stopLine(_ begun: Int) -> Int? {
        first(in: 0...begun) { against.log(begun, $0) >= stopAt }
    }

    /// With so many endpoints, the number of failures up to which the patch is called good; nil where no number is.
    public func goLine(_ begun: Int) -> Int? {
        let refused = first(in: 0...begun) { inFavour.log(begun, $0) < goAt } ?? begun + 1
        return refused == 0 ? nil : refused - 1
    }

    /// The first number of which something is true that is true of all after it.
    private func first(in range: ClosedRange<Int>, _ holds: (Int) -> Bool) -> Int? {
        var (low, high) = (range.lowerBound, range.upperBound + 1)
        while low < high {
            let middle = (low + high) / 2
            if holds(middle) { high = middle } else { low = middle + 1 }
        }
        return low > range.upperBound ? nil : low
    }

    /// What a page shows of it.
    public struct Standing: Sendable, Hashable {
        public let verdict: Verdict
        public let trials: Trials
        /// How much more probable this is for a bad patch than for a good one; it stops at `stopsAt`.
        public let evidenceAgainst: Double
        public let stopsAt: Double
        /// The other way round.
        public let evidenceFor: Double
        public let goesAt: Double
        public let stopLine: Int?
        public let goLine: Int?
        /// The failure rate lies between these, with a probability of at least 1 − falseStop, whenever one looks.
        public let rate: ClosedRange<Double>
        /// If the patch is as good as `goodRate`, and as bad as `badRate`.
        public let ifGood: FailureOutlook
        public let ifBad: FailureOutlook
    }

    /// - Parameter horizon: more endpoints that there can be, at most.
    public func standing(_ trials: Trials, horizon: Int) -> Standing {
        let doubtful = trials.failures + trials.silent + trials.underWay
        return Standing(
            verdict: verdict(trials), trials: trials, evidenceAgainst: exp(against.log(trials.begun, badly(trials))),
            stopsAt: exp(stopAt), evidenceFor: exp(inFavour.log(trials.begun, doubtful)), goesAt: exp(goAt),
            stopLine: stopLine(trials.begun), goLine: goLine(trials.begun), rate: rate(trials),
            ifGood: outlook(rate: policy.goodRate, after: trials, horizon: horizon),
            ifBad: outlook(rate: policy.badRate, after: trials, horizon: horizon))
    }

    /// Where the failure rate may lie: what is not known is a success for its lower end, a failure for its upper one.
    public func rate(_ trials: Trials) -> ClosedRange<Double> {
        let lower = RateBounds(trials.begun, trials.failures, error: policy.falseStop).lower
        let upper = RateBounds(trials.begun, trials.begun - trials.successes, error: policy.falseStop).upper
        return min(lower, upper)...upper
    }

    /// How it goes on if the patch fails with some rate.
    ///
    /// - Parameter endsAtGo: whether a patch that is called good is watched no longer.
    public func outlook(
        rate: Double, after trials: Trials = Trials(), horizon: Int, endsAtGo: Bool = true
    ) -> FailureOutlook {
        FailureOutlook(
            rate: rate, begun: trials.begun, failures: badly(trials), horizon: horizon, stopLine: stopLine,
            goLine: endsAtGo ? goLine : { _ in nil })
    }
}

/// The logarithm of a mixture of likelihood ratios of Bernoulli trials.
struct RatioMixture: Sendable, Hashable {
    private struct Part: Hashable {
        let weight: Double
        let failure: Double
        let success: Double
    }

    private let parts: [Part]

    init(of rates: [(weight: Double, rate: Double)], to null: Double) {
        parts = rates.map { weight, rate in
            Part(
                weight: Glibc.log(weight), failure: Glibc.log(rate / null),
                success: Glibc.log((1 - rate) / (1 - null)))
        }
    }

    func log(_ trials: Int, _ failures: Int) -> Double {
        let terms = parts.map { part in
            // A rate of nothing makes a failure impossible: minus infinity, but not times zero.
            part.weight + (failures == 0 ? 0 : Double(failures) * part.failure)
                + (trials == failures ? 0 : Double(trials - failures) * part.success)
        }
        guard let largest = terms.max(), largest > -.infinity else { return -.infinity }
        return largest + Glibc.log(terms.reduce(0) { $0 + exp($1 - largest) })
    }
}
