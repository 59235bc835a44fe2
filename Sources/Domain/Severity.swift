/// How bad a vulnerability is, after the CVSS qualitative scale (CVSS 3.1 section 5), where
/// `none` and an absent score both give nil.
public enum Severity: String, Codable, Sendable, CaseIterable, Comparable {
    case low, medium, high, critical

    /// The band of a CVSS score; nil for 0.
    public init?(score: Double) {
        switch score {
        case 9.0...: self = .critical
        case 7.0..<9.0: self = .high
        case 4.0..<7.0: self = .medium
        case 0.1..<4.0: self = .low
        default: return nil
        }
    }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
}
