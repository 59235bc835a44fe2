import Domain
import Foundation
import Patching
import Testing
import TestRandomness

@Suite("When a deployment's failures stop it")
struct FailureTestTests {
    private static let policy = FailureTestPolicy()
    private static let horizon = 3000
    private static let lines = lines(policy)

    /// The failures that stop it, by endpoints begun.
    private static func lines(_ policy: FailureTestPolicy) -> [Int] {
        let test = FailureTest(policy)
        return (0...horizon).map { test.stopLine($0) ?? .max }
    }

    /// A run in which failures come at random: how many endpoints have begun when it stops; nil where it never does. The
    /// line never falls, so it is crossed at a failure.
    private func run(_ rate: Double, _ lines: [Int], _ generator: inout SeededRandom) -> Int? {
        var (begun, failures) = (0, 0)
        while true {
            let uniform = Double.random(in: Double.leastNonzeroMagnitude..<1, using: &generator)
            let gap = Foundation.log(uniform) / Foundation.log(1 - rate)
            guard gap < Double(lines.count) else { return nil }
            begun += Int(gap) + 1
            failures += 1
            guard begun < lines.count else { return nil }
            if failures >= lines[begun] { return begun }
        }
    }

    @Test(
        "a good patch is stopped in at most the stated share of 10,000 deployments of 3,000 endpoints",
        arguments: [(0.01, 0.05, 0.05), (0.01, 0.05, 0.01), (0.02, 0.1, 0.05), (0.05, 0.2, 0.1)])
    func falseStops(good: Double, bad: Double, falseStop: Double) {
        let policy = FailureTestPolicy(goodRate: good, badRate: bad, falseStop: falseStop)
        let lines = Self.lines(policy)
        var generator = SeededRandom(seed: 42)
        for rate in [good, good / 2] {
            let stops = (0..<10_000).count { _ in run(rate, lines, &generator) != nil }
            #expect(stops <= Int(falseStop * 10_000), "\(stops) at \(rate)")
        }
    }

    @Test("the exact computation says the same as the stated bound and the simulation")
    func exactFalseStops() {
        let outlook = FailureTest(Self.policy).outlook(rate: 0.01, horizon: Self.horizon, endsAtGo: false)
        #expect(outlook.stops <= 0.05)
        var generator = SeededRandom(seed: 7)
        let stops = (0..<10_000).count { _ in run(0.01, Self.lines, &generator) != nil }
        #expect(abs(Double(stops) / 10_000 - outlook.stops) < 0.01)
    }

    @Test(
        "a bad patch is stopped within a number of endpoints that is stated in docs/patching.md",
        arguments: [(0.05, 68, 269, 424), (0.1, 24, 73, 109), (0.2, 9, 29, 39), (0.3, 6, 17, 24)])
    func badPatches(rate: Double, half: Int, most: Int, nearly: Int) {
        let outlook = FailureTest(Self.policy).outlook(rate: rate, horizon: Self.horizon, endsAtGo: false)
        let bounds = [0.5, 0.95, 0.99].map { outlook.endpointsToStop(probability: $0) ?? .max }
        #expect(bounds == [half, most, nearly])
        #expect(outlook.stops > 0.9999)
        var generator = SeededRandom(seed: 11)
        let runs = (0..<10_000).map { _ in run(rate, Self.lines, &generator) ?? .max }
        for (bound, share) in zip(bounds, [0.5, 0.95, 0.99]) {
            #expect(Double(runs.count { $0 <= bound }) >= (share - 0.01) * 10_000)
        }
        #expect(abs(Double(runs.reduce(0, +)) / 10_000 - outlook.expected) < outlook.expected * 0.05)
    }

