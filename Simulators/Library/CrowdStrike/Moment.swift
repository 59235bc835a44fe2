/// A time in milliseconds since 1970, as vendors write it.
struct Moment: Sendable, Comparable, Hashable {
    var milliseconds: Int

    static func < (left: Moment, right: Moment) -> Bool { left.milliseconds < right.milliseconds }

    static func + (moment: Moment, seconds: Double) -> Moment {
        Moment(milliseconds: moment.milliseconds + Int(seconds * 1000))
    }

    /// RFC 3339 in UTC with this many digits behind the seconds: 0, 3, 6 or 9.
    func text(digits: Int = 0) -> String {
        let day = Int((Double(milliseconds) / 86_400_000).rounded(.down))
        let time = milliseconds - day * 86_400_000
        let civil = Self.civil(day)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let clock = "\(two(time / 3_600_000)):\(two(time / 60_000 % 60)):\(two(time / 1000 % 60))"
        let date = "\(civil.year)-\(two(civil.month))-\(two(civil.day))T\(clock)"
        guard digits > 0 else { return "\(date)Z" }
        let thousandths = "\(1000 + time % 1000)".dropFirst()
        return "\(date).\(thousandths)\(String(repeating: "0", count: digits - 3))Z"
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`
    var httpText: String {
        let day = Int((Double(milliseconds) / 86_400_000).rounded(.down))
        let civil = Self.civil(day)
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][((day % 7) + 7) % 7]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let clock = text().dropFirst(11).dropLast()
        let number = civil.day < 10 ? "0\(civil.day)" : "\(civil.day)"
        return "\(weekday), \(number) \(months[civil.month - 1]) \(civil.year) \(clock) GMT"
    }

    init(milliseconds: Int) { self.milliseconds = milliseconds }

    /// A date, or a time in UTC with any fraction; nil for anything else.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= bytes.count else { return nil }
            return bytes[range].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
                ? Int(String(decoding: bytes[range], as: UTF8.self)) : nil
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), (1...12).contains(month)
        else { return nil }
        milliseconds = Self.day(year, month, day) * 86_400_000
        if bytes.count == 10 { return }
        guard bytes[10] == UInt8(ascii: "T"), bytes.last == UInt8(ascii: "Z"), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19)
        else { return nil }
        milliseconds += (hour * 3600 + minute * 60 + second) * 1000
        guard bytes.count > 20 else { return }
        guard bytes[19] == UInt8(ascii: "."), let fraction = number(20..<bytes.count - 1) else { return nil }
        var scaled = Double(fraction) * 1000
        for _ in 20..<bytes.count - 1 { scaled /= 10 }
        milliseconds += Int(scaled)
    }

    private static func day(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let years = (month <= 2 ? year - 1 : year) + 400
        let ofYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return years * 365 + years / 4 - years / 100 + years / 400 + ofYear - 719_468 - 146_097
    }

    private static func civil(_ number: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = number + 719_468
        let era = shifted / 146_097
        let ofEra = shifted % 146_097
        let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * ofYear + 2) / 153
        let month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * fromMarch + 2) / 5 + 1)
    }
}
