import Domain
import Foundation
import Patching
import Testing
import TestRandomness

/// When tests happen.
let start = Date(timeIntervalSince1970: 1_774_000_000)

@Suite("How far an endpoint of a deployment has come")
struct TargetLifeTests {
    /// What may follow what. Nothing else does, whatever happens.
    static let legal: [TargetStatus: Set<TargetStatus>] = [
        .waiting: [.offered, .expired, .cancelled, .deployed],
        .offered: [
            .waiting, .downloading, .installing, .rebooting, .verifying, .deployed, .failed, .cancelled,
        ],
        .downloading: [.waiting, .installing, .rebooting, .verifying, .deployed, .failed, .cancelled],
        .installing: [.waiting, .rebooting, .verifying, .deployed, .failed, .unknown, .lost],
        .rebooting: [.verifying, .deployed, .failed, .unknown, .lost],
        .verifying: [.deployed, .failed, .unknown, .lost],
        .unknown: [.waiting, .installing, .rebooting, .verifying, .deployed, .failed, .lost],
        .lost: [.deployed, .failed, .waiting],
        .deployed: [.rollbackWaiting],
        .failed: [.waiting, .rollbackWaiting],
        .rollbackWaiting: [.rollingBack, .rollbackFailed],
        .rollingBack: [.rolledBack, .rollbackFailed],
        .rollbackFailed: [.rolledBack, .rollbackWaiting],
        .rolledBack: [], .cancelled: [.waiting], .expired: [.waiting],
    ]

    private static let phases: [TargetReport.Phase] = [
        .downloading, .began, .rebooting, .verifying, .succeeded(awaitsReboot: false), .succeeded(awaitsReboot: true),
        .failed("no space", hasChanged: false), .failed("half of it", hasChanged: true),
    ]

