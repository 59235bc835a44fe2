import Synchronization

/// The counters of one route. Counting is a few atomic additions, without locks.
final class RouteMeter: Sendable {
    /// Upper bounds of the latency buckets, in seconds.
    static let bounds: [Double] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
    private static let boundsInNanoseconds = bounds.map { Int($0 * 1e9) }

    let method: String
    let path: String
    private let buckets = InlineArray<14, Atomic<Int>> { _ in Atomic(0) }
    private let classes = InlineArray<6, Atomic<Int>> { _ in Atomic(0) }
    private let nanoseconds = Atomic<Int>(0)

    init(method: String, path: String) {
        self.method = method
        self.path = path
    }

    /// Counts one answered request.
    func record(status: Int, duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let elapsed = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        let bucket = Self.boundsInNanoseconds.firstIndex { elapsed <= $0 } ?? Self.bounds.count
        buckets[bucket].wrappingAdd(1, ordering: .relaxed)
        classes[min(5, max(0, status / 100))].wrappingAdd(1, ordering: .relaxed)
        nanoseconds.wrappingAdd(elapsed, ordering: .relaxed)
    }

    /// Requests per class of status, `2xx` to `5xx`, only classes that occurred.
    var requestsByClass: [(name: String, count: Int)] {
        (1...5).map { ("\($0)xx", classes[$0].load(ordering: .relaxed)) }.filter { $0.1 > 0 }
    }

    /// Requests per bucket, not cumulated; the last one is beyond all bounds.
    var bucketCounts: [Int] { (0...Self.bounds.count).map { buckets[$0].load(ordering: .relaxed) } }

    /// Seconds spent in all requests together.
    var totalSeconds: Double { Double(nanoseconds.load(ordering: .relaxed)) / 1e9 }
}
