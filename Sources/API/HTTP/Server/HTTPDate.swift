import Glibc
import Synchronization

/// The `Date` header (RFC 9110 section 5.6.7), written once a second.
enum HTTPDate {
    private static let written = Mutex<(second: Int, text: String)>((-1, ""))
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static var now: String {
        let second = time(nil)
        return written.withLock { written in
            if written.second != second { written = (second, text(second)) }
            return written.text
        }
    }

    /// - Parameter second: since 1970, UTC.
    static func text(_ second: Int) -> String {
        let (day, time) = second.quotientAndRemainder(dividingBy: 86_400)
        let date = CivilDate(daysSince1970: day)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let clock = "\(two(time / 3600)):\(two(time / 60 % 60)):\(two(time % 60))"
        return "\(days[day % 7]), \(two(date.day)) \(months[date.month - 1]) \(date.year) \(clock) GMT"
    }
}
