import Domain
import Foundation
import Patching
import Testing
import TestRandomness

@Suite("How far a deployment has come")
struct DeploymentLifeTests {
    private static let legal: [DeploymentStatus: Set<DeploymentStatus>] = [
        .awaitingApproval: [.scheduled, .rejected, .aborting], .rejected: [],
        .scheduled: [.running, .paused, .aborting],
        .running: [.soaking, .paused, .halted, .aborting, .rollingBack, .completed, .completedWithFailures],
        .soaking: [.running, .paused, .halted, .aborting, .rollingBack, .completed, .completedWithFailures],
        .paused: [.scheduled, .running, .soaking, .aborting, .rollingBack],
        .halted: [.running, .soaking, .aborting, .rollingBack],
        .aborting: [.aborted, .rollingBack], .aborted: [.rollingBack],
        .rollingBack: [.rolledBack, .rolledBackWithFailures], .rolledBack: [],
        .rolledBackWithFailures: [.rollingBack], .completed: [.rollingBack],
        .completedWithFailures: [.running, .rollingBack],
    ]

    private func model(_ seed: Int, people: Bool) -> DeploymentModel {
        var generator = SeededRandom(seed: UInt64(seed) &* 7919)
        let rings = (0..<Int.random(in: 1...4, using: &generator)).map { _ in Int.random(in: 0...8, using: &generator) }
        let policy = GatePolicy(
            successPercent: 50, coveragePercent: 80, soakMinutes: Int.random(in: 0...5, using: &generator))
        var model = DeploymentModel(
            seed: UInt64(seed), rings: rings, policy: policy,
            limits: DeploymentLimits(concurrent: Int.random(in: 1...6, using: &generator)),
            failureRate: people ? [0, 0.1, 0.6].randomElement(using: &generator) ?? 0 : 0)
        model.meet(.approved)
        return model
    }

    private func check(_ model: DeploymentModel) {
        #expect(model.violations.isEmpty, "\(model.violations)")
        for step in model.steps {
            if let transition = step.transition {
                #expect(Self.legal[transition.from]?.contains(transition.to) == true, "\(transition)")
            }
        }
        for machine in model.machines {
            #expect(machine.done.values.allSatisfy { $0 == 1 }, "a job was done twice: \(machine.done)")
        }
        #expect(model.replayed == model.life)
    }

    @Test(
        "people pause, go on, abort, retry and roll back at any time, machines vanish, reports come late, twice or never",
        arguments: 0..<8)
    func anything(seed: Int) {
        for run in 0..<25 {
            var model = model(seed * 1000 + run, people: true)
            var generator = SeededRandom(seed: UInt64(seed * 1000 + run))
            for _ in 0..<120 {
                switch Int.random(in: 0..<60, using: &generator) {
                case 0: model.meet(.pause)
                case 1, 2, 3: model.meet(.resume(model.evidence))
                case 4 where Bool.random(using: &generator): model.meet(.abort)
                case 5: model.meet(.retry)
                case 6 where Bool.random(using: &generator): model.meet(.rollBack)
                case 7...20: model.meet(.due)
                case 21: model.meet(.approved)
                case 22: model.meet(.refused)
                default: break
                }
                model.tick()
            }
            check(model)
        }
    }

    @Test(
        "an abort leaves nothing running: what runs is waited for, what has not begun never begins", arguments: 0..<40)
    func abort(seed: Int) {
        var model = model(seed, people: true)
        model.meet(.due)
        for _ in 0..<(seed % 12) { model.tick() }
        model.meet(.abort)
        let isEarly = model.life.status == .aborting
        let jobs = model.machines.map(\.done.count)
        let running = model.targets.map(\.status.isChanging)
        for _ in 0..<400 where model.life.status == .aborting { model.tick() }
        check(model)
        guard isEarly else { return }
        #expect(model.life.status == .aborted)
        #expect(model.targets.allSatisfy { $0.status.isFinal })
        for index in model.machines.indices where !running[index] {
            #expect(model.machines[index].done.count == jobs[index])
        }
        let done = model.machines.map(\.done)
        for _ in 0..<20 { model.tick() }
        #expect(model.machines.map(\.done) == done)
    }

