/// How soon CISA's Binding Operational Directive 26-04 wants a vulnerability remediated: the table
/// `CISA BOD 26-04` 1.0.0 that CERT/CC publishes at <https://certcc.github.io/SSVC/howto/cisa_response/>.
/// Ordered, the latest first.
public enum RemediationTimeline: String, Sendable, Codable, CaseIterable, Comparable {
    /// With the next scheduled major upgrade or rebuild of the asset.
    case systemUpgrade = "system_upgrade"
    case sixtyDays = "60_days"
    case fourteenDays = "14_days"
    case threeDays = "3_days"
    /// Within three days, and examine whether the asset is compromised.
    case threeDaysForensics = "3_days_forensics"

    /// The table, written as the conditions that its 16 rows come to.
    public init(isKnownExploited: Bool, isExposed: Bool, isAutomatable: Bool, impact: SSVC.TechnicalImpact) {
        let isTotal = impact == .total
        if isKnownExploited {
            switch (isExposed, isAutomatable, isTotal) {
            case (true, _, true), (false, true, true): self = .threeDaysForensics
            case (true, true, false): self = .threeDays
            default: self = .fourteenDays
            }
        } else {
            switch (isExposed, isAutomatable, isTotal) {
            case (true, true, true): self = .threeDays
            case (true, true, false), (true, false, true): self = .fourteenDays
            case (true, false, false), (false, true, _): self = .sixtyDays
            case (false, false, _): self = .systemUpgrade
            }
        }
    }

    /// In words.
    public var label: String {
        switch self {
        case .systemUpgrade: "with the next system upgrade"
        case .sixtyDays: "within 60 days"
        case .fourteenDays: "within 14 days"
        case .threeDays: "within 3 days"
        case .threeDaysForensics: "within 3 days, with a forensic examination"
        }
    }

    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
