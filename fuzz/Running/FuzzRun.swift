import Glibc

/// Feeds one target with mutated samples for a while, in this process: a trap ends it, and the
/// input that did it is then in the record.
struct FuzzRun {
    let target: FuzzTarget
    let seed: UInt64
    let seconds: Double
    let record: InputRecord

    /// Processor time that no input may take, whatever else the machine does; the timer's default action
    /// ends the process.
    static let secondsPerInput = 10
    /// The same for an input that waits instead of computing.
    static let waitingSecondsPerInput: UInt32 = 120

    /// How many inputs were tried.
    func execute(samples: [[UInt8]]) -> Int {
        let mutator = Mutator(grammar: target.grammar, samples: samples, sizeLimit: FuzzTarget.sizeLimit)
        var random = FuzzRandom(seed: seed)
        let end = Self.now + seconds
        var count = 0
        for sample in samples { attempt(sample) }
        repeat {
            attempt(mutator.input(&random))
            count += 1
        } while Self.now < end
        limit(computing: 0, waiting: 0)
        return count + samples.count
    }

    private func attempt(_ input: [UInt8]) {
        record.keep(input)
        limit(computing: Self.secondsPerInput, waiting: Self.waitingSecondsPerInput)
        target.run(input)
    }

    /// Starts the timers anew; 0 stops them.
    private func limit(computing: Int, waiting: UInt32) {
        var timer = itimerval()
        timer.it_value.tv_sec = computing
        setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &timer, nil)
        alarm(waiting)
    }

    private static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