    @Test("a rollback takes away what is there, and waits for what was under way", arguments: 0..<40)
    func rollback(seed: Int) {
        var model = model(seed, people: false)
        model.meet(.due)
        for _ in 0..<(3 + seed % 20) { model.tick() }
        model.meet(.rollBack)
        for _ in 0..<2000 where model.life.status == .rollingBack { model.tick() }
        check(model)
        #expect(model.life.status == .rolledBack || model.life.status == .rolledBackWithFailures)
        for (machine, target) in zip(model.machines, model.targets) {
            if machine.hasPatch { #expect(target.status == .rollbackFailed || target.status == .lost) }
            if target.status == .rolledBack { #expect(!machine.hasPatch) }
        }
    }

    @Test(
        "where executors lose every answer all machines have their turn, each once, and never more than there are places"
    )
    func lostAnswers() {
        for limit in 1...3 {
            var model = DeploymentModel(
                seed: UInt64(limit), rings: [9], policy: GatePolicy(successPercent: 0, coveragePercent: 100),
                limits: DeploymentLimits(concurrent: limit), failureRate: 0)
            for index in model.machines.indices { model.machines[index].isOfExecutor = true }
            model.meet(.approved)
            model.meet(.due)
            for _ in 0..<(9 * 15) { model.turnsWithoutAnswers() }
            check(model)
            #expect(model.targets.allSatisfy { $0.status == .unknown && $0.attempt == 1 })
            #expect(model.machines.allSatisfy { $0.done.count == 1 })
        }
    }

    @Test("left alone, a good patch comes to its end", arguments: 0..<40)
    func completes(seed: Int) {
        var model = model(seed, people: false)
        model.meet(.due)
        for _ in 0..<3000 where !model.life.status.isFinal {
            // Machines that were given up can leave a ring with too few outcomes.
            if model.life.status == .halted { model.meet(.resume(model.evidence)) }
            model.tick()
        }
        check(model)
        let all = model.targets.allSatisfy { $0.status == .deployed }
        #expect(model.life.status == (all ? .completed : .completedWithFailures))
    }

    @Test("a halted deployment goes on past its gate only with a person's word, and is halted again by what is new")
    func halt() throws {
        let policy = GatePolicy(successPercent: 0, soakMinutes: 0)
        let gate = RingGate(policy)
        var ring = TargetCounts([.deployed: 20, .failed: 6])
        let seen = GateEvidence(ring: Trials(successes: 20, failures: 6), all: Trials(successes: 20, failures: 6))
        func survey(_ evidence: GateEvidence, _ life: DeploymentLife) -> DeploymentLife.Event {
            .surveyed(
                .init(
                    targets: ring + TargetCounts([.waiting: 100]), isRingDone: gate.isDone(ring),
                    gate: gate.decide(
                        evidence, ring: ring, forgiven: life.forgiven, soakingSince: life.soakingSince, at: start),
                    evidence: evidence))
        }
        var life = DeploymentLife(.running, ring: 0, ringCount: 2)
        let halted = try #require(life.after(survey(seen, life), at: start, by: .gate))
        #expect(halted.life.status == .halted && halted.transition?.reason?.contains("6 of 26 endpoints") == true)
        life = halted.life
        #expect(life.after(survey(seen, life), at: start) == nil && !life.opens(0))
        life = try #require(life.after(.resume(seen), at: start)).life
        #expect(life.status == .running)
        life = try #require(life.after(survey(seen, life), at: start)).life
        #expect(life.status == .soaking)
        life = try #require(life.after(survey(seen, life), at: start)).life
        #expect(life.status == .running && life.ring == 1)
        ring = TargetCounts([.deployed: 4, .failed: 5, .waiting: 91])
        let news = GateEvidence(ring: Trials(successes: 4, failures: 5), all: Trials(successes: 24, failures: 11))
        #expect(life.after(survey(news, life), at: start)?.life.status == .halted)
    }

    @Test("a pause holds what it is in; whoever asks for the deployment does not approve it")
    func pauseAndApproval() throws {
        let soaking = DeploymentLife(.soaking, ring: 1, ringCount: 3, soakingSince: start)
        let paused = try #require(soaking.after(.pause, at: start)).life
        #expect(!paused.opens(0) && paused.after(.pause, at: start) == nil)
        #expect(try #require(paused.after(.resume(GateEvidence()), at: start)).life == soaking)
        #expect(DeploymentLife(approval: .none, ringCount: 1).status == .scheduled)
        let waiting = DeploymentLife(approval: .twoPersons, ringCount: 1)
        #expect(
            waiting.after(.due, at: start) == nil && waiting.after(.surveyed(.init(targets: .init())), at: start) == nil
        )
    }
}

@Suite("Who has to agree with a deployment")
struct ApprovalTests {
    private static let requester = UserID.make()
    private static let (ada, bob) = (UserID.make(), UserID.make())

    @Test(
        "each other person counts once, by the last word on the present plan",
        arguments: [
            (DeploymentPlan.Approval.none, [], Approvals.Outcome.approved),
            (.one, [], .waiting(more: 1)),
            (.one, [(requester, true, 2)], .waiting(more: 1)),
            (.one, [(ada, true, 2)], .approved),
            (.one, [(ada, true, 1)], .waiting(more: 1)),
            (.twoPersons, [(requester, true, 2), (ada, true, 2)], .waiting(more: 1)),
            (.twoPersons, [(ada, true, 2), (ada, true, 2)], .waiting(more: 1)),
            (.twoPersons, [(ada, true, 2), (bob, true, 2)], .approved),
            (.twoPersons, [(ada, true, 2), (bob, false, 2)], .refused(by: bob)),
            (.twoPersons, [(ada, false, 2), (ada, true, 2), (bob, true, 2)], .approved),
            // Whoever asked may think better of it.
            (.one, [(requester, false, 2), (ada, true, 2)], .refused(by: requester)),
        ] as [(DeploymentPlan.Approval, [(UserID, Bool, Int)], Approvals.Outcome)])
    func outcomes(
        rule: DeploymentPlan.Approval, words: [(UserID, Bool, Int)], outcome: Approvals.Outcome
    ) {
        let approvals = Approvals(rule, requester: Self.requester, revision: 2)
        #expect(approvals.outcome(words.map { .init(person: $0.0, agrees: $0.1, revision: $0.2) }) == outcome)
    }
}
