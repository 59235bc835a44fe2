/// How long to wait before connecting again: doubling from 50 ms to 5 s, with ±50 % of jitter so that
/// many processes do not return at the same instant.
struct Backoff {
    private(set) var failures = 0

    mutating func reset() { failures = 0 }

    mutating func next() -> Duration {
        var generator = SystemRandomNumberGenerator()
        return next(using: &generator)
    }

    mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        let base = min(5_000, 50 << min(failures, 7))
        failures += 1
        return .milliseconds(Int.random(in: base / 2...base + base / 2, using: &generator))
    }
}
