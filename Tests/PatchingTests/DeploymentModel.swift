import Domain
import Foundation
import Patching
import TestRandomness

/// A fleet, a network that loses, repeats and delays, and people who do anything at any time, around the pure decisions: what
/// a worker and the endpoints do with them, in memory.
struct DeploymentModel {
    /// An endpoint: it has a journal of what it has done, that survives its restarts.
    struct Machine {
        let id = EndpointID.make()
        let ring: Int
        var journal: [String: TargetReport.Phase] = [:]
        var isOnline = true
        /// How often each job has changed it, and whether the patch is there.
        var done: [String: Int] = [:]
        var hasPatch = false
        /// An executor has its jobs, not an agent.
        var isOfExecutor = false
        /// When its target came to its state.
        var since = start
    }

    struct Record {
        let event: DeploymentLife.Event
        let at: Date
    }

    /// Seconds for which one that nothing can be told of holds its place.
    static let hold = 600.0

    let deployment = DeploymentID.make()
    let policy: GatePolicy
    let limits: DeploymentLimits
    let failureRate: Double
    var now = start
    var life: DeploymentLife
    var machines: [Machine]
    var targets: [TargetLife]
    var mail: [(machine: Int, report: TargetReport)] = []
    var generator: SeededRandom
    var log: [Record] = []
    var steps: [DeploymentLife.Step] = []
    var violations: [String] = []
    private let first: DeploymentLife

    init(seed: UInt64, rings: [Int], policy: GatePolicy, limits: DeploymentLimits, failureRate: Double) {
        self.policy = policy
        self.limits = limits
        self.failureRate = failureRate
        first = DeploymentLife(approval: .one, ringCount: rings.count)
        life = first
        machines = rings.indices.flatMap { ring in (0..<rings[ring]).map { _ in Machine(ring: ring) } }
        targets = machines.map { _ in TargetLife() }
        generator = SeededRandom(seed: seed)
        for index in machines.indices { machines[index].isOfExecutor = Bool.random(using: &generator) }
    }

    var replayed: DeploymentLife { log.reduce(first) { $0.after($1.event, at: $1.at)?.life ?? $0 } }

    func counts(where holds: (Int) -> Bool = { _ in true }) -> TargetCounts {
        var counts = TargetCounts()
        for (index, target) in targets.enumerated() where holds(machines[index].ring) { counts[target.status] += 1 }
        return counts
    }

    private func trials(where holds: (Int) -> Bool) -> Trials {
        var untroubled = TargetCounts()
        var failed = 0
        for (index, target) in targets.enumerated() where holds(machines[index].ring) {
            if target.hasFailed { failed += 1 } else { untroubled[target.status] += 1 }
        }
        return Trials(untroubled, failed: failed)
    }

    var evidence: GateEvidence {
        GateEvidence(ring: trials { $0 == life.ring }, all: trials { $0 <= life.ring })
    }

    func survey() -> DeploymentLife.Survey {
        let ring = counts { $0 == life.ring }
        let gate = RingGate(policy)
        return .init(
            targets: counts(), toRollBack: targets.count { $0.needsRollback }, isRingDone: gate.isDone(ring),
            gate: gate.decide(
                evidence, ring: ring, forgiven: life.forgiven, soakingSince: life.soakingSince, at: now),
            evidence: evidence)
    }

    mutating func meet(_ event: DeploymentLife.Event) {
        log.append(Record(event: event, at: now))
        guard let step = life.after(event, at: now) else { return }
        if step.life.ring > max(life.ring, 0), survey().gate != .go {
            violations.append("A ring was opened past its gate.")
        }
        if let after = life.after(event, at: now)?.life.after(event, at: now), after.transition != nil {
            if case .surveyed = event {} else { violations.append("\(event) counted twice.") }
        }
        life = step.life
        steps.append(step)
        for action in step.actions {
            for index in targets.indices {
                switch action {
                case .cancelUnbegun: change(index, .cancelled("The deployment ended."))
                case .rollBackTargets: change(index, .rollBack)
                case .retryTargets: change(index, .retried)
                case .openRing, .notify: break
                }
            }
        }
    }

    @discardableResult
    mutating func change(_ index: Int, _ event: TargetLife.Event) -> TargetLife.Answer {
        let step = targets[index].after(event, at: now)
        if let transition = step.transition {
            if TargetLifeTests.legal[transition.from]?.contains(transition.to) != true {
                violations.append("\(transition)")
            }
            machines[index].since = now
            if transition.to == .installing && transition.from.isPrepared && !life.opens(machines[index].ring) {
                violations.append("One began before its gate, or while nothing may begin.")
            }
        }
        targets[index] = step.life
        return step.answer
    }
}

