import FoundationEssentials

/// Times as the wire carries them: RFC 3339, in UTC with milliseconds when written.
package enum RFC3339 {
    /// `2026-03-01T12:00:00Z`, any fraction, any offset, `T` or a blank between date and time; a date
    /// alone is its midnight in UTC. Nil when it is none of these. A leap second is the next second.
    package static func date(_ text: String) -> Date? {
        var text = text
        return text.withUTF8 { bytes in
            var scanner = Scanner(bytes: bytes)
            return scanner.date()
        }
    }

    /// `2026-03-01T12:00:00.000Z`; rounds to the millisecond. Years outside 0…9999 are held at the ends.
    package static func string(_ date: Date) -> String {
        let earliest = -62_167_219_200_000.0
        let latest = 253_402_300_799_999.0
        let total = Int((date.timeIntervalSince1970 * 1000).rounded().clamped(earliest, latest))
        let day = (total - (total % 86_400_000 + 86_400_000) % 86_400_000) / 86_400_000
        let time = total - day * 86_400_000
        let civil = civilDate(day: day)
        return String(unsafeUninitializedCapacity: 24) { buffer in
            var count = 0
            func put(_ number: Int, _ width: Int, _ separator: StaticString) {
                var rest = number
                for place in stride(from: count + width - 1, through: count, by: -1) {
                    buffer[place] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
                    rest /= 10
                }
                buffer[count + width] = separator.utf8Start.pointee
                count += width + 1
            }
            put(civil.year, 4, "-")
            put(civil.month, 2, "-")
            put(civil.day, 2, "T")
            put(time / 3_600_000, 2, ":")
            put(time / 60_000 % 60, 2, ":")
            put(time / 1000 % 60, 2, ".")
            put(time % 1000, 3, "Z")
            return count
        }
    }

    /// Reads the parts of a time from the left.
    private struct Scanner {
        let bytes: UnsafeBufferPointer<UInt8>
        var offset = 0

        mutating func date() -> Date? {
            guard let day = day() else { return nil }
            if offset == bytes.count { return Date(timeIntervalSince1970: Double(day) * 86_400) }
            guard take("T") || take("t") || take(" "), let time = seconds(), let zone = zone(), offset == bytes.count
            else { return nil }
            return Date(timeIntervalSince1970: Double(day) * 86_400 + time - zone)
        }

        private mutating func day() -> Int? {
            guard let year = digits(4), take("-"), let month = digits(2), take("-"), let day = digits(2),
                (1...12).contains(month), day >= 1, day <= RFC3339.length(month, year)
            else { return nil }
            return RFC3339.dayNumber(year: year, month: month, day: day)
        }

        private mutating func seconds() -> Double? {
            guard let hour = digits(2), hour < 24, take(":"), let minute = digits(2), minute < 60, take(":"),
                let second = digits(2), second <= 60
            else { return nil }
            let whole = Double(hour * 3600 + minute * 60 + second)
            guard take(".") else { return whole }
            return fraction().map { whole + $0 }
        }

        private mutating func fraction() -> Double? {
            var value = 0
            var scale = 1
            let start = offset
            while let digit = digits(1) {
                // Nanoseconds are more than a Date holds.
                if scale < 1_000_000_000 {
                    value = value * 10 + digit
                    scale *= 10
                }
            }
            return offset > start ? Double(value) / Double(scale) : nil
        }

        private mutating func zone() -> Double? {
            if take("Z") || take("z") { return 0 }
            let isBehind = take("-")
            guard isBehind || take("+"), let hours = digits(2), hours < 24, take(":"), let minutes = digits(2),
                minutes < 60
            else { return nil }
            return Double(hours * 3600 + minutes * 60) * (isBehind ? -1 : 1)
        }

        private mutating func digits(_ count: Int) -> Int? {
            guard offset + count <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[offset..<offset + count] {
                guard byte >= 0x30, byte <= 0x39 else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            offset += count
            return value
        }

        private mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard offset < bytes.count, bytes[offset] == UInt8(ascii: character) else { return false }
            offset += 1
            return true
        }
    }

    private static func length(_ month: Int, _ year: Int) -> Int {
        if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
        return [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// Days since 1970-01-01 in the proleptic Gregorian calendar. The year is taken to begin in March,
    /// so that the leap day is its last.
    private static func dayNumber(year: Int, month: Int, day: Int) -> Int {
        let years = (month <= 2 ? year - 1 : year) + 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return years * 365 + years / 4 - years / 100 + years / 400 + dayOfYear - 719_468 - 146_097
    }

    private static func civilDate(day number: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = number + 719_468 + 146_097
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 - 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}

extension Double {
    /// Self, held between the bounds; a NaN is the lower bound.
    fileprivate func clamped(_ low: Double, _ high: Double) -> Double {
        isNaN ? low : Swift.min(Swift.max(self, low), high)
    }
}
