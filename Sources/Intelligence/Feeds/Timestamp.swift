import FoundationEssentials

/// Points in time as feeds write them.
public enum Timestamp {
    /// Reads RFC 3339 and what feeds make of it: a date alone, minutes without seconds, any
    /// fraction, `Z`, `+00:00` or `+0000`, or no zone at all, which is UTC (NVD). Nil otherwise.
    public static func parse(_ text: String) -> Date? {
        var scanner = DigitScanner(text)
        guard let year = scanner.number(4), scanner.take("-"), let month = scanner.number(2), scanner.take("-"),
            let day = scanner.number(2), isDay(day, month, year)
        else { return nil }
        var seconds = Double(days(year, month, day) * 86_400)
        if scanner.isAtEnd { return Date(timeIntervalSince1970: seconds) }
        guard scanner.take("T") || scanner.take("t") || scanner.take(" "), let time = scanner.timeOfDay(),
            let zone = scanner.zone(), scanner.isAtEnd
        else { return nil }
        seconds += time - Double(zone)
        return Date(timeIntervalSince1970: seconds)
    }

    private static func isDay(_ day: Int, _ month: Int, _ year: Int) -> Bool {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...12).contains(month) && (1...lengths[month - 1]).contains(day)
    }

    /// Days since 1970-01-01 in the Gregorian calendar: years are counted from March, so that the
    /// leap day is the last of its year, and 400 of them have 146,097 days.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let marchYear = month > 2 ? year : year - 1
        let marchMonth = (month + 9) % 12
        let cycle = marchYear / 400
        let yearOfCycle = marchYear % 400
        let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
        return cycle * 146_097 + yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear - 719_468
    }
}

/// Reads digits and marks from the front of an ASCII text.
private struct DigitScanner {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = Substring(text).utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func number(_ length: Int) -> Int? {
        guard rest.count >= length else { return nil }
        var value = 0
        for byte in rest.prefix(length) {
            guard JSONByte.isDigit(byte) else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        rest = rest.dropFirst(length)
        return value
    }

    mutating func take(_ mark: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: mark) else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// Seconds since midnight. A leap second is the first second of the next minute.
    mutating func timeOfDay() -> Double? {
        guard let hour = number(2), hour < 24, take(":"), let minute = number(2), minute < 60 else { return nil }
        var seconds = Double(hour * 3600 + minute * 60)
        guard take(":") else { return seconds }
        guard let second = number(2), second <= 60 else { return nil }
        seconds += Double(second)
        guard take(".") else { return seconds }
        var unit = 0.1
        while let digit = number(1) {
            seconds += Double(digit) * unit
            unit /= 10
        }
        return seconds
    }

    /// Seconds east of UTC.
    mutating func zone() -> Int? {
        if isAtEnd || take("Z") || take("z") { return 0 }
        let isEast = take("+")
        guard isEast || take("-"), let hours = number(2) else { return nil }
        _ = take(":")
        guard let minutes = number(2) else { return nil }
        return (isEast ? 1 : -1) * (hours * 3600 + minutes * 60)
    }
}
