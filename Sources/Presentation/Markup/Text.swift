import FoundationEssentials

/// Numbers and times as people read them.
package enum Text {
    /// One decimal, `87.5`, `1,355,900.0`.
    package static func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let whole = tenths >= 10_000 ? grouped(tenths / 10) : String(tenths / 10)
        return "\(whole).\(abs(tenths % 10))"
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
        let seconds = now.timeIntervalSince(date)
        return seconds < 60 ? "just now" : "\(duration(seconds)) ago"
    }

    /// In the largest unit that says enough.
    package static func duration(_ time: Double) -> String {
        let seconds = Int(max(0, min(time, 1e12)))
        switch seconds {
        case ..<60: return "less than a minute"
        case ..<3600: return count(seconds / 60, "minute")
        case ..<86_400: return count(seconds / 3600, "hour")
        case ..<(86_400 * 60): return count(seconds / 86_400, "day")
        case ..<(86_400 * 730): return count(seconds / (86_400 * 30), "month")
        default: return count(seconds / (86_400 * 365), "year")
        }
    }
}
