import Domain
import FoundationEssentials

/// Whether the next ring may be opened, or the deployment has to stop.
public struct RingGate: Sendable, Hashable {
    public enum Decision: Sendable, Hashable, Codable {
        case go
        /// Why, as sentences.
        case stop([String])
        /// What is waited for, as sentences.
        case wait([String])
    }

    public let policy: GatePolicy

    public init(_ policy: GatePolicy) { self.policy = policy }

    /// Whether enough of a ring has an outcome, or nothing more can come. A ring of nobody is done.
    public func isDone(_ ring: TargetCounts) -> Bool {
        ring.open == 0 || coverage(of: ring) >= policy.coveragePercent
    }

    /// - Parameters:
    ///   - ring: the targets of the newest ring.
    ///   - forgiven: what a person has seen and gone on.
    public func decide(
        _ evidence: GateEvidence, ring: TargetCounts, forgiven: GateEvidence = GateEvidence(), soakingSince: Date?,
        at now: Date
    ) -> Decision {
        let news = evidence - forgiven
        let verdict = FailureTest(policy.test).verdict(news.all)
        var objections = self.objections(news, ring, verdict)
        if !forgiven.isRingForgiven, let shortage = shortage(of: ring) { objections.append(shortage) }
        if !objections.isEmpty { return .stop(objections) }
        let waits = self.waits(ring, soakingSince, now)
        if !waits.isEmpty { return .wait(waits) }
        guard policy.test.needsProof, verdict != .go, ring.total > 0, !forgiven.isRingForgiven else { return .go }
        // Nobody is left who could prove it: a person has to decide.
        return ring.open == 0
            ? .stop(["The ring is done, and too small to prove that the patch is good."])
            : .wait(["It is not proven yet that the patch is good."])
    }

    private func coverage(of ring: TargetCounts) -> Double {
        let (outcomes, all) = (outcomes(of: ring), ring.total - ring[.cancelled])
        return all == 0 ? 100 : 100 * Double(outcomes) / Double(all)
    }

    private func outcomes(of ring: TargetCounts) -> Int {
        ring.sum { $0.isFinal && $0 != .cancelled && $0 != .expired }
    }

    private func objections(
        _ news: GateEvidence, _ ring: TargetCounts, _ verdict: FailureTest.Verdict
    ) -> [String] {
        var reasons: [String] = []
        if verdict == .stop {
            reasons.append(
                "\(news.all.failures + news.all.silent) of \(news.all.begun) endpoints failed or fell silent: a good patch "
                    + "does so with a probability of at most \(percent(100 * policy.test.falseStop)).")
        }
        // So many that the ring cannot reach its success rate any more.
        let bad = news.ring.failures + (policy.test.countsSilent ? news.ring.silent : 0)
        let size = max(ring.total - ring[.cancelled] - ring[.expired], news.ring.begun)
        if size > 0 && 100 * Double(size - bad) < policy.successPercent * Double(size) {
            reasons.append(
                "\(bad) of \(size) endpoints of the ring failed: \(percent(policy.successPercent)) have to succeed.")
        }
        for (count, limit, what) in [
            (news.unhealthy, policy.unhealthy, "endpoints that are not well after their restart"),
            (news.incidents, policy.incidents, "new incidents on patched endpoints"),
            (news.alerts, policy.alerts, "new alerts on patched endpoints"),
        ] where count > limit {
            reasons.append("There are \(count) \(what); \(limit) are allowed.")
        }
        return reasons
    }

    /// A ring that has ended with too few outcomes says too little.
    private func shortage(of ring: TargetCounts) -> String? {
        guard ring.open == 0, coverage(of: ring) < policy.coveragePercent else { return nil }
        return "Only \(percent(coverage(of: ring))) of the ring have an outcome; "
            + "\(percent(policy.coveragePercent)) are wanted."
    }

    private func waits(_ ring: TargetCounts, _ soakingSince: Date?, _ now: Date) -> [String] {
        guard ring.total > 0 else { return [] }
        guard isDone(ring) else { return ["\(outcomes(of: ring)) of \(ring.total) endpoints have an outcome."] }
        let left = Double(policy.soakMinutes) * 60 - now.timeIntervalSince(soakingSince ?? now)
        return left > 0 ? ["The ring is watched for \(Int((left / 60).rounded(.up))) more minutes."] : []
    }

    private func percent(_ value: Double) -> String {
        value == value.rounded() ? "\(Int(value)) %" : "\((value * 100).rounded() / 100) %"
    }
}
