import Glibc

/// An instant of the monotonic clock, in nanoseconds: cheap to take and to compare.
package struct Moment: Comparable, Sendable {
    package var nanoseconds: UInt64

    package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    static let never = Moment(nanoseconds: .max)

    static var now: Moment {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Moment(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    func advanced(by duration: Duration) -> Moment { advanced(byNanoseconds: duration.wholeNanoseconds) }

    func advanced(byNanoseconds span: UInt64) -> Moment {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(span)
        return overflow ? .never : Moment(nanoseconds: sum)
    }

    /// Whole milliseconds from `now` to this moment, rounded up, so that a sleep never ends too early.
    func milliseconds(after now: Moment) -> Int32 {
        guard self > now else { return 0 }
        let remaining = nanoseconds - now.nanoseconds
        return Int32(clamping: remaining / 1_000_000 + 1)
    }

    package static func < (left: Moment, right: Moment) -> Bool { left.nanoseconds < right.nanoseconds }
}

extension Duration {
    /// Negative durations count as zero.
    var wholeNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : product &+ UInt64(attoseconds) / 1_000_000_000
    }

    var wholeMilliseconds: UInt64 { wholeNanoseconds / 1_000_000 }
}