    private static func event(_ life: TargetLife, at now: Date, _ generator: inout SeededRandom) -> TargetLife.Event {
        let until = now.addingTimeInterval(Double.random(in: 1...200, using: &generator))
        switch Int.random(in: 0..<19, using: &generator) {
        case 0, 1: return .offered(until: until)
        case 2: return life.status == .unknown ? .overdue : .asked(until: until)
        case 3: return .lapsed
        case 4: return .overdue
        case 5: return .cancelled("The deployment was aborted.")
        case 6: return .retried
        case 7: return .rollBack
        case 8:
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: return .displaced("It is another's now.", isTwin: Bool.random(using: &generator))
            case 1, 2: return .held(until: until)
            default: return .lapsed
            }
        case 9: return Int.random(in: 0..<4, using: &generator) == 0 ? .handedBack : .lapsed
        case 10: return .doubted("The answer was lost.")
        default:
            let kind: PatchJob.Kind = Bool.random(using: &generator) ? .install : .rollback
            let current = kind == .install ? life.attempt : life.rollbackAttempt
            let attempt = max(1, current - (Int.random(in: 0..<4, using: &generator) == 0 ? 1 : 0))
            return .reported(
                TargetReport(kind, attempt: attempt, phases.randomElement(using: &generator) ?? .began), until: until,
                mayBegin: Int.random(in: 0..<3, using: &generator) > 0)
        }
    }

    @Test(
        "whatever comes in whatever order: transitions are legal, what comes twice changes nothing, a replay is the same",
        arguments: 0..<10)
    func randomEvents(seed: Int) {
        var generator = SeededRandom(seed: UInt64(seed))
        var seen: Set<TargetStatus> = []
        for _ in 0..<800 {
            var life = TargetLife()
            var log: [(event: TargetLife.Event, at: Date)] = []
            for second in 0..<60 {
                let now = start.addingTimeInterval(Double(second * 10))
                let event = Self.event(life, at: now, &generator)
                let step = life.after(event, at: now)
                if let transition = step.transition {
                    #expect(transition.from == life.status && transition.to == step.life.status && transition.at == now)
                    #expect(Self.legal[transition.from]?.contains(transition.to) == true, "\(transition)")
                } else {
                    #expect(step.life.status == life.status)
                }
                #expect(step.life.after(event, at: now).life == step.life, "\(event) twice, in \(life)")
                // A lease is out exactly where something can lapse.
                if step.life.lease != nil { #expect(TargetPace.lease(step.life.status) != nil) }
                if step.life.status == .deployed { #expect(step.life.hasChanged) }
                life = step.life
                seen.insert(life.status)
                log.append((event, now))
            }
            #expect(log.reduce(TargetLife()) { $0.after($1.event, at: $1.at).life } == life)
        }
        #expect(seen == Set(TargetStatus.allCases))
    }

    private func begun() -> TargetLife {
        [
            .offered(until: start + 60),
            .reported(TargetReport(.install, attempt: 1, .began), until: start + 100, mayBegin: true),
        ]
        .reduce(TargetLife()) { $0.after($1, at: start).life }
    }

    @Test("an endpoint begins only with the server's word, and a word that was given is not taken back")
    func word() {
        let offered = TargetLife().after(.offered(until: start + 60), at: start)
        #expect(offered.answer == .job(.install, attempt: 1))
        let began = TargetReport(.install, attempt: 1, .began)
        let held = offered.life.after(.reported(began, until: start + 60, mayBegin: false), at: start)
        #expect(held.answer == .refuse && held.life.status == .waiting)
        let going = offered.life.after(.reported(began, until: start + 60, mayBegin: true), at: start)
        #expect(going.answer == .proceed && going.life.status == .installing)
        // The answer was lost; meanwhile the deployment was paused.
        let again = going.life.after(.reported(began, until: start + 90, mayBegin: false), at: start + 1)
        #expect(again.answer == .proceed && again.transition == nil)
        #expect(going.life.after(.cancelled("aborted"), at: start).life.status == .installing)
    }

    @Test("one that vanishes in the middle is asked after under the same job, and a late report is heard")
    func vanished() {
        let life = begun()
        #expect(life.after(.lapsed, at: start + 99).life == life)
        let silent = life.after(.lapsed, at: start + 100).life
        #expect(silent.status == .unknown && silent.message != nil)
        let (deployment, endpoint) = (DeploymentID.make(), EndpointID.make())
        #expect(silent.job(of: endpoint, in: deployment) == life.job(of: endpoint, in: deployment))
        #expect(silent.after(.asked(until: start + 300), at: start + 200).answer == .job(.install, attempt: 1))
        #expect(silent.after(.offered(until: start + 300), at: start + 200).life == silent)
        let lost = silent.after(.overdue, at: start + 90_000).life
        #expect(lost.status == .lost && lost.status.published == .failed)
        let report = TargetReport(.install, attempt: 1, .succeeded(awaitsReboot: false))
        #expect(
            lost.after(.reported(report, until: start, mayBegin: false), at: start + 99_000).life.status == .deployed)
    }

    @Test("one that was given up for silent is at its job again when it says so, and what is over stays over")
    func held() {
        let silent = begun().after(.lapsed, at: start + 100).life
        let step = silent.after(.held(until: start + 300), at: start + 200)
        #expect(step.life.status == .installing && step.life.lease == start + 300 && step.life.message == nil)
        #expect(step.transition?.from == .unknown)
        let back = TargetLife(.rollingBack, rollbackAttempt: 1).after(.held(until: start + 9), at: start).life
        #expect(back.status == .rollingBack && back.lease == start + 9)
        for status in TargetStatus.allCases where !status.isUnderWay {
            #expect(TargetLife(status).after(.held(until: start + 9), at: start).life == TargetLife(status))
        }
    }

    @Test("one whose endpoint became part of another gives way, and is heard when it has changed something")
    func displaced() {
        func moved(_ status: TargetStatus, _ isTwin: Bool) -> TargetLife {
            TargetLife(status).after(.displaced("It moved.", isTwin: isTwin), at: start).life
        }
        for status in [TargetStatus.waiting, .offered, .downloading] {
            #expect(moved(status, true).status == .cancelled && moved(status, true).message == "It moved.")
            #expect(moved(status, false).status == .waiting)
        }
        for status in [TargetStatus.installing, .rebooting, .verifying, .unknown] {
            let lost = moved(status, status == .unknown)
            #expect(lost.status == .lost && lost.message == "It moved.")
            let report = TargetReport(.install, attempt: 1, .succeeded(awaitsReboot: false))
            #expect(
                lost.after(.reported(report, until: start, mayBegin: false), at: start).life.status == .deployed)
        }
        #expect(moved(.rollingBack, false).status == .rollbackFailed)
        for status in TargetStatus.allCases where status.isFinal { #expect(moved(status, true) == TargetLife(status)) }
    }

    @Test(
        "one that is certainly not begun waits again under the same job; one whose beginning cannot be told is asked after"
    )
    func elsewhere() {
        let back = begun().after(.handedBack, at: start).life
        #expect(back.status == .waiting && back.attempt == 1 && !back.hasFailed && back.lease == nil)
        #expect(back.after(.handedBack, at: start).life == back)
        let doubted = begun().after(.doubted("The answer was lost."), at: start).life
        #expect(doubted.status == .unknown && doubted.message == "The answer was lost.")
        #expect(TargetLife().after(.doubted("?"), at: start).transition == nil)
        let rolling = TargetLife(.rollingBack, rollbackAttempt: 1, lease: start + 60, hasChanged: true)
        #expect(rolling.after(.handedBack, at: start).life == rolling)
        #expect(rolling.after(.doubted("?"), at: start).life == rolling)
    }

    @Test("of two outcomes of one job the first holds; one of an earlier attempt counts only while nothing is begun")
    func outcomes() {
        func told(_ life: TargetLife, _ attempt: Int, _ phase: TargetReport.Phase) -> TargetLife {
            life.after(
                .reported(TargetReport(.install, attempt: attempt, phase), until: start + 60, mayBegin: true), at: start
            ).life
        }
        let deployed = told(begun(), 1, .succeeded(awaitsReboot: true))
        #expect(deployed.awaitsReboot && told(deployed, 1, .failed("late", hasChanged: true)) == deployed)
        let failed = told(begun(), 1, .failed("no space", hasChanged: false))
        #expect(failed.message == "no space" && told(failed, 1, .verifying) == failed)
        let again = failed.after(.retried, at: start).life
        #expect(again.attempt == 2 && again.hasFailed)
        #expect(told(again, 1, .succeeded(awaitsReboot: false)).status == .deployed)
        let under = told(again.after(.offered(until: start + 60), at: start).life, 2, .began)
        #expect(told(under, 1, .succeeded(awaitsReboot: false)) == under)
        #expect(told(under, 1, .failed("late", hasChanged: true)) == under)
    }

    @Test("rolled back is only what was done")
    func rollback() {
        func rolled(_ life: TargetLife) -> TargetStatus { life.after(.rollBack, at: start).life.status }
        #expect(rolled(TargetLife(.deployed, hasChanged: true)) == .rollbackWaiting)
        #expect(rolled(TargetLife(.failed, hasChanged: true)) == .rollbackWaiting)
        #expect(rolled(TargetLife(.failed)) == .failed)
        #expect(rolled(TargetLife(.waiting)) == .cancelled && rolled(TargetLife(.offered)) == .cancelled)
        #expect(rolled(TargetLife(.installing)) == .installing && rolled(TargetLife(.lost)) == .lost)
    }

    @Test("the published statuses say no more than is known")
    func published() {
        let staging: Set<TargetStatus> = [
            .offered, .downloading, .installing, .rebooting, .verifying, .unknown, .rollingBack,
        ]
        for status in TargetStatus.allCases {
            #expect((status.published == .staging) == staging.contains(status))
            #expect((status.published == .deployed) == (status == .deployed || status == .rollbackWaiting))
            if status.isFinal { #expect(status.published != .pending && status.published != .staging) }
        }
        #expect(TargetStatus.waiting.published == .pending && TargetStatus.rolledBack.published == .rolledBack)
    }

    @Test("a machine has its time to come from the first window on, and its time to break its silence")
    func deadlines() throws {
        func deadline(_ status: TargetStatus, _ calendar: WindowCalendar? = nil, opened: Double = 0) -> Date? {
            TargetPace.deadline(
                TargetLife(status), since: start, opened: start + opened, calendar: calendar, offlineHours: 24)
        }
        let night = MaintenanceSchedule(
            timeZone: "UTC", windows: [.init(days: [.sunday], start: "03:00", end: "04:00")])
        let calendar = try #require(WindowCalendar(night))
        #expect(deadline(.waiting) == start + 86_400 && deadline(.waiting, opened: 5) == start + 86_405)
        #expect(deadline(.waiting, calendar) == calendar.nextOpening(from: start)?.addingTimeInterval(86_400))
        #expect(deadline(.unknown) == start + TargetPace.silence)
        // Everything that is not at its end has either a lease or a deadline: nothing waits for ever.
        for status in TargetStatus.allCases where !status.isFinal {
            #expect(TargetPace.lease(status) != nil || deadline(status) != nil, "\(status)")
        }
    }

    @Test("a job's name is read as it was written, and nothing else is one")
    func jobName() {
        let job = PatchJob(deployment: .make(), endpoint: .make(), kind: .rollback, attempt: 3)
        #expect(PatchJob(job.description) == job)
        #expect(PatchJob("x:y:install:1") == nil && PatchJob("\(job):1") == nil && PatchJob("") == nil)
    }
}
