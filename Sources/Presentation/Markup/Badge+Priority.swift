import Domain
import FoundationEssentials
import Risk
import Store

extension Badge {
    /// CISA's SSVC decision; empty before it is made.
    static func ssvc(_ decision: SSVC.Decision?) -> HTML {
        guard let decision else { return .empty }
        let (band, meaning) =
            switch decision {
            case .track: ("low", "Remediate with the regular updates")
            case .trackClosely: ("medium", "Remediate with the regular updates, and watch closely")
            case .attend: ("high", "Remediate sooner than with the regular updates")
            case .act: ("critical", "Remediate as soon as possible")
            }
        return "<span class=\"badge \(band)\" title=\"SSVC: \(meaning)\">\(decision.rawValue)</span>"
    }

    /// How far off a deadline is.
    static func deadline(_ due: Date?, status: FindingStatus, now: Date = Date()) -> HTML {
        guard let due, status == .open || status == .inProgress else { return .empty }
        let days = Int((due.timeIntervalSince(now) / 86_400).rounded(.down))
        let time: HTML = "<time datetime=\"\(due.formatted(.iso8601))\" title=\"\(Text.time(due))\">"
        switch days {
        case ..<0:
            return
                "<span class=\"badge critical\">\(time)overdue by \(Text.count(max(1, -days - 1), "day"))</time></span>"
        case ..<7: return "<span class=\"badge high\">\(time)due in \(Text.count(days, "day"))</time></span>"
        default: return "\(time)due in \(Text.count(days, "day"))</time>"
        }
    }

    static func exception(_ state: ExceptionRecord.State) -> HTML {
        let style =
            switch state {
            case .requested: "medium"
            case .active: "low"
            case .rejected, .expired, .revoked: "unknown"
            }
        return "<span class=\"badge \(style)\">\(state.rawValue)</span>"
    }
}
