import Postgres
import Testing

@Suite("How many statements are sent ahead")
struct SessionPaceTests {
    /// The depth, of at most 16, after answers that took so long each.
    private func depth(afterAnswersOf milliseconds: [Double]) -> Int {
        var pace = SessionPace(patience: .milliseconds(2))
        var now: UInt64 = 1
        pace.started(at: Moment(nanoseconds: now))
        for time in milliseconds {
            now += UInt64(time * 1_000_000)
            pace.answered(1, at: Moment(nanoseconds: now))
        }
        return pace.depth(atMost: 16)
    }

    @Test("short ones fill the pipeline, long ones wait for whichever connection is free first")
    func lengths() {
        let expected: [(milliseconds: Double, depth: Int)] = [
            (0.05, 16), (0.1, 16), (0.25, 8), (0.5, 4), (1, 2), (50, 2),
        ]
        for (milliseconds, depth) in expected {
            #expect(
                self.depth(afterAnswersOf: Array(repeating: milliseconds, count: 200)) == depth, "\(milliseconds) ms")
        }
    }

    @Test("one pause does not empty the pipeline, and a slow time is forgotten")
    func changes() {
        let short = Array(repeating: 0.05, count: 100)
        #expect(depth(afterAnswersOf: short + [900]) >= 8)
        #expect(depth(afterAnswersOf: Array(repeating: 5, count: 100) + short) == 16)
    }

    @Test("none is sent behind one that takes long already")
    func heldUp() {
        var pace = SessionPace(patience: .milliseconds(2))
        pace.started(at: Moment(nanoseconds: 1_000_000))
        #expect(!pace.isHeldUp(at: Moment(nanoseconds: 4_000_000)))
        #expect(pace.isHeldUp(at: Moment(nanoseconds: 6_000_000)))
        pace.answered(1, at: Moment(nanoseconds: 6_000_000))
        #expect(!pace.isHeldUp(at: Moment(nanoseconds: 6_000_000)))
    }

    @Test("answers that come together count as one each")
    func batches() {
        var pace = SessionPace(patience: .milliseconds(2))
        for turn in 1...100 {
            pace.answered(10, at: Moment(nanoseconds: UInt64(turn) * 1_000_000))
        }
        #expect(pace.depth(atMost: 16) == 16)
        #expect(pace.depth(atMost: 1) == 1)
    }
}
