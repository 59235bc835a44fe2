import Domain

/// Microsoft's words in our terms, both ways: the one table of them. Defender and Graph write the same words with
/// capitals and without, so they are compared without.
enum MicrosoftWords {
    static let severities: [(vendor: String, ours: AlertReport.Severity)] = [
        ("High", .high), ("Medium", .medium), ("Low", .low), ("Informational", .informational),
        ("UnSpecified", .informational), ("unknown", .informational), ("unknownFutureValue", .informational),
    ]

    static let statuses: [(vendor: String, ours: AlertReport.Status)] = [
        ("New", .new), ("InProgress", .inProgress), ("Resolved", .resolved),
    ]

    static let verdicts: [(vendor: String, ours: AlertReport.Verdict)] = [
        ("TruePositive", .truePositive), ("FalsePositive", .falsePositive),
        ("InformationalExpectedActivity", .ignored),
    ]

    /// Defender's level of risk as a number.
    static let risks: [(vendor: String, ours: Double)] = [
        ("None", 0), ("Informational", 10), ("Low", 30), ("Medium", 60), ("High", 90),
    ]

    static let vulnerabilityStatuses: [(vendor: String, ours: VulnerabilityReport.Status)] = [
        ("New", .open), ("Updated", .open), ("Fixed", .closed),
    ]

    /// Whether a policy or a setting in this state is met. A policy's state is `nonCompliant` where a device's is
    /// `noncompliant`.
    static let compliance: [(vendor: String, ours: Bool)] = [
        ("compliant", true), ("remediated", true), ("secure", true), ("nonCompliant", false), ("error", false),
        ("conflict", false), ("notSecure", false),
    ]

    /// States in which a policy or a setting is not for the device.
    static let notForIt: Set = ["notapplicable", "notassigned"]

    /// Of several configurations' states, the first of these that is there tells most.
    static let worstFirst = [
        "nonCompliant", "notSecure", "error", "conflict", "inGracePeriod", "unknown", "remediated", "compliant",
        "secure",
    ]

    /// - Returns: nil for a word that is not in the table.
    static func ours<Value>(_ word: String?, in table: [(vendor: String, ours: Value)]) -> Value? {
        guard let word = word?.lowercased() else { return nil }
        return table.first { $0.vendor.lowercased() == word }?.ours
    }

    static func severity(_ word: String) -> AlertReport.Severity { ours(word, in: severities) ?? .informational }
    static func status(_ word: String?) -> AlertReport.Status { ours(word, in: statuses) ?? .unknown }

    /// The word for a verdict to set.
    static func vendorVerdict(_ verdict: AlertReport.Verdict) -> String? {
        verdicts.first { $0.ours == verdict }?.vendor
    }

    /// The word for a status to set; nil for none.
    static func vendorStatus(_ status: AlertReport.Status) -> String? {
        statuses.first { $0.ours == status }?.vendor
    }
}