    @Test("failures that are reported sooner than successes stop no good patch more often", arguments: [1, 2])
    func hasty(seed: UInt64) {
        let test = FailureTest(Self.policy)
        var generator = SeededRandom(seed: seed)
        var stops = 0
        let runs = 400
        for _ in 0..<runs {
            var trials = Trials()
            var hidden: [Bool] = []
            for _ in 0..<300 {
                // Successes are known only when 50 more have begun.
                let fails = Double.random(in: 0..<1, using: &generator) < 0.01
                hidden.append(fails)
                trials.failures += fails ? 1 : 0
                trials.underWay += fails ? 0 : 1
                if hidden.count > 50, !hidden[hidden.count - 51] {
                    trials.underWay -= 1
                    trials.successes += 1
                }
                if test.verdict(trials) == .stop {
                    stops += 1
                    break
                }
            }
        }
        // 5 % and three standard deviations.
        #expect(Double(stops) <= 0.05 * Double(runs) + 3 * (0.05 * 0.95 * Double(runs)).squareRoot())
    }

    @Test("a bad patch is called good in at most the stated share, and a flawless one soon")
    func falseGo() {
        let test = FailureTest(Self.policy)
        #expect(test.outlook(rate: 0.05, horizon: Self.horizon).goes <= 0.05)
        let flawless = test.outlook(rate: 0, horizon: Self.horizon)
        #expect(flawless.goes == 1 && flawless.expected.rounded() == 64)
        #expect(test.verdict(Trials(successes: 100)) == .go && test.verdict(Trials(successes: 30)) == .undecided)
    }

    @Test("what is not known counts against whichever decision is taken")
    func unknowns() {
        let test = FailureTest(Self.policy)
        #expect(test.verdict(Trials(successes: 100, underWay: 30)) == .undecided)
        #expect(test.verdict(Trials(failures: 3)) == .stop)
        #expect(test.verdict(Trials(failures: 3, underWay: 1000)) == .undecided)
        // One that makes machines fall silent is a bad patch, unless silence is to say nothing.
        #expect(test.verdict(Trials(successes: 5, silent: 8)) == .stop)
        let deaf = FailureTest(FailureTestPolicy(countsSilent: false))
        #expect(deaf.verdict(Trials(successes: 5, silent: 8)) == .undecided)
        #expect(deaf.verdict(Trials(successes: 100, silent: 30)) == .undecided)
    }

    @Test("offline, cancelled and expired targets are no trials, and a retry takes no failure back")
    func trials() {
        let counts = TargetCounts([
            .waiting: 9, .offered: 3, .downloading: 2, .cancelled: 4, .expired: 5, .deployed: 10, .installing: 1,
            .rebooting: 1, .verifying: 1, .unknown: 1, .lost: 1,
        ])
        #expect(Trials(counts, failed: 2) == Trials(successes: 10, failures: 2, silent: 2, underWay: 3))
        #expect(Trials(counts, failed: 2).begun == 17)
        // One that was silent when it was forgiven and has succeeded since is nothing new.
        let news =
            Trials(successes: 11, failures: 3, silent: 1, underWay: 2)
            - Trials(successes: 10, failures: 2, silent: 2, underWay: 3)
        #expect(news == Trials(failures: 1, underWay: 2))
    }

    @Test("the bounds of the rate hold the rate at every look in at least 95 of 100 deployments")
    func rateBounds() {
        let test = FailureTest(Self.policy)
        var generator = SeededRandom(seed: 5)
        var misses = 0
        for _ in 0..<200 {
            var trials = Trials()
            for count in 1...300 {
                if Double.random(in: 0..<1, using: &generator) < 0.05 {
                    trials.failures += 1
                } else {
                    trials.successes += 1
                }
                if count % 10 == 0, !test.rate(trials).contains(0.05) {
                    misses += 1
                    break
                }
            }
        }
        #expect(misses <= 10 + 9)
        #expect(test.rate(Trials()) == 0...1)
        let wide = test.rate(Trials(successes: 80, failures: 2, silent: 4, underWay: 10))
        let sure = test.rate(Trials(successes: 94, failures: 2))
        #expect(wide.upperBound > sure.upperBound && wide.lowerBound >= 0)
    }

