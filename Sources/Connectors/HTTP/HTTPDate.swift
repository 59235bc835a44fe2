import FoundationEssentials
import Inventories

/// Times in headers: `Sun, 06 Nov 1994 08:49:37 GMT`, the form of RFC 9110 section 5.6.7 that servers must send.
enum HTTPDate {
    static func parse(_ value: String) -> Date? {
        let parts = value.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])) else {
            return nil
        }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return RFC3339.date("\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}

extension VendorResponse {
    /// The seconds of a `Retry-After`, RFC 9110 section 10.2.3; nil without one that can be read.
    func retryAfter(now: Date) -> Double? {
        guard let value = header("Retry-After") else { return nil }
        if let seconds = Double(value), seconds >= 0, seconds.isFinite { return seconds }
        return HTTPDate.parse(value).map { max(0, $0.timeIntervalSince(time(or: now))) }
    }
}
