/// How long to wait before the server is asked again: doubled with each failure, and drawn at random so that a fleet
/// does not come back at one moment.
package struct Backoff {
    private var failures = 0
    private let first: Double
    private let longest: Double

    package init(first: Double = 1, longest: Double = 300) {
        self.first = first
        self.longest = longest
    }

    package mutating func succeeded() { failures = 0 }

    package mutating func failed() -> Duration {
        let ceiling = min(longest, first * Double(1 << min(failures, 20)))
        failures += 1
        return .milliseconds(Int(Double.random(in: ceiling / 2...ceiling) * 1000))
    }
}
