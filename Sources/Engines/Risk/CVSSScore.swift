import Domain

/// The scores of one CVSS vector, each with one decimal as the specifications round it.
public struct CVSSScore: Sendable, Hashable {
    /// The vector as given.
    public let vector: String
    public let version: CVSSVersion
    /// 0…10.
    public let baseScore: Double
    /// 0…10; the threat score in 4.0. Nil when no metric of the group is set.
    public let temporalScore: Double?
    /// 0…10. Nil when no metric of the group is set.
    public let environmentalScore: Double?

    /// The most specific of the three: what a reader of the vector should act on.
    public var score: Double { environmentalScore ?? temporalScore ?? baseScore }

    /// The band of `score`; nil for "none". CVSS 2.0 itself has no bands: NVD's are used, in which
    /// 0 is low and 7 to 10 high.
    public var severity: Severity? {
        guard version == .v2 else { return Severity(score: score) }
        return score >= 7 ? .high : score >= 4 ? .medium : .low
    }
}

/// The published versions of the standard that are still met in data.
public enum CVSSVersion: String, Sendable, Codable, CaseIterable, Comparable {
    case v2 = "2.0"
    case v3 = "3.0"
    case v31 = "3.1"
    case v4 = "4.0"

    public static func < (left: CVSSVersion, right: CVSSVersion) -> Bool { left.rawValue < right.rawValue }
}
