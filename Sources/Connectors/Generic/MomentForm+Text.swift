import FoundationEssentials
import Inventories

extension MomentForm {
    /// Nil for what is written otherwise.
    func date(_ text: String) -> Date? {
        switch self {
        case .rfc3339, .rfc3339Milliseconds: return RFC3339.date(text)
        case .utc: return RFC3339.date(text.replacing(" ", with: "T") + "Z")
        case .day: return RFC3339.date("\(text)T00:00:00Z")
        case .epochSeconds: return Double(text).flatMap(Self.moment)
        case .epochMilliseconds: return Double(text).flatMap { Self.moment($0 / 1000) }
        }
    }

    /// A moment not later than the date: a record too many does no harm.
    func text(_ date: Date) -> String {
        let seconds = date.timeIntervalSince1970
        switch self {
        case .rfc3339: return "\(RFC3339.string(Date(timeIntervalSince1970: seconds.rounded(.down))).prefix(19))Z"
        case .rfc3339Milliseconds: return RFC3339.string(date.addingTimeInterval(-0.001))
        case .utc:
            let text = RFC3339.string(Date(timeIntervalSince1970: seconds.rounded(.down))).prefix(19)
            return String(text).replacing("T", with: " ")
        case .day: return String(RFC3339.string(date).prefix(10))
        case .epochSeconds: return "\(Self.whole(seconds.rounded(.down)))"
        case .epochMilliseconds: return "\(Self.whole((seconds * 1000).rounded(.down) - 1))"
        }
    }

    /// Whether its texts are numbers.
    var isNumber: Bool { self == .epochSeconds || self == .epochMilliseconds }

    /// From the year 1 to the year 9999.
    private static func moment(_ seconds: Double) -> Date? {
        (-62_135_596_800...253_402_300_799).contains(seconds) ? Date(timeIntervalSince1970: seconds) : nil
    }

    private static func whole(_ number: Double) -> Int { Int(exactly: number) ?? 0 }
}
