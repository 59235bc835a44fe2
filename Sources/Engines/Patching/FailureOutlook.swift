/// How a sequential test would go on, computed exactly: the distribution of the number of failures is followed from
/// endpoint to endpoint, and leaves at the lines.
public struct FailureOutlook: Sendable, Hashable {
    public let rate: Double
    /// Probabilities, up to the horizon; what is left of 1 is undecided there.
    public let stops: Double
    public let goes: Double
    /// More endpoints until a decision, on average; the horizon for those that come to none.
    public let expected: Double
    /// The probability of having stopped after so many more endpoints.
    private let stopped: [Double]

    /// How many endpoints have begun, at most, when it stops, with some probability; nil beyond the horizon.
    public func endpointsToStop(probability: Double) -> Int? {
        stopped.firstIndex { $0 >= probability }
    }

    init(
        rate: Double, begun: Int, failures: Int, horizon: Int, stopLine: (Int) -> Int?, goLine: (Int) -> Int?
    ) {
        var run = Run(first: failures, mass: [1])
        run.leave(begun, stopLine, goLine)
        var (expected, stopped) = (0.0, [run.stopped])
        var step = 0
        while step < horizon && run.left > 1e-12 {
            step += 1
            expected += run.left
            run.next(rate)
            run.leave(begun + step, stopLine, goLine)
            stopped.append(run.stopped)
        }
        self.rate = rate
        self.expected = expected
        self.stopped = stopped
        stops = run.stopped
        goes = run.gone
    }

    /// The probability of each number of failures for which nothing is decided.
    private struct Run {
        /// The number of failures that `mass` begins with.
        var first: Int
        var mass: [Double]
        var stopped = 0.0
        var gone = 0.0
        var left = 1.0

        mutating func next(_ rate: Double) {
            mass.append(0)
            for index in mass.indices.reversed() {
                mass[index] = mass[index] * (1 - rate) + (index > 0 ? mass[index - 1] * rate : 0)
            }
        }

        mutating func leave(_ begun: Int, _ stopLine: (Int) -> Int?, _ goLine: (Int) -> Int?) {
            if let line = stopLine(begun) {
                while let last = mass.last, first + mass.count > line {
                    stopped += last
                    mass.removeLast()
                }
            }
            if let line = goLine(begun) {
                let count = min(max(0, line + 1 - first), mass.count)
                gone += mass[..<count].reduce(0, +)
                mass.removeFirst(count)
                first += count
            }
            left = mass.reduce(0, +)
        }
    }
}
