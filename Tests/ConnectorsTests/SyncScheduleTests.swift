import Domain
import Testing

@Suite("When an account is read again")
struct SyncScheduleTests {
    private let schedule = SyncSchedule(interval: 900)

    @Test(
        "each failure after the first doubles the wait, up to six hours",
        arguments: [(0, 900.0), (1, 900), (2, 1800), (3, 3600), (5, 14_400), (6, 21_600), (1_000_000, 21_600)])
    func backoff(failures: Int, seconds: Double) {
        #expect(schedule.wait(failures: failures, jitter: 0.5) == seconds)
    }

    @Test("a long interval is no shorter after failures")
    func longInterval() {
        #expect(SyncSchedule(interval: 86_400).wait(failures: 3, jitter: 0.5) == 86_400)
    }

    @Test("the moment is drawn from a tenth around the interval, so that many are not read at once")
    func jitter() {
        #expect(schedule.wait(failures: 0, jitter: 0).rounded() == 810)
        #expect(schedule.wait(failures: 0, jitter: 1).rounded() == 990)
    }

    @Test("the vendor is left alone for as long as it asks")
    func asked() {
        #expect(schedule.wait(failures: 1, asked: 5_000, jitter: 0.5) == 5_000)
        #expect(schedule.wait(failures: 1, asked: 5, jitter: 0.5) == 900)
    }
}
