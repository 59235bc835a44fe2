import FoundationEssentials

/// The pieces of JSON that are written many times a second.
enum JSONText {
    /// A string in its quotation marks. PostgreSQL's jsonb holds no NUL; the character for what cannot be shown takes
    /// its place.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            var start = 0
            for (place, byte) in utf8.enumerated()
            where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                bytes.append(contentsOf: utf8[start..<place])
                start = place + 1
                bytes.append(contentsOf: escape(byte).utf8)
            }
            bytes.append(contentsOf: utf8[start...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func escape(_ byte: UInt8) -> String {
        switch byte {
        case 0: "\u{FFFD}"
        case UInt8(ascii: "\""): "\\\""
        case UInt8(ascii: "\\"): "\\\\"
        case UInt8(ascii: "\n"): "\\n"
        case UInt8(ascii: "\r"): "\\r"
        case UInt8(ascii: "\t"): "\\t"
        default: "\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }

    /// RFC 3339 in UTC, rounded to the millisecond, in quotation marks.
    static func append(_ date: Date, to bytes: inout [UInt8]) {
        let clamped = min(max(date.timeIntervalSince1970, -62_135_596_800), 253_402_300_799)
        let milliseconds = Int((clamped * 1000).rounded())
        let days = (Double(milliseconds) / 86_400_000).rounded(.down)
        let rest = milliseconds - Int(days) * 86_400_000
        let (year, month, day) = civil(Int(days))
        bytes.append(UInt8(ascii: "\""))
        append(year, digits: 4, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        append(month, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        append(day, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        append(rest / 3_600_000, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(rest / 60_000 % 60, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(rest / 1000 % 60, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "."))
        append(rest % 1000, digits: 3, to: &bytes)
        bytes.append(contentsOf: "Z\"".utf8)
    }

    private static func append(_ number: Int, digits: Int, to bytes: inout [UInt8]) {
        var scale = 1
        for _ in 1..<digits { scale *= 10 }
        while scale > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / scale % 10))
            scale /= 10
        }
    }

    /// The day of the proleptic Gregorian calendar, counted from 1970-01-01; eras have 400 years.
    private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// `macAddresses` as `mac_addresses`, `directoryID` as `directory_id`: as `JSONEncoder` does it.
    static func snakeCase(_ name: String) -> String {
        var words = ""
        let letters = Array(name)
        for (place, letter) in letters.enumerated() {
            if letter.isUppercase, place > 0 {
                let isAfterLower = !letters[place - 1].isUppercase && letters[place - 1] != "_"
                let startsWord =
                    place + 1 < letters.count && letters[place + 1].isLowercase && letters[place - 1].isUppercase
                if isAfterLower || startsWord { words.append("_") }
            }
            words.append(contentsOf: letter.lowercased())
        }
        return words
    }
}
