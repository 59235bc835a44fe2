import FoundationEssentials

/// Times as lists show them: UTC.
enum Moment {
    /// `2026-11-24`
    static func day(_ date: Date) -> String { String(date.formatted(.iso8601).prefix(10)) }

    /// `2026-11-24 17:03:59Z`
    static func second(_ date: Date) -> String { date.formatted(.iso8601).replacing("T", with: " ") }
}
