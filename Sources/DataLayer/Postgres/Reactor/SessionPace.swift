/// How long a session's jobs have taken lately, and so how many may be sent ahead.
///
/// A job that is sent waits for all before it on its connection, even when another one falls idle; one that
/// waits in the pool's queue goes to whichever is free first. Deep pipelines pay for jobs that are short
/// beside the cost of a system call, and make the slowest answers much slower for all others.
package struct SessionPace {
    /// One that runs, and one for the server to take up at once.
    private static let least = 2

    /// Nanoseconds that a job may wait behind those sent before it, about.
    private let patience: UInt64
    /// Nanoseconds, moving.
    private var average: UInt64 = 0
    private var lastAnswer = Moment(nanoseconds: 0)

    package init(patience: Duration) { self.patience = patience.wholeNanoseconds }

    /// A job was sent to an idle session.
    package mutating func started(at now: Moment) { lastAnswer = now }

    /// The oldest `count` jobs have been answered at one go.
    package mutating func answered(_ count: Int, at now: Moment) {
        let taken = (now.nanoseconds &- min(now.nanoseconds, lastAnswer.nanoseconds)) / UInt64(max(1, count))
        lastAnswer = now
        // Longer means no more than this; a pause of the whole machine says nothing about the jobs.
        average = (average &* 15 &+ min(taken, patience)) / 16
    }

    /// Whether a job that runs has already taken so long that none should be sent to wait behind it.
    package func isHeldUp(at now: Moment) -> Bool {
        now > lastAnswer.advanced(byNanoseconds: patience &* 2)
    }

    package func depth(atMost limit: Int) -> Int {
        max(min(limit, Self.least), min(limit, Int(clamping: patience / max(1, average))))
    }
}