    @Test("a page shows where the test stands")
    func standing() throws {
        let standing = FailureTest(Self.policy).standing(Trials(successes: 40, failures: 2), horizon: 2000)
        #expect(standing.verdict == .undecided)
        #expect(standing.evidenceAgainst > 1 && standing.evidenceAgainst < standing.stopsAt)
        #expect(abs(standing.stopsAt - 20) < 1e-9 && abs(standing.goesAt - 20) < 1e-9)
        let line = try #require(standing.stopLine)
        #expect(line > 2 && standing.goLine == nil)
        #expect(standing.rate.contains(2.0 / 42))
        #expect(standing.ifBad.stops > standing.ifGood.stops && standing.ifGood.goes > standing.ifBad.goes)
        #expect(standing.ifBad.expected > 0 && standing.ifBad.expected < 2000)
    }
}

@Suite("The gate between two rings")
struct RingGateTests {
    private let gate = RingGate(GatePolicy(soakMinutes: 30))
    private let good = GateEvidence(ring: Trials(successes: 10), all: Trials(successes: 10))

    @Test("a ring is done when enough of it has an outcome, or nothing more can come")
    func done() {
        #expect(gate.isDone(TargetCounts()))
        #expect(gate.isDone(TargetCounts([.deployed: 8, .failed: 1, .waiting: 1])))
        #expect(!gate.isDone(TargetCounts([.deployed: 8, .waiting: 2])))
        // What was never reached is no outcome; but it does not come any more either.
        #expect(!gate.isDone(TargetCounts([.deployed: 5, .expired: 4, .waiting: 1])))
        #expect(gate.isDone(TargetCounts([.deployed: 5, .expired: 5])))
    }

    @Test("the ring soaks before the next is opened")
    func soak() {
        let ring = TargetCounts([.deployed: 10])
        func decision(_ minutes: Double) -> RingGate.Decision {
            gate.decide(good, ring: ring, soakingSince: start, at: start + minutes * 60)
        }
        #expect(decision(29) == .wait(["The ring is watched for 1 more minutes."]))
        #expect(decision(30) == .go)
        #expect(gate.decide(good, ring: ring, soakingSince: nil, at: start) != .go)
        // A retry takes outcomes away from a ring that soaks.
        let retried = TargetCounts([.deployed: 8, .waiting: 2])
        #expect(
            gate.decide(good, ring: retried, soakingSince: start, at: start + 9999)
                == .wait(["8 of 10 endpoints have an outcome."]))
    }

    @Test("each of its conditions stops a deployment, with a sentence")
    func objections() {
        let ring = TargetCounts([.deployed: 10])
        func stops(_ evidence: GateEvidence, _ ring: TargetCounts) -> String? {
            if case .stop(let reasons) = gate.decide(evidence, ring: ring, soakingSince: start, at: start + 9999) {
                return reasons.joined(separator: " ")
            }
            return nil
        }
        var evidence = good
        #expect(stops(evidence, ring) == nil)
        evidence.incidents = 1
        #expect(stops(evidence, ring) == "There are 1 new incidents on patched endpoints; 0 are allowed.")
        evidence = good
        evidence.unhealthy = 2
        #expect(stops(evidence, ring)?.contains("not well after their restart") == true)
        #expect(
            stops(good, TargetCounts([.deployed: 10, .expired: 10]))
                == "Only 50 % of the ring have an outcome; 90 % are wanted.")
        // Before the ring is done: it cannot reach its rate any more.
        let failing = GateEvidence(
            ring: Trials(successes: 1, failures: 2), all: Trials(successes: 100, failures: 2))
        #expect(
            stops(failing, TargetCounts([.deployed: 1, .failed: 2, .waiting: 7]))
                == "2 of 10 endpoints of the ring failed: 90 % have to succeed.")
    }

    @Test("a ring that has to prove itself and cannot asks a person, who may go on")
    func proof() {
        let gate = RingGate(GatePolicy(soakMinutes: 0, test: FailureTestPolicy(needsProof: true)))
        let small = gate.decide(good, ring: TargetCounts([.deployed: 10]), soakingSince: start, at: start)
        #expect(small == .stop(["The ring is done, and too small to prove that the patch is good."]))
        let large = GateEvidence(ring: Trials(successes: 100), all: Trials(successes: 100))
        #expect(gate.decide(large, ring: TargetCounts([.deployed: 100]), soakingSince: start, at: start) == .go)
    }
}