extension DeploymentModel {
    /// A minute passes: the planner gives turns, endpoints work, mail arrives, leases lapse.
    mutating func tick() {
        now += 60
        for index in machines.indices {
            if Int.random(in: 0..<20, using: &generator) == 0 { machines[index].isOnline.toggle() }
        }
        giveTurns()
        for index in machines.indices where machines[index].isOnline { work(index) }
        deliver()
        for index in targets.indices {
            change(index, .lapsed)
            if Int.random(in: 0..<200, using: &generator) == 0 { change(index, .overdue) }
        }
        meet(.surveyed(survey()))
    }

    private mutating func giveTurns() {
        let online = machines.indices.filter { machines[$0].isOnline }
        let lanes = (0..<life.ringCount).flatMap { ring in
            [PatchJob.Kind.install, .rollback].map { kind in
                TurnPlanner.Lane(
                    deployment: deployment, ring: ring, kind: kind, life: life, limits: limits,
                    candidates: online.filter {
                        machines[$0].ring == ring
                            && targets[$0].status == (kind == .install ? .waiting : .rollbackWaiting)
                    }.map { machines[$0].id })
            }
        }
        let released = machines.indices.count { releases($0) }
        let turn = TurnPlanner().plan(lanes, loads: [deployment: .init(counts(), released: released)], at: now)
        for start in turn.starts {
            guard let index = machines.firstIndex(where: { $0.id == start.endpoint }) else { continue }
            if targets[index].status.isUnderWay { violations.append("One that is at a job was given another.") }
            change(index, .offered(until: now + 300))
        }
        // Those that hold no place may be heard of again: then there are more, and nobody begins until there are fewer.
        if let limit = limits.concurrent, !turn.starts.isEmpty, counts().underWay - released > limit {
            violations.append("More are under way than may be.")
        }
    }

    /// Whether a target holds no place any more.
    func releases(_ index: Int) -> Bool {
        TargetPace.releases(
            targets[index], ofExecutor: machines[index].isOfExecutor, since: machines[index].since, hold: Self.hold,
            at: now)
    }

    /// A minute in which whoever has a turn begins, and what is asked of its executor is never answered.
    mutating func turnsWithoutAnswers() {
        now += 60
        giveTurns()
        for index in machines.indices where targets[index].status == .offered {
            let job = PatchJob(
                deployment: deployment, endpoint: machines[index].id, kind: .install, attempt: targets[index].attempt)
            let report = TargetReport(.install, attempt: job.attempt, .began)
            guard change(index, .reported(report, until: now + 300, mayBegin: true)) == .proceed else { continue }
            machines[index].done[job.description, default: 0] += 1
            change(index, .doubted("The answer was lost."))
        }
    }

    /// What an endpoint does when it is awake: asks, and acts on the answer as its journal allows.
    private mutating func work(_ index: Int) {
        guard case .job(let kind, let attempt) = change(index, .asked(until: now + 300)),
            Int.random(in: 0..<4, using: &generator) > 0
        else { return }
        let job = PatchJob(deployment: deployment, endpoint: machines[index].id, kind: kind, attempt: attempt)
            .description
        if let outcome = machines[index].journal[job] {
            send(index, TargetReport(kind, attempt: attempt, outcome))
            return
        }
        let may = life.lets(kind, in: machines[index].ring)
        let answer = change(
            index, .reported(TargetReport(kind, attempt: attempt, .began), until: now + 300, mayBegin: may))
        // The answer may be lost.
        guard answer == .proceed, Int.random(in: 0..<8, using: &generator) > 0 else { return }
        machines[index].done[job, default: 0] += 1
        let fails = Double.random(in: 0..<1, using: &generator) < failureRate
        machines[index].hasPatch = kind == .install ? !fails : fails
        let outcome: TargetReport.Phase =
            fails ? .failed("It did not work.", hasChanged: false) : .succeeded(awaitsReboot: false)
        machines[index].journal[job] = outcome
        // It may die here, and tell when it is asked again.
        if Int.random(in: 0..<10, using: &generator) == 0 { machines[index].isOnline = false }
        send(index, TargetReport(kind, attempt: attempt, .verifying))
        send(index, TargetReport(kind, attempt: attempt, outcome))
    }

    private mutating func send(_ index: Int, _ report: TargetReport) {
        for _ in 0..<[0, 1, 1, 1, 2, 3][Int.random(in: 0..<6, using: &generator)] { mail.append((index, report)) }
    }

    private mutating func deliver() {
        mail.shuffle(using: &generator)
        let kept = mail.count / 3
        for (machine, report) in mail[kept...] {
            change(
                machine,
                .reported(report, until: now + 300, mayBegin: life.lets(report.kind, in: machines[machine].ring)))
        }
        mail = Array(mail[..<kept])
    }
}
