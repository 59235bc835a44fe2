import Glibc

/// Bounds of a rate that hold at all times at once (Robbins' mixture): the rates that the trials have not made improbable by
/// a factor of 1/error beside a uniform mixture of all rates.
///
///     { p : 1 / ((n + 1) · C(n, f)) < pᶠ · (1 − p)ⁿ⁻ᶠ / error }
struct RateBounds {
    let lower: Double
    let upper: Double

    init(_ trials: Int, _ failures: Int, error: Double) {
        let (n, f) = (Double(trials), Double(failures))
        let choose = Self.logFactorial(n) - Self.logFactorial(f) - Self.logFactorial(n - f)
        let limit = -log(n + 1) - choose + log(error)
        func isPossible(_ rate: Double) -> Bool {
            (f == 0 ? 0 : f * log(rate)) + (f == n ? 0 : (n - f) * log(1 - rate)) > limit
        }
        /// Between a rate that is possible and one that is not.
        func edge(_ inside: Double, _ outside: Double) -> Double {
            if isPossible(outside) { return outside }
            var (inside, outside) = (inside, outside)
            for _ in 0..<50 {
                let middle = (inside + outside) / 2
                if isPossible(middle) { inside = middle } else { outside = middle }
            }
            return inside
        }
        let likeliest = trials == 0 ? 0.5 : f / n
        lower = edge(likeliest, 0)
        upper = edge(likeliest, 1)
    }

    /// By Stirling's series, which is exact to twelve digits from ten on.
    private static func logFactorial(_ number: Double) -> Double {
        guard number >= 10 else { return log(stride(from: 2, through: number, by: 1).reduce(1, *)) }
        let x = number + 1
        return (x - 0.5) * log(x) - x + 0.5 * log(2 * Double.pi) + 1 / (12 * x) - 1 / (360 * x * x * x)
            + 1 / (1260 * x * x * x * x * x)
    }
}
