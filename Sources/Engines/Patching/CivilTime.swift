import Foundation

/// Days and times as calendars and clocks on walls show them, as whole numbers: a day is its distance from 1970-01-01.
enum CivilTime {
    static let daySeconds = 86_400

    /// `2026-12-24`; nil for no such day.
    static func day(_ text: String) -> Int? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.map(\.count) == [4, 2, 2], let year = number(parts[0]),
            let month = number(parts[1]), let day = number(parts[2]), (1...12).contains(month),
            (1...length(of: month, in: year)).contains(day)
        else { return nil }
        // Years that begin in March end with the leap day.
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let ofEra = shifted - era * 400
        let ofYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }

    /// `22:00` in seconds; nil for no such time.
    static func time(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.map(\.count) == [2, 2], let hour = number(parts[0]),
            let minute = number(parts[1]), hour < 24, minute < 60
        else { return nil }
        return hour * 3600 + minute * 60
    }

    /// Monday is 0.
    static func weekday(_ day: Int) -> Int { ((day + 3) % 7 + 7) % 7 }

    static func floored(_ seconds: Int) -> Int {
        seconds >= 0 ? seconds / daySeconds : -((-seconds + daySeconds - 1) / daySeconds)
    }

    private static func number(_ digits: Substring) -> Int? {
        digits.allSatisfy { $0.isASCII && $0.isNumber } ? Int(digits) : nil
    }

    private static func length(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// How far the clocks of a place are ahead of UTC.
struct PlaceClock: Sendable, Hashable {
    private let zone: TimeZone

    /// Nil for what is no name of the IANA database. Abbreviations are ambiguous, so they are none.
    init?(_ name: String) {
        guard name == "UTC" || name.contains("/"), let zone = TimeZone(identifier: name) else { return nil }
        self.zone = zone
    }

    func offset(_ second: Int) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second)))
    }

    /// Stretches of one offset. Looked for by halving and not by asking for changes of daylight saving: places change
    /// their standard time, too.
    func stretches(from start: Int, until end: Int) -> [(range: Range<Int>, offset: Int)] {
        var stretches: [(range: Range<Int>, offset: Int)] = []
        var (begin, now) = (start, offset(start))
        var probe = start
        while probe < end {
            // No place has changed its clocks twice within six hours.
            let next = min(probe + 21_600, end)
            let later = offset(next)
            if later != now {
                var (same, other) = (probe, next)
                while other - same > 1 {
                    let middle = (same + other) / 2
                    if offset(middle) == now { same = middle } else { other = middle }
                }
                if other < end {
                    stretches.append((begin..<other, now))
                    (begin, now) = (other, later)
                }
            }
            probe = next
        }
        if begin < end { stretches.append((begin..<end, now)) }
        return stretches
    }
}
