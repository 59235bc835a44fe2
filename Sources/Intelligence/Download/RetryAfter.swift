import FoundationEssentials

/// How long a server asks to be left alone. RFC 9110 section 10.2.3.
package enum RetryAfter {
    /// The seconds from `now`, of a number or a date; nil when it is neither.
    package static func seconds(_ value: String, now: Date = Date()) -> Double? {
        let text = value.filter { $0 != " " }
        if !text.isEmpty, text.utf8.allSatisfy(JSONByte.isDigit) { return Double(text) }
        return date(value).map { max(0, $0.timeIntervalSince(now)) }
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, the form of section 5.6.7 that servers must send.
    static func date(_ value: String) -> Date? {
        let parts = value.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])) else {
            return nil
        }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return Timestamp.parse("\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
