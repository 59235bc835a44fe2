import Domain
import FoundationEssentials

/// An entry of a directory as it came.
package struct LDAPEntry: Sendable, Hashable {
    package let dn: String
    /// Values by the attribute's name in lower case, without options.
    package let attributes: [String: [[UInt8]]]

    package init(dn: String, attributes: [String: [[UInt8]]]) {
        self.dn = dn
        self.attributes = attributes
    }

    func bytes(_ name: String) -> [UInt8]? { attributes[name]?.first }

    /// The first value; nil where there is none or it is empty.
    func text(_ name: String) throws(FieldRefusal) -> String? {
        guard let bytes = bytes(name), !bytes.isEmpty else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(0) else {
            throw FieldRefusal(field: name, reason: "must be a text in UTF-8")
        }
        return text
    }

    func number(_ name: String) throws(FieldRefusal) -> Int64? {
        guard let text = try text(name) else { return nil }
        guard let number = Int64(text) else { throw FieldRefusal(field: name, reason: "must be a whole number") }
        return number
    }

    /// `20261129083000.0Z`, generalized time in UTC.
    func time(_ name: String) throws(FieldRefusal) -> Date? {
        guard let text = try text(name) else { return nil }
        guard let date = LDAPTime.date(text) else {
            throw FieldRefusal(field: name, reason: "must be a time such as 20260301120000.0Z")
        }
        return date
    }

    /// 100 ns since 1601; 0 and the largest number stand for never.
    func fileTime(_ name: String) throws(FieldRefusal) -> Date? {
        guard let ticks = try number(name), ticks > 0, ticks < .max else { return nil }
        return Date(timeIntervalSince1970: Double(ticks) / 10_000_000 - 11_644_473_600)
    }

    /// To show why it makes no sense: what is no text is shown in hexadecimal digits.
    var json: String {
        var values: [String: [String]] = ["dn": [dn]]
        for (name, list) in attributes {
            values[name] = list.map { bytes in
                String(validating: bytes, as: UTF8.self)
                    ?? bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
            }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes = (try? encoder.encode(values)) ?? Data()
        return String(decoding: bytes.prefix(QuarantinedRecord.longestJSON), as: UTF8.self)
    }
}

/// Generalized time (RFC 4517, 3.3.13) in UTC, with whole or broken seconds.
enum LDAPTime {
    static func date(_ text: String) -> Date? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let rest = text.dropFirst(digits.count)
        guard digits.count == 14, rest.last == "Z", rest.dropLast().allSatisfy({ $0 == "." || $0.isNumber }) else {
            return nil
        }
        var numbers: [Int] = []
        var place = digits.startIndex
        for width in [4, 2, 2, 2, 2, 2] {
            let end = digits.index(place, offsetBy: width)
            guard let number = Int(digits[place..<end]) else { return nil }
            numbers.append(number)
            place = end
        }
        guard (1...12).contains(numbers[1]), (1...31).contains(numbers[2]), numbers[3] < 24, numbers[4] < 60,
            numbers[5] < 61
        else { return nil }
        return calendar.date(
            from: DateComponents(
                year: numbers[0], month: numbers[1], day: numbers[2], hour: numbers[3], minute: numbers[4],
                second: numbers[5]))
    }

    /// Active Directory wants the `.0`; OpenLDAP takes it.
    static func text(_ date: Date) -> String {
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
        let numbers = [parts.month, parts.day, parts.hour, parts.minute, parts.second].map { pad($0 ?? 0, 2) }
        return pad(parts.year ?? 0, 4) + numbers.joined() + ".0Z"
    }

    private static func pad(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()
}
