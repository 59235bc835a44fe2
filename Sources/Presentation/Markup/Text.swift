import FoundationEssentials

/// Numbers and times as people read them.
package enum Text {
    /// One decimal, `87.5`.
    package static func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(abs(tenths % 10))"
    }

    /// A probability as a percentage: `0.4 %`, `97 %`, `< 0.1 %`, and `100 %` for certainty alone.
    package static func percent(_ value: Double) -> String {
        let percent = value * 100
        if percent > 0, percent < 0.05 { return "< 0.1 %" }
        if percent >= 99.5, percent < 100 { return percent < 99.95 ? "\(tenths(percent)) %" : "> 99.9 %" }
        return percent >= 10 ? "\(Int(percent.rounded())) %" : "\(tenths(percent)) %"
    }

    /// `12,345`.
    package static func grouped(_ number: Int) -> String {
        var digits = Array(String(abs(number)))
        var position = digits.count - 3
        while position > 0 {
            digits.insert(",", at: position)
            position -= 3
        }
        return (number < 0 ? "−" : "") + String(digits)
    }

    package static func count(_ number: Int, _ singular: String, _ plural: String? = nil) -> String {
        "\(grouped(number)) \(number == 1 ? singular : plural ?? singular + "s")"
    }

    /// `2026-11-24 04:12 UTC`.
    package static func time(_ date: Date?) -> String {
        guard let date else { return "never" }
        let text = date.formatted(.iso8601)
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }

    package static func day(_ date: Date?) -> String {
        guard let date else { return "unknown" }
        return String(date.formatted(.iso8601).prefix(10))
    }

    /// `3 hours ago`.
    package static func age(_ date: Date?, now: Date = Date()) -> String {
        guard let date else { return "never" }
        let seconds = Int(now.timeIntervalSince(date))
        switch seconds {
        case ..<60: return "just now"
        case ..<3600: return "\(count(seconds / 60, "minute")) ago"
        case ..<86_400: return "\(count(seconds / 3600, "hour")) ago"
        case ..<(86_400 * 60): return "\(count(seconds / 86_400, "day")) ago"
        case ..<(86_400 * 730): return "\(count(seconds / (86_400 * 30), "month")) ago"
        default: return "\(count(seconds / (86_400 * 365), "year")) ago"
        }
    }
}
