import Domain
import Response
import Testing
import TestRandomness

@Suite("How far an action has come")
struct ActionLifeTests {
    private static let events: [ActionLife.Event] = [
        .taken, .answered(.pending), .answered(.inProgress), .answered(.completed("done")), .answered(.failed("no")),
        .answered(.unknown("lost")), .refused("never"), .putOff("later"), .vanished, .overdue, .orphaned,
        .withdrawn("a person"),
    ]

    /// Sends only what the engine lets it, and counts what may have reached the source.
    private struct Run {
        var life = ActionLife()
        var sent = 0
        var history: [ActionStatus] = [.pending]

        mutating func meet(_ event: ActionLife.Event) {
            guard let next = life.after(event) else { return }
            if next.status == .sending { sent += 1 }
            // It is certain that the source has not got it.
            if case .putOff = event, life.status == .sending { sent -= 1 }
            life = next
            history.append(next.status)
        }
    }

    @Test("whatever happens in whatever order, it is sent at most once, and what has ended stays", arguments: 0..<20)
    func atMostOnce(seed: Int) {
        var generator = SeededRandom(seed: UInt64(seed))
        for _ in 0..<500 {
            var run = Run()
            for _ in 0..<Int.random(in: 1...40, using: &generator) {
                let before = run.life
                run.meet(Self.events.randomElement(using: &generator) ?? .taken)
                #expect(run.sent <= 1)
                if before.status.isFinal { #expect(run.life == before) }
                if before.status == .unknown { #expect(run.life.status != .pending && run.life.status != .sending) }
            }
            // Whoever has it as sent has taken it first, and it was never pending again after an answer.
            let answered = run.history.firstIndex { $0 == .inProgress || $0 == .unknown } ?? run.history.endIndex
            #expect(!run.history[answered...].contains(.pending))
        }
    }

    @Test("every status is reached, and has a way to its end or to a person")
    func reachable() {
        var seen: Set<ActionLife> = [ActionLife()]
        var queue = Array(seen)
        while let life = queue.popLast() {
            for event in Self.events {
                if let next = life.after(event), seen.insert(next).inserted { queue.append(next) }
            }
        }
        #expect(Set(seen.map(\.status)) == Set(ActionStatus.allCases))
        for life in seen where !life.status.isFinal {
            #expect(Self.events.contains { life.after($0) != nil })
        }
    }

    @Test("what a worker was sending when it died is unknown, and an answer that comes late is heard")
    func vanished() throws {
        let sending = try #require(ActionLife().after(.taken))
        let unknown = try #require(sending.after(.vanished))
        #expect(unknown.status == .unknown && unknown.message != nil)
        #expect(unknown.after(.taken) == nil)
        #expect(unknown.after(.answered(.completed("contained")))?.status == .completed)
        #expect(unknown.after(.refused("no permission"))?.status == .failed)
    }

    @Test(
        "a decision is as far as the source that is furthest from its end",
        arguments: [
            ([ActionStatus.completed], ActionStatus.completed), ([.completed, .failed], .failed),
            ([.failed, .unknown], .unknown), ([.unknown, .pending], .pending), ([.pending, .inProgress], .inProgress),
            ([.sending, .completed], .sending),
        ])
    func overall(statuses: [ActionStatus], status: ActionStatus) {
        #expect(ActionStatus.overall(statuses) == status)
    }

    @Test("waits double up to their ends, and what is unknown is not asked after for ever")
    func pace() {
        #expect((1...6).map { ActionPace.retry(after: $0, jitter: 0.5) } == [5, 10, 20, 40, 80, 120])
        #expect(ActionPace.retry(after: 1, asked: 300, jitter: 0.5) == 300)
        #expect((0...8).map { ActionPace.check(.inProgress, after: $0) } == [2, 4, 8, 16, 32, 64, 128, 256, 300])
        #expect(ActionPace.check(.inProgress, after: 1_000_000) == 300)
        #expect(ActionPace.check(.unknown, after: 7) == 640 && ActionPace.check(.unknown, after: 8) == nil)
        #expect(ActionPace.check(.completed, after: 0) == nil)
    }
}
